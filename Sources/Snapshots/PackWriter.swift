import CSnapshots
import Glibc

/// Writes git objects into a pack of their own: one file per snapshot, on the disk as a whole or not at all.
///
/// Small packs stay in memory until the end. A large file is streamed, and taken back when it turns out to have changed.
final class PackWriter {
    private let objects: String
    private let stored: ObjectLookup
    private let deflater: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer
    private var buffer: [UInt8] = []
    /// Bytes of the pack that are in the file already.
    private var flushed: UInt64 = 0
    private var file: PackFile?
    private var entries: [PackEntry] = []
    private var pending: Set<ObjectID> = []

    static let headerSize = 12
    private static let flushSize = 4 << 20

    init(objects: String, stored: ObjectLookup) {
        self.objects = objects
        self.stored = stored
        // Level 1 as git's loose objects: a snapshot is waited for, and a collection compresses further.
        deflater = ah_deflater_new(1)!
        output = .allocate(byteCount: 1 << 16, alignment: 16)
        begin()
    }

    deinit {
        ah_deflater_free(deflater)
        output.deallocate()
        discard()
    }

    private func begin() {
        buffer.removeAll(keepingCapacity: buffer.capacity <= 2 * Self.flushSize)
        buffer.append(contentsOf: [UInt8](repeating: 0, count: Self.headerSize))
        flushed = 0
        file = nil
        entries.removeAll()
        pending.removeAll()
    }

    var isEmpty: Bool { entries.isEmpty }

    func contains(_ id: ObjectID) -> Bool { pending.contains(id) || stored.contains(id) }

    /// Adds an object unless the store has it.
    @discardableResult func add(_ kind: ObjectKind, _ bytes: UnsafeRawBufferPointer) throws(SnapshotError) -> ObjectID {
        let id = ObjectHash.of(kind, bytes)
        guard !contains(id) else { return id }
        var stream = start(kind, size: UInt64(bytes.count))
        try compress(bytes, into: &stream, isLast: true)
        end(stream, id)
        return id
    }

    @discardableResult func add(_ kind: ObjectKind, _ bytes: [UInt8]) throws(SnapshotError) -> ObjectID {
        try bytes.withRaw { bytes throws(SnapshotError) in try add(kind, bytes) }
    }

    /// An object that is on its way into the pack.
    struct Stream {
        fileprivate var offset: UInt64
        fileprivate var crc: UInt32 = 0
        fileprivate var hash = ObjectHash()
    }

    /// Begins a blob of exactly so many bytes, to be given in parts. Nothing else may be added until its end.
    func startBlob(size: UInt64) -> Stream {
        var stream = start(.blob, size: size)
        stream.hash.begin(.blob, size: size)
        return stream
    }

    func add(_ part: UnsafeRawBufferPointer, to stream: inout Stream) throws(SnapshotError) {
        stream.hash.add(part)
        try compress(part, into: &stream, isLast: false)
    }

    /// Ends a blob; it is taken back if the store has it.
    func finish(_ stream: Stream) throws(SnapshotError) -> ObjectID {
        var stream = stream
        try compress(UnsafeRawBufferPointer(start: nil, count: 0), into: &stream, isLast: true)
        let id = stream.hash.end()
        if contains(id) { try takeBack(stream) } else { end(stream, id) }
        return id
    }

    /// Removes what was added since the stream began.
    func takeBack(_ stream: Stream) throws(SnapshotError) {
        if stream.offset >= flushed {
            buffer.removeLast(buffer.count - Int(stream.offset - flushed))
        } else {
            buffer.removeAll(keepingCapacity: true)
            flushed = stream.offset
            try file?.cut(to: flushed)
        }
    }

    private func start(_ kind: ObjectKind, size: UInt64) -> Stream {
        let offset = flushed + UInt64(buffer.count)
        ah_deflater_reset(deflater)
        var rest = size >> 4
        var byte = kind.rawValue << 4 | UInt8(size & 15)
        while rest > 0 {
            buffer.append(byte | 0x80)
            byte = UInt8(rest & 0x7f)
            rest >>= 7
        }
        buffer.append(byte)
        var stream = Stream(offset: offset)
        stream.crc = buffer[Int(offset - flushed)...].withUnsafeBytes { ah_crc32(0, $0.baseAddress, $0.count) }
        return stream
    }

    private func end(_ stream: Stream, _ id: ObjectID) {
        entries.append(PackEntry(id: id, offset: stream.offset, crc: stream.crc))
        pending.insert(id)
    }

    private func compress(
        _ bytes: UnsafeRawBufferPointer, into stream: inout Stream, isLast: Bool
    ) throws(SnapshotError) {
        var input = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var left = bytes.count
        while true {
            let start = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
            var out: UnsafeMutablePointer<UInt8>? = start
            var room = output.count
            let result = ah_deflate(deflater, &input, &left, &out, &room, isLast ? 1 : 0)
            guard result >= 0 else { throw .system(operation: "compress", path: objects, code: -result) }
            let made = UnsafeRawBufferPointer(rebasing: output[..<(output.count - room)])
            stream.crc = ah_crc32(stream.crc, made.baseAddress, made.count)
            buffer.append(contentsOf: made)
            if buffer.count >= Self.flushSize { try flush() }
            if isLast ? result == 1 : left == 0 && room > 0 { return }
        }
    }

    private func flush() throws(SnapshotError) {
        if file == nil { file = try PackFile(objects: objects) }
        try file!.append(buffer)
        flushed += UInt64(buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Forgets everything since the last `commit`.
    func discard() { begin() }

    /// Puts what was added on the disk as one pack, durably, and lets others see it.
    /// - Returns: the bytes that the store grew by.
    @discardableResult func commit() throws(SnapshotError) -> UInt64 {
        guard !entries.isEmpty else {
            discard()
            return 0
        }
        let checksum = try finishPack()
        entries.sort { $0.id < $1.id }
        let index = PackIndexFile.encode(entries, checksum: checksum)
        let size = flushed + UInt64(index.count)
        try file!.publish(as: checksum, index: index)
        stored.add(PackIndexFile(owned: index))
        begin()
        return size
    }

    /// Writes the header with the count, which is known only now, and the checksum over everything.
    private func finishPack() throws(SnapshotError) -> ObjectID {
        let header = Self.header(count: entries.count)
        let checksum: ObjectID
        if flushed == 0 {
            buffer.replaceSubrange(0..<Self.headerSize, with: header)
            checksum = ObjectHash.of(buffer)
            checksum.append(to: &buffer)
            try flush()
        } else {
            if !buffer.isEmpty { try flush() }
            checksum = try file!.seal(header: header, size: flushed)
            checksum.append(to: &buffer)
            try flush()
        }
        return checksum
    }

    static func header(count: Int) -> [UInt8] {
        var bytes = Array("PACK".utf8)
        withUnsafeBytes(of: UInt32(2).bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(count).bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }
}

/// An object's place in a pack.
struct PackEntry {
    var id: ObjectID
    var offset: UInt64
    var crc: UInt32
}
