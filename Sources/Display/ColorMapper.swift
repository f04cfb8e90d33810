import ScreenModel

/// Colours as the terminal can show them: the nearest of its 256, 16 or 8.
struct ColorMapper {
    let depth: ColorDepth
    /// Nearest-of-16 is a search: remembered, key in the upper bits and colour in the lower 32.
    private var cache: [UInt64]

    init(depth: ColorDepth) {
        self.depth = depth
        cache = depth == .ansi16 || depth == .ansi8 ? Array(repeating: .max, count: 1024) : []
    }

    /// - Returns: the colour, and whether it is a bright one of a terminal that has only 8 (bold makes up for it).
    mutating func map(_ color: Color) -> (color: Color, isBright: Bool) {
        if color.isDefault { return (color, false) }
        switch depth {
        case .truecolor: return (color, false)
        case .mono: return (.default, false)
        case .indexed256: return (color.components.map { .indexed(Self.nearest256($0)) } ?? color, false)
        case .ansi16: return (.indexed(nearest16(color)), false)
        case .ansi8:
            let index = nearest16(color)
            return (.indexed(index & 7), index > 7)
        }
    }

    private mutating func nearest16(_ color: Color) -> UInt8 {
        if let index = color.index, index < 16 { return index }
        let slot = Int(truncatingIfNeeded: (color.rawValue &* 0x9E37_79B1) >> 22)
        if cache[slot] >> 32 == UInt64(color.rawValue) { return UInt8(truncatingIfNeeded: cache[slot]) }
        let components = color.components ?? Self.components(of: color.index ?? 0)
        let nearest = Self.nearest(components, among: 0..<16)
        cache[slot] = UInt64(color.rawValue) << 32 | UInt64(nearest)
        return nearest
    }

    /// The nearest of the colour cube and the grey ramp. The first 16 are the user's own and so no certain colour.
    static func nearest256(_ color: (red: UInt8, green: UInt8, blue: UInt8)) -> UInt8 {
        let red = cubeStep(color.red)
        let green = cubeStep(color.green)
        let blue = cubeStep(color.blue)
        let cube = UInt8(16 + 36 * red + 6 * green + blue)
        let average = (Int(color.red) + Int(color.green) + Int(color.blue)) / 3
        let grey = UInt8(232 + max(0, min(23, (average - 3) / 10)))
        return distance(color, components(of: grey)) < distance(color, components(of: cube)) ? grey : cube
    }

    /// The cube's levels are 0, 95, 135, 175, 215, 255.
    private static func cubeStep(_ value: UInt8) -> Int {
        value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40
    }

    private static func nearest(
        _ color: (red: UInt8, green: UInt8, blue: UInt8), among indices: Range<UInt8>
    ) -> UInt8 {
        indices.min { distance(color, components(of: $0)) < distance(color, components(of: $1)) } ?? 0
    }

    /// Weighted as the eye weighs them, roughly.
    private static func distance(
        _ left: (red: UInt8, green: UInt8, blue: UInt8), _ right: (red: UInt8, green: UInt8, blue: UInt8)
    ) -> Int {
        let red = Int(left.red) - Int(right.red)
        let green = Int(left.green) - Int(right.green)
        let blue = Int(left.blue) - Int(right.blue)
        return 2 * red * red + 4 * green * green + 3 * blue * blue
    }

    /// xterm's default palette.
    static func components(of index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
        if index < 16 {
            let value = first16[Int(index)]
            return (UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
        }
        if index >= 232 {
            let grey = 8 + 10 * (index - 232)
            return (grey, grey, grey)
        }
        let cube = index - 16
        func level(_ step: UInt8) -> UInt8 { step == 0 ? 0 : 55 + 40 * step }
        return (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
    }

    private static let first16: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5, 0x7F7F7F, 0xFF0000, 0x00FF00,
        0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]
}
