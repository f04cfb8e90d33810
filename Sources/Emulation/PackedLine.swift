import ScreenModel

/// One line of cells as bytes: trimmed text in 1, 2 or 4 bytes a character, and runs of equal looks.
///
///     u16 cells · u8 flags (1 wraps, 2 two-byte contents, 4 four-byte contents) · u16 runs
///     runs × (u16 cells, u32 foreground, u32 background, u16 attributes, u16 extra) · contents
///
/// No runs means that all cells are plain. A wide character's right cell is left out, as its left one tells all of it.
enum PackedLine {
    static let headerSize = 5
    static let runSize = 14

    /// The most bytes that a line of so many cells takes.
    static func limit(cells: Int) -> Int { headerSize + cells * (runSize + 4) }

    /// Packs `count` cells; returns the bytes written, at most ``limit(cells:)``.
    static func pack(
        _ cells: UnsafePointer<Cell>, count: Int, wraps: Bool, into bytes: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let (contents, looks) = union(cells, count: count)
        let width = contents < 0x100 ? 1 : contents < 0x1_0000 ? 2 : 4
        let out = UnsafeMutableRawPointer(bytes)
        out.storeBytes(of: UInt16(truncatingIfNeeded: count), as: UInt16.self)
        bytes[2] = (wraps ? 1 : 0) | (width == 2 ? 2 : 0) | (width == 4 ? 4 : 0)
        var end = headerSize
        var runs = 0
        if looks != 0 { (runs, end) = packRuns(cells, count: count, into: out) }
        out.storeBytes(of: UInt16(truncatingIfNeeded: runs), toByteOffset: 3, as: UInt16.self)
        if width == 1, looks == 0 {
            for column in 0..<count { bytes[end + column] = UInt8(truncatingIfNeeded: cells[column].content) }
            return end + count
        }
        for column in 0..<count where !cells[column].attributes.contains(.wideTrail) {
            let content = cells[column].content
            switch width {
            case 1: bytes[end] = UInt8(truncatingIfNeeded: content)
            case 2: out.storeBytes(of: UInt16(truncatingIfNeeded: content), toByteOffset: end, as: UInt16.self)
            default: out.storeBytes(of: content, toByteOffset: end, as: UInt32.self)
            }
            end += width
        }
        return end
    }

    /// All bits that are set in any content, and in any look.
    private static func union(_ cells: UnsafePointer<Cell>, count: Int) -> (contents: UInt32, looks: UInt32) {
        var all = SIMD4<UInt32>()
        let words = UnsafeRawPointer(cells)
        for column in 0..<count {
            all |= words.loadUnaligned(fromByteOffset: column * MemoryLayout<Cell>.stride, as: SIMD4<UInt32>.self)
        }
        return (all[0], all[1] | all[2] | all[3])
    }

    private static func packRuns(
        _ cells: UnsafePointer<Cell>, count: Int, into out: UnsafeMutableRawPointer
    ) -> (runs: Int, end: Int) {
        var end = headerSize
        var runs = 0
        var column = 0
        while column < count {
            let first = cells[column]
            var length = 0
            while column < count {
                let cell = cells[column]
                if !cell.attributes.contains(.wideTrail) {
                    guard
                        cell.foreground == first.foreground, cell.background == first.background,
                        cell.attributes == first.attributes, cell.extra == first.extra
                    else { break }
                    length += 1
                }
                column += 1
            }
            out.storeBytes(of: UInt16(truncatingIfNeeded: length), toByteOffset: end, as: UInt16.self)
            out.storeBytes(of: first.foreground.rawValue, toByteOffset: end + 2, as: UInt32.self)
            out.storeBytes(of: first.background.rawValue, toByteOffset: end + 6, as: UInt32.self)
            out.storeBytes(of: first.attributes.rawValue, toByteOffset: end + 10, as: UInt16.self)
            out.storeBytes(of: first.extra, toByteOffset: end + 12, as: UInt16.self)
            end += runSize
            runs += 1
        }
        return (runs, end)
    }

    /// The number of cells of a packed line.
    static func cellCount(_ bytes: UnsafePointer<UInt8>) -> Int {
        Int(UnsafeRawPointer(bytes).loadUnaligned(as: UInt16.self))
    }

    static func wraps(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes[2] & 1 != 0 }

    /// The bytes that a packed line takes.
    static func size(_ bytes: UnsafePointer<UInt8>) -> Int {
        let raw = UnsafeRawPointer(bytes)
        let runs = Int(raw.loadUnaligned(fromByteOffset: 3, as: UInt16.self))
        let width = bytes[2] & 4 != 0 ? 4 : bytes[2] & 2 != 0 ? 2 : 1
        var contents = runs == 0 ? cellCount(bytes) : 0
        for run in 0..<runs {
            contents += Int(raw.loadUnaligned(fromByteOffset: headerSize + run * runSize, as: UInt16.self))
        }
        return headerSize + runs * runSize + contents * width
    }

    /// The number of packed lines that lie one behind the other.
    static func count(_ lines: [UInt8]) -> Int {
        lines.withUnsafeBufferPointer { lines in
            guard let start = lines.baseAddress else { return 0 }
            var count = 0
            var at = 0
            while at < lines.count {
                at += size(start + at)
                count += 1
            }
            return count
        }
    }

    /// Unpacks into at least ``cellCount(_:)`` cells; returns the bytes read.
    @discardableResult
    static func unpack(_ bytes: UnsafePointer<UInt8>, into cells: UnsafeMutablePointer<Cell>) -> Int {
        let raw = UnsafeRawPointer(bytes)
        let count = cellCount(bytes)
        let width = bytes[2] & 4 != 0 ? 4 : bytes[2] & 2 != 0 ? 2 : 1
        let runs = Int(raw.loadUnaligned(fromByteOffset: 3, as: UInt16.self))
        var at = headerSize + runs * runSize
        var column = 0
        for run in 0..<max(1, runs) {
            var length = count
            var cell = Cell.blank
            if runs > 0 {
                let offset = headerSize + run * runSize
                length = Int(raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
                cell.foreground = Color(rawValue: raw.loadUnaligned(fromByteOffset: offset + 2, as: UInt32.self))
                cell.background = Color(rawValue: raw.loadUnaligned(fromByteOffset: offset + 6, as: UInt32.self))
                cell.attributes = Attributes(
                    rawValue: raw.loadUnaligned(fromByteOffset: offset + 10, as: UInt16.self))
                cell.extra = raw.loadUnaligned(fromByteOffset: offset + 12, as: UInt16.self)
            }
            let trail = cell.trail
            let isWide = cell.attributes.contains(.wide)
            for _ in 0..<min(length, count - column) where column < count {
                switch width {
                case 1: cell.content = UInt32(bytes[at])
                case 2: cell.content = UInt32(raw.loadUnaligned(fromByteOffset: at, as: UInt16.self))
                default: cell.content = raw.loadUnaligned(fromByteOffset: at, as: UInt32.self)
                }
                at += width
                cells[column] = cell
                column += 1
                if isWide, column < count {
                    cells[column] = trail
                    column += 1
                }
            }
        }
        return at
    }
}

extension Cell {
    /// The right half of a wide character whose left half is this cell.
    var trail: Cell {
        var trail = self
        trail.content = 0
        trail.attributes.remove(.wide)
        trail.attributes.insert(.wideTrail)
        return trail
    }
}
