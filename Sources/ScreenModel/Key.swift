/// A key of the keyboard, whatever bytes a terminal sends for it.
///
/// Keys that write text are `character`, already shifted: Shift+a is `character("A")` with no modifier.
/// Keypad keys are the keys they stand for.
public enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// F1 … F63, counted from 1.
    case function(UInt8)
    case enter, tab, escape, backspace
    case up, down, left, right
    case home, end, pageUp, pageDown, insert, delete
    /// The keypad's middle key without Num Lock.
    case begin
    case capsLock, scrollLock, numLock, printScreen, pause, menu
    /// Another functional key, by its number in the kitty keyboard protocol (media keys, lone modifiers).
    case functional(UInt32)

    public static let space = Key.character(" ")
}

extension Key: CustomStringConvertible {
    /// The name a keymap uses: `a`, `?`, `Space`, `F5`, `PageUp`.
    public var description: String {
        switch self {
        case .character(" "): "Space"
        case .character(let scalar) where scalar.value < 0x20 || scalar.value == 0x7F: "U+" + hex(scalar.value)
        case .character(let scalar): String(Character(scalar))
        case .function(let number): "F\(number)"
        case .functional(let number): "Key\(number)"
        default: Self.names.first { $0.key == self }?.name ?? "?"
        }
    }

    /// The key of a name as ``description`` writes it, or one of the usual other names; case matters only for characters.
    public init?(name: String) {
        let scalars = name.unicodeScalars
        if let first = scalars.first, scalars.count == 1 {
            self = .character(first)
            return
        }
        let lower = name.lowercased()
        if let known = Self.names.first(where: { $0.name.lowercased() == lower }) {
            self = known.key
        } else if let alias = Self.aliases[lower] {
            self = alias
        } else if lower.hasPrefix("f"), let number = UInt8(lower.dropFirst()), 1...63 ~= number {
            self = .function(number)
        } else if lower.hasPrefix("key"), let number = UInt32(lower.dropFirst(3)) {
            self = .functional(number)
        } else if lower.hasPrefix("u+"), let scalar = UInt32(lower.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
        {
            self = .character(scalar)
        } else {
            return nil
        }
    }

    /// The names of all keys that have one, for help and for "did you mean"; F1 … F12 among them.
    public static var allNames: [String] {
        names.map(\.name) + ["Space"] + (1...12).map { "F\($0)" }
    }

    private static let names: [(key: Key, name: String)] = [
        (.enter, "Enter"), (.tab, "Tab"), (.escape, "Escape"), (.backspace, "Backspace"), (.up, "Up"),
        (.down, "Down"), (.left, "Left"), (.right, "Right"), (.home, "Home"), (.end, "End"), (.pageUp, "PageUp"),
        (.pageDown, "PageDown"), (.insert, "Insert"), (.delete, "Delete"), (.begin, "Begin"),
        (.capsLock, "CapsLock"), (.scrollLock, "ScrollLock"), (.numLock, "NumLock"),
        (.printScreen, "PrintScreen"), (.pause, "Pause"), (.menu, "Menu"),
    ]

    private static let aliases: [String: Key] = [
        "space": .space, "return": .enter, "cr": .enter, "esc": .escape, "bspace": .backspace, "bs": .backspace,
        "pgup": .pageUp, "ppage": .pageUp, "pgdn": .pageDown, "pgdown": .pageDown, "npage": .pageDown,
        "ins": .insert, "ic": .insert, "del": .delete, "dc": .delete, "minus": .character("-"),
        "plus": .character("+"), "lt": .character("<"), "gt": .character(">"),
    ]

    private func hex(_ value: UInt32) -> String { String(value, radix: 16, uppercase: true) }
}
