/// Something in a keymap or theme that was not understood and is left out; the rest of the file still holds.
public struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// From 1; nil when it can't be told.
    public var line: Int?
    /// What is wrong, with the nearest right name where there is one.
    public var text: String

    public init(file: String, line: Int?, text: String) {
        self.file = file
        self.line = line
        self.text = text
    }

    public var description: String {
        line.map { "\(file):\($0): \(text)" } ?? "\(file): \(text)"
    }
}

/// Where the keys of a TOML file are written: its parser tells no lines, and only the file's own order is its author's.
public struct ConfigurationLines: Sendable {
    public struct Key: Hashable, Sendable {
        /// The dotted name in brackets above it; empty at the top.
        public var section: String
        public var name: String
    }

    private var lines: [Key: Int] = [:]

    public init(_ text: String) {
        var section = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.first == "[" {
                section = String(content.dropFirst().prefix { $0 != "]" })
                lines[Key(section: section, name: "")] = index + 1
            } else if let name = Self.name(content) {
                let key = Key(section: section, name: name)
                if lines[key] == nil { lines[key] = index + 1 }
            }
        }
    }

    /// The line, from 1, of a key, or of a section's head when the name is empty.
    public func line(section: String, name: String = "") -> Int? {
        lines[Key(section: section, name: name)]
    }

    /// What stands before the `=`: bare, 'literal' or "quoted" with backslashes.
    private static func name(_ line: Substring) -> String? {
        guard let quote = line.first, quote != "#" else { return nil }
        guard quote == "\"" || quote == "'" else {
            let name = line.prefix { $0 != "=" && $0 != " " && $0 != "\t" }
            return name.isEmpty ? nil : String(name)
        }
        var name = ""
        var isEscaped = false
        for character in line.dropFirst() {
            if isEscaped || character != quote && (character != "\\" || quote == "'") {
                name.append(character)
                isEscaped = false
            } else if character == quote {
                return name
            } else {
                isEscaped = true
            }
        }
        return nil
    }
}
