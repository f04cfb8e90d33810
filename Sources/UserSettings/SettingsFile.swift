import WorkbenchModel

/// The text of the file with settings, changed line by line so that its comments and its order stay.
public struct SettingsFile: Hashable, Sendable {
    public private(set) var text: String

    public init(_ text: String) { self.text = text }

    /// The line, from 1, on which a key is set.
    static func line(of key: String, in lines: ConfigurationLines) -> Int? {
        let (section, name) = split(key)
        return lines.line(section: section, name: name) ?? lines.line(section: "", name: key)
    }

    /// The section as it is written in brackets, and the name in it: the middle of a limit's key is quoted.
    static func split(_ key: String) -> (section: String, name: String) {
        guard let dot = key.lastIndex(of: ".") else { return ("", key) }
        let (front, name) = (String(key[..<dot]), String(key[key.index(after: dot)...]))
        for prefix in ["retention.project.", "retention.tag."] where front.hasPrefix(prefix) {
            let middle = front.dropFirst(prefix.count)
            let isBare = middle.utf8.allSatisfy {
                ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F
            }
            return ("\(prefix)\(isBare ? String(middle) : quoted(String(middle)))", name)
        }
        return (front, name)
    }

    /// Sets a key, or takes it out.
    /// - Parameter words: nil takes it out.
    public mutating func set(_ setting: Setting, to words: [String]?) {
        var lines = text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let (section, name) = Self.split(setting.key)
        let known = ConfigurationLines(text)
        if let line = known.line(section: section, name: name), line <= lines.count {
            if let words { lines[line - 1] = Self.line(name, words, setting) } else { lines.remove(at: line - 1) }
        } else if let words {
            if let head = known.line(section: section), head <= lines.count {
                lines.insert(Self.line(name, words, setting), at: head)
            } else {
                if !lines.isEmpty { lines.append("") }
                lines += ["[\(section)]", Self.line(name, words, setting)]
            }
        }
        text = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ name: String, _ words: [String], _ setting: Setting) -> String {
        let value: String
        switch setting.kind {
        case .flag, .number: value = words[0]
        case .decimal: value = words[0].contains(".") ? words[0] : "\(words[0]).0"
        case .words: value = "[\(words.map(quoted).joined(separator: ", "))]"
        case .choice, .text, .age, .size: value = quoted(words[0])
        }
        return "\(name) = \(value)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
