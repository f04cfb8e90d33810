import ScreenModel

/// Follows plain lines without a screen: how far down they lead, and how far they reach.
///
/// Plain is what neither moves up, nor asks, nor changes anything that outlives its line but the style: text, CR, LF, tabs,
/// SGR and EL. It knows what ``Interpreter`` does with these, and nothing else.
struct LineCounter {
    let columns: Int
    /// Of the cursor; `columns` when the next character wraps.
    private(set) var column: Int
    /// How often the cursor went one line down.
    private(set) var lines = 0
    /// Behind the last byte that is printed for certain.
    private(set) var printedEnd = 0
    /// Whether there was an SGR or EL.
    private(set) var hasStyles = false
    private let hasOwnTabs: Bool
    private let widths = CharacterWidth.table
    /// A ZWJ came last.
    private var joinNext = false

    init(columns: Int, column: Int, hasOwnTabs: Bool) {
        self.columns = columns
        self.column = column
        self.hasOwnTabs = hasOwnTabs
    }

    /// - Returns: the index of the first byte that is not part of plain lines, or that needs what comes after `end`.
    mutating func count(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte &- 0x20 < 0x5F {
                let stop = Self.textEnd(bytes, from: index + 1, to: end)
                advance(by: stop - index)
                index = stop
                printedEnd = stop
                joinNext = false
                continue
            }
            switch byte {
            case 0x0A: lines += 1
            case 0x0D: column = 0
            case 0x09 where !hasOwnTabs: tab()
            case 0x1B:
                guard let next = Self.styleEnd(bytes, from: index, to: end) else { return index }
                index = next - 1
                hasStyles = true
            case 0x80...:
                guard let next = character(bytes, from: index, to: end) else { return index }
                index = next
                continue
            default: return index
            }
            joinNext = false
            index += 1
        }
        return index
    }

    /// The end of a run of printable ASCII, eight bytes a step.
    @inline(__always)
    private static func textEnd(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        while index + 8 <= end {
            let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self).littleEndian
            // The top bit of each byte that is less than a space, DEL or beyond ASCII. Those above the first may be wrong.
            let low = (word &- ones &* 0x20) & ~word
            let delete = word ^ (ones &* 0x7F)
            let found = (low | ((delete &- ones) & ~delete) | word) & tops
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, bytes[index] &- 0x20 < 0x5F { index += 1 }
        return index
    }

    /// Behind the SGR or EL that starts at `start`; nil when it is neither, or not whole.
    @inline(__always)
    static func styleEnd(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        guard start + 2 < end, bytes[start + 1] == 0x5B else { return nil }
        var index = start + 2
        while index < end, bytes[index] &- 0x30 < 0x0C { index += 1 }
        guard index < end, bytes[index] == 0x6D || bytes[index] == 0x4B else { return nil }
        return index + 1
    }

    @inline(__always)
    private mutating func advance(by count: Int) {
        column += count
        guard column > columns else { return }
        let wraps = (column - 1) / columns
        lines += wraps
        column -= wraps * columns
    }

    private mutating func tab() {
        if column < columns - 1 { column = min((column / 8 + 1) * 8, columns - 1) }
    }

    /// One character beyond ASCII; nil when it isn't well formed or not whole.
    private mutating func character(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        let first = UInt32(bytes[start])
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, start + length <= end else { return nil }
        var scalar = first & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
        for index in start + 1..<start + length {
            guard bytes[index] & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        guard scalar >= (length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80), Unicode.Scalar(scalar) != nil
        else { return nil }
        print(scalar)
        return start + length
    }

    private mutating func print(_ scalar: UInt32) {
        if scalar < 0xA0 { return }
        let width = scalar < 0x300 ? 1 : widths.width(scalar)
        if width == 0 {
            joinNext = scalar == CharacterWidth.joiner
            return
        }
        let joins = joinNext && CharacterWidth.isPictograph(scalar)
        joinNext = false
        if joins, column > 0 { return }
        if column + width > columns {
            lines += 1
            column = 0
        }
        column += width
    }
}
