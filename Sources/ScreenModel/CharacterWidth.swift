import Glibc

/// How many columns text takes: the one policy that emulator and renderer share.
///
/// Columns are what programs count with `wcwidth`, scalar by scalar, as tmux 3.3a does; neither VS16 nor a skin tone changes
/// a width. Two things join scalars of their own width into one cluster: a ZWJ between pictographs (the cluster keeps
/// its first scalar's width) and a pair of regional indicators (two columns, as its halves have together).
public enum CharacterWidth {
    /// Columns of a scalar on its own: 0 (combining, joiners, controls), 1 or 2. Constant time.
    @inlinable
    public static func width(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x7F { return value < 0x20 ? 0 : 1 }
        return table.width(value)
    }

    /// The widths of all scalars, for loops that look up many.
    nonisolated(unsafe) public static let table = WidthTable()

    /// U+200D, which joins the pictographs on its sides.
    public static let joiner: UInt32 = 0x200D

    /// Whether a ZWJ before this scalar joins it to the cluster on its left.
    @inlinable
    public static func isPictograph(_ scalar: UInt32) -> Bool {
        scalar >= 0x1F000 && scalar < 0x20000 || scalar >= 0x2190 && scalar < 0x2C00
            || scalar == 0x3030 || scalar == 0x303D || scalar == 0x3297 || scalar == 0x3299
    }

    /// Halves of flags, U+1F1E6 … U+1F1FF.
    @inlinable
    public static func isRegionalIndicator(_ scalar: UInt32) -> Bool {
        scalar >= 0x1F1E6 && scalar <= 0x1F1FF
    }
}

/// Two bits for each scalar; made once, then only read.
public struct WidthTable {
    @usableFromInline let bits: UnsafePointer<UInt8>

    init() {
        let size = 0x110000 / 4
        // calloc's pages are shared zeros until written, and most of the table stays zero.
        guard let memory = calloc(size, 1) else { fatalError("no memory for the width table") }
        let bits = memory.assumingMemoryBound(to: UInt8.self)
        Self.mark(CharacterWidth.zeroRanges, as: 1, in: bits)
        Self.mark([0x7F, 0x9F], as: 1, in: bits)
        Self.mark(CharacterWidth.wideRanges, as: 2, in: bits)
        self.bits = UnsafePointer(bits)
    }

    /// Columns of any scalar value from U+0020 on; 1 for what is no scalar.
    @inlinable @inline(__always)
    public func width(_ scalar: UInt32) -> Int {
        guard scalar < 0x110000 else { return 1 }
        switch (bits[Int(scalar >> 2)] >> ((scalar & 3) << 1)) & 3 {
        case 0: return 1
        case 1: return 0
        default: return 2
        }
    }

    private static func mark(_ ranges: [UInt32], as code: UInt8, in bits: UnsafeMutablePointer<UInt8>) {
        for pair in stride(from: 0, to: ranges.count, by: 2) {
            for scalar in ranges[pair]...ranges[pair + 1] {
                bits[Int(scalar >> 2)] |= code << ((scalar & 3) << 1)
            }
        }
    }
}
