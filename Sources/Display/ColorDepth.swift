/// How many colours the terminal can show.
public enum ColorDepth: UInt8, Comparable, Hashable, Sendable {
    case mono, ansi8, ansi16, indexed256, truecolor

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
