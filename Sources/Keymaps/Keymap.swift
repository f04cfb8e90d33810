import ScreenModel
import WorkbenchModel

/// What every key does in every mode.
public struct Keymap: Sendable {
    /// Which map is active; its name is the file's section.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        case program, prefix, sessions, comparison, text, replay, help, prompt, files, copy
    }

    struct Binding: Sendable {
        var command: Command
        /// As written: a name and perhaps an argument.
        var text: String
        /// Bindings are shown in the order of their file.
        var order: Int
    }

    var modes: [Mode: [KeyChord: Binding]] = [:]

    public init() {}

    /// The compiled-in keymap.
    public static func standard() -> Keymap {
        parse(String(decoding: PackageResources.default_toml, as: UTF8.self), file: "default.toml").keymap
    }

    /// What is wrong in the compiled-in keymap: nothing, as the tests see to.
    static var standardProblems: [ConfigurationProblem] {
        parse(String(decoding: PackageResources.default_toml, as: UTF8.self), file: "default.toml").problems
    }

    /// The names of the compiled-in keymaps. All but the first are laid over it.
    public static let standardNames = ["default", "tmux", "vim"]

    /// A compiled-in keymap, or nil if there is none of that name.
    public static func standard(named name: String) -> Keymap? {
        if name == standardNames[0] { return standard() }
        guard let text = standardText(named: name) else { return nil }
        return standard(with: text, file: "\(name).toml").keymap
    }

    static func standardText(named name: String) -> String? {
        switch name {
        case "default": String(decoding: PackageResources.default_toml, as: UTF8.self)
        case "tmux": String(decoding: PackageResources.tmux_toml, as: UTF8.self)
        case "vim": String(decoding: PackageResources.vim_toml, as: UTF8.self)
        default: nil
        }
    }

    /// The compiled-in keymap with a user's own text over it, and what is wrong with that. Its line `base = "NAME"` chooses
    /// another compiled-in keymap to lie over.
    public static func standard(with text: String, file: String) -> (keymap: Keymap, problems: [ConfigurationProblem]) {
        let own = parse(text, file: file)
        var keymap = own.base.flatMap { standard(named: $0) } ?? standard()
        keymap.overlay(own.keymap)
        for (mode, chord) in own.removed { keymap.modes[mode]?[chord] = nil }
        return (keymap, own.problems)
    }

    /// What a key does. In a prompt a character without a binding is text.
    public func command(for chord: KeyChord, in mode: Mode) -> Command? {
        if let binding = modes[mode]?[chord] { return binding.command }
        guard mode == .prompt, case .character(let scalar) = chord.key, scalar.value >= 0x20 else { return nil }
        return chord.modifiers.isEmpty ? .prompt(.insert(String(Character(scalar)))) : nil
    }

    /// The first key of a command in a mode, in the order of the file.
    public func chord(for command: Command, in mode: Mode) -> KeyChord? {
        (modes[mode] ?? [:]).filter { $0.value.command == command }
            .min { ($0.value.order, $0.key.description) < ($1.value.order, $1.key.description) }?.key
    }

    /// Another keymap's bindings win over this one's, key by key.
    mutating func overlay(_ other: Keymap) {
        for (mode, bindings) in other.modes {
            modes[mode, default: [:]].merge(bindings) { _, new in new }
        }
    }
}
