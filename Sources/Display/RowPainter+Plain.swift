import ScreenModel

extension RowPainter {
    /// Draws cells that differ, are narrow characters of one scalar, and need no other change of the pen than its
    /// colours: most cells. Stops at the first other one, and at a run of equal cells. Returns the column it stopped at.
    ///
    /// All it touches is local: a byte written through a pointer may alias anything in memory, so a cursor kept in `self`
    /// would be loaded again for every byte.
    mutating func drawPlain(
        _ new: UnsafePointer<Cell>, _ old: UnsafePointer<Cell>, column start: Int, last: Int
    ) -> Int {
        var out = writer.cursor
        let numbers = writer.numbers
        let rest = UInt32(pen.attributes.rawValue) | UInt32(pen.extra) << 16
        var foreground = pen.foreground.rawValue
        var background = pen.background.rawValue
        var column = start
        while column <= last {
            let cell = UnsafeRawPointer(new + column)
            let content = cell.load(as: UInt32.self)
            guard content < 0xD800, cell.load(fromByteOffset: 12, as: UInt32.self).littleEndian == rest,
                !Self.equal(new + column, old + column)
            else { break }
            if column + 3 < last, Self.equal(new + column, new + column + 1), Self.equal(new + column, new + column + 2)
            {
                break
            }
            let newForeground = cell.load(fromByteOffset: 4, as: UInt32.self)
            let newBackground = cell.load(fromByteOffset: 8, as: UInt32.self)
            if newForeground != foreground || newBackground != background {
                Self.putColors(
                    newForeground != foreground ? newForeground : nil,
                    newBackground != background ? newBackground : nil,
                    &out, numbers)
                foreground = newForeground
                background = newBackground
            }
            Self.put(content, &out)
            column += 1
        }
        guard column > start else { return start }
        writer.advance(to: out)
        pen.foreground = Color(rawValue: foreground)
        pen.background = Color(rawValue: background)
        arrive(column)
        return column
    }

    /// A scalar below U+D800, or a blank.
    @inline(__always)
    private static func put(_ content: UInt32, _ out: inout UnsafeMutablePointer<UInt8>) {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (content >> shift) & 0x3F) }
        if content < 0x80 {
            out[0] = content == 0 ? 0x20 : UInt8(truncatingIfNeeded: content)
            out += 1
        } else if content < 0x800 {
            out[0] = UInt8(truncatingIfNeeded: 0xC0 | content >> 6)
            out[1] = tail(0)
            out += 2
        } else {
            out[0] = UInt8(truncatingIfNeeded: 0xE0 | content >> 12)
            out[1] = tail(6)
            out[2] = tail(0)
            out += 3
        }
    }

    @inline(__always)
    private static func putColors(
        _ foreground: UInt32?, _ background: UInt32?, _ out: inout UnsafeMutablePointer<UInt8>,
        _ numbers: UnsafePointer<UInt32>
    ) {
        out[0] = 0x1B
        out[1] = 0x5B
        out += 2
        if let foreground { putColor(foreground, 30, &out, numbers) }
        if let background { putColor(background, 40, &out, numbers) }
        out[-1] = 0x6D
    }

    /// The parameters of a colour, as ``Pen`` writes them.
    @inline(__always)
    private static func putColor(
        _ color: UInt32, _ base: UInt8, _ out: inout UnsafeMutablePointer<UInt8>, _ numbers: UnsafePointer<UInt32>
    ) {
        let value = UInt8(truncatingIfNeeded: color)
        switch color >> 24 {
        case 2:
            // Eight bytes are stored and five count: "38;2;" or "48;2;".
            store(base == 30 ? 0x3B_323B_3833 : 0x3B_323B_3834, &out)
            parameter(UInt8(truncatingIfNeeded: color >> 16), &out, numbers)
            parameter(UInt8(truncatingIfNeeded: color >> 8), &out, numbers)
            parameter(value, &out, numbers)
        case 0: parameter(base + 9, &out, numbers)
        case _ where value < 8: parameter(base + value, &out, numbers)
        case _ where value < 16: parameter(base + 52 + value, &out, numbers)
        default:
            store(base == 30 ? 0x3B_353B_3833 : 0x3B_353B_3834, &out)
            parameter(value, &out, numbers)
        }
    }

    @inline(__always)
    private static func store(_ word: UInt64, _ out: inout UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(out).storeBytes(of: word.littleEndian, as: UInt64.self)
        out += 5
    }

    @inline(__always)
    private static func parameter(
        _ value: UInt8, _ out: inout UnsafeMutablePointer<UInt8>, _ numbers: UnsafePointer<UInt32>
    ) {
        UnsafeMutableRawPointer(out).storeBytes(of: numbers[Int(value)], as: UInt32.self)
        out += value < 10 ? 2 : value < 100 ? 3 : 4
    }
}
