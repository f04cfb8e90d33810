/// What a cell's text looks like besides its colours, and its part in a wide character.
public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let bold = Attributes(rawValue: 1 << 0)
    public static let dim = Attributes(rawValue: 1 << 1)
    public static let italic = Attributes(rawValue: 1 << 2)
    public static let blink = Attributes(rawValue: 1 << 3)
    public static let inverse = Attributes(rawValue: 1 << 4)
    public static let conceal = Attributes(rawValue: 1 << 5)
    public static let strikethrough = Attributes(rawValue: 1 << 6)
    public static let overline = Attributes(rawValue: 1 << 7)
    /// The left cell of a character two columns wide.
    public static let wide = Attributes(rawValue: 1 << 11)
    /// The right cell of a character two columns wide; it has no content of its own.
    public static let wideTrail = Attributes(rawValue: 1 << 12)
    /// DECSCA: DECSED and DECSEL leave this cell alone.
    public static let protected = Attributes(rawValue: 1 << 13)

    static let underlineMask: UInt16 = 0b111 << 8

    /// How the text is underlined (SGR 4, 4:0 … 4:5, 21).
    public var underline: Underline {
        get { Underline(rawValue: UInt8((rawValue & Self.underlineMask) >> 8)) ?? .none }
        set { self = Attributes(rawValue: rawValue & ~Self.underlineMask | UInt16(newValue.rawValue) << 8) }
    }

    /// The part that is style: everything but a cell's place in a wide character and its protection.
    public var styling: Attributes {
        subtracting([.wide, .wideTrail, .protected])
    }
}

/// Underline styles, numbered as in SGR 4:n.
public enum Underline: UInt8, Hashable, Sendable {
    case none, single, double, curly, dotted, dashed
}
