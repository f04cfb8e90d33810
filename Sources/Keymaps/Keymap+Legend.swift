import ScreenModel
import WorkbenchModel

extension Keymap {
    /// What help shows: each command of a mode once, with all its keys, in the order of the keymap's file.
    public func legend(for mode: Mode) -> KeyLegend {
        var texts: [String] = []
        var keys: [String: [(chord: KeyChord, order: Int)]] = [:]
        let bindings = (modes[mode] ?? [:]).sorted {
            ($0.value.order, $0.key.description) < ($1.value.order, $1.key.description)
        }
        for (chord, binding) in bindings {
            if keys[binding.text] == nil { texts.append(binding.text) }
            keys[binding.text, default: []].append((chord, binding.order))
        }
        let lines = texts.compactMap { text in
            Self.line(text, keys: (keys[text] ?? []).map(\.chord.description))
        }
        return KeyLegend(lines: Self.grouped(lines))
    }

    private static func line(_ text: String, keys: [String]) -> KeyLegend.Line? {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard let entry = CommandTable.entries.first(where: { $0.name == parts.first }),
            let command = try? CommandTable.command(text)
        else { return nil }
        let argument = parts.count > 1 ? parts[1] : ""
        return KeyLegend.Line(
            group: entry.group.rawValue, keys: keys, command: command, help: entry.help(with: argument))
    }

    /// Groups in the table's order, lines of a group in the file's.
    private static func grouped(_ lines: [KeyLegend.Line]) -> [KeyLegend.Line] {
        CommandEntry.Group.allCases.flatMap { group in lines.filter { $0.group == group.rawValue } }
    }
}
