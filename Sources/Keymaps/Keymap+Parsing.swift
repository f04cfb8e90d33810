import UserSettings
import ScreenModel
import TOMLKit
import WorkbenchModel

extension Keymap {
    typealias Parsed = (
        keymap: Keymap, base: String?, removed: [(Mode, KeyChord)], problems: [ConfigurationProblem]
    )

    /// Reads sections named as modes, each with lines `"key" = "command argument"`; `""` takes a key's binding away.
    static func parse(_ text: String, file: String) -> Parsed {
        var reader = KeymapReader(file: file, lines: ConfigurationLines(text))
        switch TOMLText.table(text, file: file) {
        case .success(let table): reader.read(table)
        case .failure(let problem): reader.problems.append(problem)
        }
        return (reader.keymap, reader.base, reader.removed, reader.problems)
    }
}

/// Collects the bindings of one file, and what is wrong with it.
private struct KeymapReader {
    let file: String
    let lines: ConfigurationLines
    var keymap = Keymap()
    var base: String?
    var removed: [(Keymap.Mode, KeyChord)] = []
    var problems: [ConfigurationProblem] = []

    init(file: String, lines: ConfigurationLines) {
        self.file = file
        self.lines = lines
    }

    mutating func problem(line: Int?, _ text: String) {
        problems.append(ConfigurationProblem(file: file, line: line, text: text))
    }

    mutating func read(_ table: TOMLTable) {
        for section in table.keys {
            if section == "base" {
                readBase(table[section]?.string)
                continue
            }
            guard let mode = Keymap.Mode(rawValue: section) else {
                unknownSection(section)
                continue
            }
            guard let bindings = table[section]?.table else {
                problem(line: lines.line(section: "", name: section), "“\(section)” must be a section: [\(section)]")
                continue
            }
            for key in bindings.keys { bind(key, to: bindings[key]?.string, in: mode) }
        }
        problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private mutating func readBase(_ name: String?) {
        let line = lines.line(section: "", name: "base")
        let names = Keymap.standardNames.joined(separator: ", ")
        guard let name, Keymap.standardNames.contains(name) else {
            let hint = name.flatMap { NearestName.to($0, in: Keymap.standardNames) }.map { "did you mean “\($0)”?" }
            problem(line: line, "there is no keymap “\(name ?? "")” to begin with; \(hint ?? "there are \(names)")")
            return
        }
        base = name
    }

    private mutating func unknownSection(_ section: String) {
        let line = lines.line(section: section) ?? lines.line(section: "", name: section)
        let names = Keymap.Mode.allCases.map(\.rawValue)
        let hint = NearestName.to(section, in: names).map { "did you mean [\($0)]?" }
        problem(
            line: line,
            "there is no mode “\(section)”; \(hint ?? "modes are \(names.joined(separator: ", "))")")
    }

    private mutating func bind(_ key: String, to text: String?, in mode: Keymap.Mode) {
        let line = lines.line(section: mode.rawValue, name: key)
        guard let chord = KeyChord(name: key) else {
            let hint = Self.nearestKey(to: key).map { "; did you mean “\($0)”?" } ?? ""
            problem(line: line, "there is no key “\(key)”\(hint)")
            return
        }
        guard let text else {
            problem(line: line, "a command is written in quotes: \"\(key)\" = \"help\"")
            return
        }
        if text.isEmpty {
            removed.append((mode, chord))
            return
        }
        do {
            let command = try CommandTable.command(text)
            keymap.modes[mode, default: [:]][chord] = Keymap.Binding(command: command, text: text, order: line ?? 0)
        } catch {
            problem(line: line, "\(error)")
        }
    }

    /// Modifiers stay as they are; only the key's own name is compared.
    private static func nearestKey(to name: String) -> String? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard let key = parts.last else { return nil }
        let prefix = parts.dropLast().map { "\($0)-" }.joined()
        guard let nearest = NearestName.to(String(key), in: Key.allNames) else { return nil }
        return KeyChord(name: prefix + nearest) == nil ? nearest : prefix + nearest
    }
}
