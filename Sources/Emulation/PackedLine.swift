import ScreenModel

/// One line of cells as bytes: trimmed text in 1, 2 or 4 bytes a character, and runs of equal looks.
///
///     u16 cells · u16 contents · u8 flags · (u32 bytes of all runs) · contents · runs
///
/// Flags: 1 wraps, 2 two-byte contents, 4 four-byte contents, 8 there are runs; without runs all cells are plain. A wide
/// character's right cell is left out, as its left one tells all of it.
enum PackedLine {
    private static let headerSize = 5
    private static let wrapsFlag: UInt8 = 1
    private static let twoBytes: UInt8 = 2
    private static let fourBytes: UInt8 = 4
    private static let hasRuns: UInt8 = 8

    /// The most bytes that a line of so many cells takes.
    static func limit(cells: Int) -> Int { headerSize + 4 + cells * (PackedRun.limit + 4) }

    /// Packs `count` cells; returns the bytes written, at most ``limit(cells:)``.
    static func pack(
        _ cells: UnsafePointer<Cell>, count: Int, wraps: Bool, into bytes: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let out = UnsafeMutableRawPointer(bytes)
        let (contents, looks) = union(cells, count: count)
        let width = contents < 0x100 ? 1 : contents < 0x1_0000 ? 2 : 4
        var flags: UInt8 = wraps ? wrapsFlag : 0
        if width == 2 { flags |= twoBytes }
        if width == 4 { flags |= fourBytes }
        if looks != 0 { flags |= hasRuns }
        out.storeBytes(of: UInt16(truncatingIfNeeded: count), as: UInt16.self)
        bytes[4] = flags
        if looks == 0 {
            out.storeBytes(of: UInt16(truncatingIfNeeded: count), toByteOffset: 2, as: UInt16.self)
            // The commonest line by far, in a loop that the compiler can unroll.
            guard width > 1 else {
                for column in 0..<count {
                    bytes[headerSize + column] = UInt8(truncatingIfNeeded: cells[column].content)
                }
                return headerSize + count
            }
            return packContents(cells, count: count, width: width, into: out + headerSize) + headerSize
        }
        let start = headerSize + 4
        let size = packContents(cells, count: count, width: width, into: out + start)
        out.storeBytes(of: UInt16(truncatingIfNeeded: size / width), toByteOffset: 2, as: UInt16.self)
        let runs = packRuns(cells, count: count, into: out + start + size)
        out.storeBytes(of: UInt32(truncatingIfNeeded: runs), toByteOffset: headerSize, as: UInt32.self)
        return start + size + runs
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

    private static func packContents(
        _ cells: UnsafePointer<Cell>, count: Int, width: Int, into out: UnsafeMutableRawPointer
    ) -> Int {
        var end = 0
        for column in 0..<count where !cells[column].attributes.contains(.wideTrail) {
            let content = cells[column].content
            switch width {
            case 1: out.storeBytes(of: UInt8(truncatingIfNeeded: content), toByteOffset: end, as: UInt8.self)
            case 2: out.storeBytes(of: UInt16(truncatingIfNeeded: content), toByteOffset: end, as: UInt16.self)
            default: out.storeBytes(of: content, toByteOffset: end, as: UInt32.self)
            }
            end += width
        }
        return end
    }

    private static func packRuns(
        _ cells: UnsafePointer<Cell>, count: Int, into out: UnsafeMutableRawPointer
    ) -> Int {
        var end = 0
        var column = 0
        while column < count {
            var run = PackedRun(look: cells[column], length: 0)
            while column < count {
                let cell = cells[column]
                if !cell.attributes.contains(.wideTrail) {
                    guard run.looksLike(cell) else { break }
                    run.length += 1
                }
                column += 1
            }
            end += run.write(to: out + end)
        }
        return end
    }

    /// The number of cells of a packed line.
    static func cellCount(_ bytes: UnsafePointer<UInt8>) -> Int {
        Int(UnsafeRawPointer(bytes).loadUnaligned(as: UInt16.self))
    }

    static func wraps(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes[4] & wrapsFlag != 0 }

    /// Where the contents and the runs of a packed line are, and how wide a content is.
    private static func parts(_ bytes: UnsafePointer<UInt8>) -> (contents: Int, width: Int, runs: Int, end: Int) {
        let raw = UnsafeRawPointer(bytes)
        let flags = bytes[4]
        let width = flags & fourBytes != 0 ? 4 : flags & twoBytes != 0 ? 2 : 1
        let contents = headerSize + (flags & hasRuns != 0 ? 4 : 0)
        let runs = contents + width * Int(raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        let size = flags & hasRuns != 0 ? Int(raw.loadUnaligned(fromByteOffset: headerSize, as: UInt32.self)) : 0
        return (contents, width, runs, runs + size)
    }

    /// The bytes that a packed line takes.
    static func size(_ bytes: UnsafePointer<UInt8>) -> Int { parts(bytes).end }

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
        let parts = parts(bytes)
        var content = parts.contents
        var nextRun = parts.runs
        var column = 0
        while column < count, content < parts.runs {
            var run = PackedRun(look: .blank, length: count)
            if nextRun < parts.end {
                let (read, size) = PackedRun.read(raw + nextRun)
                run = read
                nextRun += size
            }
            var cell = run.look
            let trail = cell.trail
            let isWide = cell.attributes.contains(.wide)
            for _ in 0..<run.length where column < count {
                switch parts.width {
                case 1: cell.content = UInt32(bytes[content])
                case 2: cell.content = UInt32(raw.loadUnaligned(fromByteOffset: content, as: UInt16.self))
                default: cell.content = raw.loadUnaligned(fromByteOffset: content, as: UInt32.self)
                }
                content += parts.width
                cells[column] = cell
                column += 1
                if isWide, column < count {
                    cells[column] = trail
                    column += 1
                }
            }
        }
        return parts.end
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
