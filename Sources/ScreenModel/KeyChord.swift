/// A key with the modifiers held: what a keymap binds.
///
/// Chords that no terminal can tell apart are equal: `S-a` is `A`, `C-B` is `C-b`.
public struct KeyChord: Hashable, Sendable {
    public let key: Key
    public let modifiers: Modifiers

    public init(_ key: Key, _ modifiers: Modifiers = []) {
        // Locks are a state of the keyboard and no part of what was meant.
        var modifiers = modifiers.subtracting([.capsLock, .numLock])
        guard case .character(var scalar) = key else {
            (self.key, self.modifiers) = (key, modifiers)
            return
        }
        if modifiers.contains(.control), "A"..."Z" ~= scalar, let lower = Unicode.Scalar(scalar.value + 32) {
            scalar = lower
        } else if modifiers.isDisjoint(with: [.control, .super, .hyper]), modifiers.contains(.shift), scalar != " " {
            if "a"..."z" ~= scalar, let upper = Unicode.Scalar(scalar.value - 32) { scalar = upper }
            modifiers.remove(.shift)
        }
        (self.key, self.modifiers) = (.character(scalar), modifiers)
    }
}

extension KeyChord: CustomStringConvertible {
    /// The name a keymap uses: `C-b`, `M-x`, `S-Left`, `C-S-F5`, `Space`.
    public var description: String {
        Self.prefixes.dropLast().filter { modifiers.contains($0.modifier) }.map(\.name).joined() + key.description
    }

    /// Reads a name as ``description`` writes it; `A-` is another name for `M-`, `^x` for `C-x`.
    public init?(name: String) {
        var rest = Substring(name)
        var modifiers: Modifiers = []
        while let prefix = Self.prefixes.first(where: { rest.hasPrefix($0.name) && rest.count > $0.name.count }) {
            modifiers.insert(prefix.modifier)
            rest = rest.dropFirst(prefix.name.count)
        }
        if modifiers.isEmpty, rest.count == 2, rest.first == "^" {
            modifiers = .control
            rest = rest.dropFirst()
        }
        if rest.lowercased() == "backtab" || rest.lowercased() == "btab" {
            self.init(.tab, modifiers.union(.shift))
            return
        }
        guard let key = Key(name: String(rest)) else { return nil }
        self.init(key, modifiers)
    }

    /// In the order in which a name has them; the last is read and never written.
    private static let prefixes: [(modifier: Modifiers, name: String)] = [
        (.control, "C-"), (.alt, "M-"), (.shift, "S-"), (.super, "Super-"), (.hyper, "Hyper-"), (.meta, "Meta-"),
        (.alt, "A-"),
    ]
}

/// The modifier keys held, in the bits of the kitty keyboard protocol.
public struct Modifiers: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
    public static let `super` = Modifiers(rawValue: 8)
    public static let hyper = Modifiers(rawValue: 16)
    public static let meta = Modifiers(rawValue: 32)
    public static let capsLock = Modifiers(rawValue: 64)
    public static let numLock = Modifiers(rawValue: 128)
}
