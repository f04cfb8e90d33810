/// A cell colour: the terminal's default, one of its 256 indexed colours, or 24-bit RGB.
///
/// One word, so that a cell stays 16 bytes: the top byte is the kind (0 default, 1 indexed, 2 RGB), the others the value.
public struct Color: Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public static let `default` = Color(rawValue: 0)

    public static func indexed(_ index: UInt8) -> Color {
        Color(rawValue: 0x0100_0000 | UInt32(index))
    }

    public static func rgb(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Color {
        Color(rawValue: 0x0200_0000 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue))
    }

    public var isDefault: Bool { rawValue == 0 }

    /// The palette index of an indexed colour.
    public var index: UInt8? { rawValue >> 24 == 1 ? UInt8(truncatingIfNeeded: rawValue) : nil }

    /// The components of an RGB colour.
    public var components: (red: UInt8, green: UInt8, blue: UInt8)? {
        guard rawValue >> 24 == 2 else { return nil }
        return (
            UInt8(truncatingIfNeeded: rawValue >> 16), UInt8(truncatingIfNeeded: rawValue >> 8),
            UInt8(truncatingIfNeeded: rawValue)
        )
    }
}
