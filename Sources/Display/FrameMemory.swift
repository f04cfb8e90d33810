import ScreenModel

/// The encoder's memory for one size of surface, kept from frame to frame.
final class FrameMemory {
    let size: Size
    /// The last surface as it came: an unchanged row is found with one `memcmp`.
    let raw: UnsafeMutablePointer<Cell>
    /// What the terminal shows: the last surface's cells as the terminal can show them.
    let shown: UnsafeMutablePointer<Cell>
    /// The rows of the frame under way; rows that didn't change are not filled in.
    let next: UnsafeMutablePointer<Cell>
    let shownHashes: UnsafeMutablePointer<UInt64>
    let nextHashes: UnsafeMutablePointer<UInt64>
    /// Whether the hash of the shown row is up to date; they are made when a scroll seems likely.
    let isHashed: UnsafeMutablePointer<Bool>
    let changed: UnsafeMutablePointer<Bool>
    /// The first and the last cell of each changed row that may differ.
    let firstChange: UnsafeMutablePointer<Int>
    let lastChange: UnsafeMutablePointer<Int>
    private(set) var output: UnsafeMutablePointer<UInt8>
    private(set) var outputCapacity: Int
    var outputCount = 0

    /// The hash of a blank row, by which scrolled-in rows are known.
    let blankHash: UInt64

    init(size: Size) {
        self.size = size
        // A row at least, whatever the size: the hash of a blank one is needed.
        let cells = max(1, size.area, size.columns)
        let rows = max(1, size.rows)
        raw = .allocate(capacity: cells)
        shown = .allocate(capacity: cells)
        next = .allocate(capacity: cells)
        raw.initialize(repeating: .blank, count: cells)
        shown.initialize(repeating: .blank, count: cells)
        next.initialize(repeating: .blank, count: cells)
        blankHash = Self.hash(shown, size.columns)
        shownHashes = .allocate(capacity: rows)
        nextHashes = .allocate(capacity: rows)
        changed = .allocate(capacity: rows)
        shownHashes.initialize(repeating: blankHash, count: rows)
        nextHashes.initialize(repeating: blankHash, count: rows)
        changed.initialize(repeating: false, count: rows)
        isHashed = .allocate(capacity: rows)
        isHashed.initialize(repeating: true, count: rows)
        firstChange = .allocate(capacity: rows)
        lastChange = .allocate(capacity: rows)
        firstChange.initialize(repeating: 0, count: rows)
        lastChange.initialize(repeating: 0, count: rows)
        outputCapacity = 1 << 12
        output = .allocate(capacity: outputCapacity)
    }

    deinit {
        for cells in [raw, shown, next] { cells.deallocate() }
        shownHashes.deallocate()
        nextHashes.deallocate()
        changed.deallocate()
        isHashed.deallocate()
        firstChange.deallocate()
        lastChange.deallocate()
        output.deallocate()
    }

    func copy() -> FrameMemory {
        let other = FrameMemory(size: size)
        other.raw.update(from: raw, count: size.area)
        other.shown.update(from: shown, count: size.area)
        other.isHashed.update(repeating: false, count: size.rows)
        return other
    }

    func fillBlank() {
        raw.update(repeating: .blank, count: size.area)
        shown.update(repeating: .blank, count: size.area)
        shownHashes.update(repeating: blankHash, count: size.rows)
        isHashed.update(repeating: true, count: size.rows)
    }

    /// Makes a cell count as changed, whatever the next frame has there.
    func forget(_ index: Int) {
        raw[index].content = .max
        shown[index].content = .max
        isHashed[index / size.columns] = false
    }

    var writer: ByteWriter { ByteWriter(base: output, capacity: outputCapacity) }

    /// Takes back the output memory, which the writer may have moved.
    func adopt(_ writer: ByteWriter) {
        (output, outputCapacity, outputCount) = (writer.base, writer.capacity, writer.count)
    }

    /// The row as it shall be: the next one where it changed, else the shown one.
    func target(_ row: Int) -> UnsafeMutablePointer<Cell> { (changed[row] ? next : shown) + row * size.columns }

    func targetHash(_ row: Int) -> UInt64 { changed[row] ? nextHashes[row] : shownHashes[row] }

    /// Makes the hashes that are missing, of shown and of next rows.
    func makeHashes() {
        for row in 0..<size.rows {
            if !isHashed[row] { shownHashes[row] = Self.hash(shown + row * size.columns, size.columns) }
            isHashed[row] = true
            if changed[row] { nextHashes[row] = Self.hash(next + row * size.columns, size.columns) }
        }
    }

    /// Of every third cell, since a match is confirmed by comparison anyway.
    static func hash(_ row: UnsafePointer<Cell>, _ columns: Int) -> UInt64 {
        let words = UnsafeRawPointer(row)
        var even: UInt64 = 0x9E37_79B9_7F4A_7C15
        var odd: UInt64 = 0xC2B2_AE3D_27D4_EB4F
        for offset in stride(from: 0, to: columns * 16, by: 48) {
            even = (even ^ words.load(fromByteOffset: offset, as: UInt64.self)) &* 0x9FB2_1C65_1E98_DF25
            odd = (odd ^ words.load(fromByteOffset: offset + 8, as: UInt64.self)) &* 0xD6E8_FEB8_6659_FD93
            even ^= even >> 32
            odd ^= odd >> 29
        }
        return even ^ (odd << 1 | odd >> 63)
    }
}
