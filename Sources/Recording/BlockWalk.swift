import Glibc

/// Goes from block header to block header, and finds its way again where the file is damaged.
struct BlockWalk {
    struct Found {
        var info: BlockInfo
        var header: BlockHeader?
    }

    private let store: ByteStore
    /// Where the next block should start.
    private(set) var position: UInt64 = 0
    /// Whether the closing block was passed.
    private(set) var isAtEnd = false
    private(set) var warnings: [RecordingWarning] = []
    private var window: (start: UInt64, bytes: [UInt8]) = (0, [])
    private var previous: BlockHeader?
    private var previousSize: UInt64 = 0
    /// Bytes that may still be checksummed in search of a way on: a file made of false headers must not take minutes.
    private var searchBudget: UInt64

    init(store: ByteStore) {
        self.store = store
        searchBudget = 64 << 20 + store.size &* 4
    }

    /// The next block, or hole, or torn tail; nil at the end. After a torn tail the walk can be taken up again at
    /// ``position``, when the file has grown.
    mutating func next() throws(RecordingError) -> Found? {
        guard position < store.size else { return nil }
        if isAtEnd {
            warn(.bytesAfterEnd(store.size - position))
            position = store.size
            return nil
        }
        switch try header(at: position) {
        case .header(let header): return try follow(header)
        case .version(let version) where previous == nil && position == 0:
            throw .version(path: store.path, offset: position, version: version)
        case .version: return try skip()
        case .none:
            if store.size - position < UInt64(Format.headerSize), try startsLikeHeader() { return torn(nil) }
            return try skip()
        }
    }

    private mutating func follow(_ header: BlockHeader) throws(RecordingError) -> Found? {
        let end = position + UInt64(Format.headerSize) + UInt64(header.payloadSize)
        if end > store.size {
            return try search(from: position + 4) == nil ? torn(header) : skip()
        }
        var header = header
        if end < store.size {
            // A wrong length leads nowhere; then the checksum tells which of the two is wrong.
            let leadsOn = try startsLikeHeader(at: end)
            if !leadsOn || header.isLast, try !agrees(header, at: position) {
                if !leadsOn, store.size - end >= 4, try search(from: position + 4) != nil { return try skip() }
                if leadsOn { header.flags = 0 }
            }
        }
        let info = info(header, end: end, .whole)
        previous = header
        previousSize = end - position
        position = end
        isAtEnd = header.isLast
        return Found(info: info, header: header)
    }

    private func info(_ header: BlockHeader, end: UInt64, _ condition: BlockInfo.Condition) -> BlockInfo {
        BlockInfo(
            position: position, size: end - position, startOffset: ByteOffset(header.startOffset),
            startTime: .zero, decodedSize: header.decodedSize, recordCount: header.recordCount,
            isLast: header.isLast && condition == .whole, condition: condition)
    }

    private mutating func torn(_ header: BlockHeader?) -> Found? {
        warn(.torn)
        defer { window = (0, []) }
        guard let header else { return nil }
        return Found(info: info(header, end: store.size, .torn), header: header)
    }

    /// Steps over bytes that are no block.
    private mutating func skip() throws(RecordingError) -> Found? {
        let end = try search(from: position + 1) ?? store.size
        warn(.noBlock(bytes: end - position))
        let info = BlockInfo(
            position: position, size: end - position, startOffset: ByteOffset(previous?.startOffset ?? 0),
            startTime: .zero, decodedSize: 0, recordCount: 0, isLast: false, condition: .hole)
        position = end
        return Found(info: info, header: previous)
    }

    private mutating func warn(_ reason: RecordingWarning.Reason) {
        warnings.append(RecordingWarning(path: store.path, offset: position, reason: reason))
    }

    /// Forgets the warnings about a tail that has become a block since.
    mutating func resume() {
        warnings.removeAll { $0.reason == .torn }
        window = (0, [])
    }

    // MARK: Headers

    private mutating func header(at offset: UInt64) throws(RecordingError) -> BlockHeader.Finding {
        let wanted = UInt64(Format.headerSize)
        if offset < window.start || offset + wanted > window.start + UInt64(window.bytes.count) {
            // Small blocks lie many to a page, large ones are worth a read of their own.
            let count = previousSize > 32 << 10 ? Format.headerSize : 64 << 10
            window = (offset, try store.read(at: offset, count: count))
        }
        let start = Int(offset - window.start)
        return window.bytes.withUnsafeBytes { bytes in
            BlockHeader.read(UnsafeRawBufferPointer(rebasing: bytes[min(start, bytes.count)...]))
        }
    }

    private func startsLikeHeader() throws(RecordingError) -> Bool { try startsLikeHeader(at: position) }

    private func startsLikeHeader(at offset: UInt64) throws(RecordingError) -> Bool {
        let magic: [UInt8] = [0x41, 0x48, 0x52, 0x43]
        return try magic.starts(with: store.read(at: offset, count: 4))
    }

    private mutating func agrees(_ header: BlockHeader, at offset: UInt64) throws(RecordingError) -> Bool {
        let size = UInt64(header.payloadSize)
        guard header.checksum != 0, size <= UInt64(Format.decodedLimit), size <= searchBudget else { return false }
        searchBudget -= size
        let payload = try store.read(at: offset + UInt64(Format.headerSize), count: Int(size))
        return payload.count == Int(size) && payload.withUnsafeBytes { header.agrees(payload: $0) }
    }

    // MARK: Finding the way again

    /// The next place where a block starts for certain: its checksum agrees, or without one its time and offset go on.
    private mutating func search(from start: UInt64) throws(RecordingError) -> UInt64? {
        var offset = start
        while offset + UInt64(Format.headerSize) <= store.size {
            let bytes = try store.read(at: offset, count: 256 << 10)
            var index = 0
            while let found = Self.magic(in: bytes, from: index) {
                if try isBlock(at: offset + UInt64(found)) { return offset + UInt64(found) }
                index = found + 1
            }
            guard bytes.count > 3 else { return nil }
            offset += UInt64(bytes.count - 3)
        }
        return nil
    }

    private static func magic(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard start < buffer.count else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
            return withUnsafeBytes(of: Format.magic.littleEndian) { magic in
                TimingColumns.end(of: magic, in: rest).map { start + $0 - magic.count }
            }
        }
    }

    private mutating func isBlock(at offset: UInt64) throws(RecordingError) -> Bool {
        let bytes = try store.read(at: offset, count: Format.headerSize)
        guard case .header(let header) = bytes.withUnsafeBytes({ BlockHeader.read($0) }),
            offset + UInt64(Format.headerSize) + UInt64(header.payloadSize) <= store.size
        else { return false }
        if header.checksum != 0 { return try agrees(header, at: offset) }
        guard let previous else { return true }
        return header.startTime >= previous.startTime && header.startOffset >= previous.startOffset
    }
}
