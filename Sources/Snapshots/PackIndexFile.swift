import CSnapshots
import Glibc

/// The sorted list of a pack's objects (git's index format, version 2), mapped or in memory.
final class PackIndexFile {
    private let base: UnsafeRawBufferPointer
    private let isMapped: Bool
    let count: Int

    private static let idStart = 8 + 256 * 4

    /// An index that was just encoded.
    init(owned bytes: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        copy.copyBytes(from: bytes)
        base = UnsafeRawBufferPointer(copy)
        isMapped = false
        count = Int(UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 8 + 255 * 4, as: UInt32.self)))
    }

    /// nil if it has gone, as after a collection.
    /// - Throws: `damaged`.
    init?(mapping path: String) throws(SnapshotError) {
        let file: OpenFile
        do { file = try OpenFile(path, flags: O_RDONLY) } catch {
            if case .system(_, _, ENOENT) = error { return nil }
            throw error
        }
        let size = Int(try file.status().size)
        guard size >= Self.idStart + 40 else { throw .damaged(path: path, what: "an index of \(size) bytes") }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
            throw .last("map", path)
        }
        base = UnsafeRawBufferPointer(start: address, count: size)
        isMapped = true
        count = Int(UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 8 + 255 * 4, as: UInt32.self)))
        let magic = UInt32(bigEndian: base.loadUnaligned(as: UInt32.self))
        guard magic == 0xff74_4f63, size >= Self.idStart + count * 28 + 40 else {
            throw .damaged(path: path, what: "not an index of a pack")
        }
    }

    deinit {
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: base.baseAddress!), base.count)
        } else {
            base.deallocate()
        }
    }

    func contains(_ id: ObjectID) -> Bool {
        let first = Int(id.high >> 56)
        var low = first == 0 ? 0 : fan(first - 1)
        var high = min(fan(first), count)
        while low < high {
            let middle = (low + high) / 2
            let found = self.id(at: middle)
            if found == id { return true }
            if found < id { low = middle + 1 } else { high = middle }
        }
        return false
    }

    func id(at index: Int) -> ObjectID {
        ObjectID(UnsafeRawBufferPointer(rebasing: base[(Self.idStart + index * 20)...].prefix(20)))
    }

    /// An object with its place and its checksum.
    func entry(at index: Int) -> PackEntry {
        let crcStart = Self.idStart + count * 20
        let offsetStart = crcStart + count * 4
        var offset = UInt64(number(offsetStart + index * 4))
        if offset & 0x8000_0000 != 0 {
            let place = offsetStart + count * 4 + Int(offset & 0x7fff_ffff) * 8
            // Beyond the file: a place that no object can have.
            offset =
                place + 48 <= base.count
                ? UInt64(bigEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self)) : .max
        }
        return PackEntry(id: id(at: index), offset: offset, crc: number(crcStart + index * 4))
    }

    private func number(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private func fan(_ byte: Int) -> Int {
        Int(number(8 + byte * 4))
    }

    /// - Parameter entries: sorted by id.
    static func encode(_ entries: [PackEntry], checksum: ObjectID) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(idStart + entries.count * 28 + 40)
        append(0xff74_4f63, to: &bytes)
        append(2, to: &bytes)
        var index = 0
        for byte in 0..<256 {
            while index < entries.count, entries[index].id.high >> 56 <= UInt64(byte) { index += 1 }
            append(UInt32(index), to: &bytes)
        }
        for entry in entries { entry.id.append(to: &bytes) }
        for entry in entries { append(entry.crc, to: &bytes) }
        var far: [UInt64] = []
        for entry in entries {
            if entry.offset < 0x8000_0000 {
                append(UInt32(entry.offset), to: &bytes)
            } else {
                append(0x8000_0000 | UInt32(far.count), to: &bytes)
                far.append(entry.offset)
            }
        }
        for offset in far { withUnsafeBytes(of: offset.bigEndian) { bytes.append(contentsOf: $0) } }
        checksum.append(to: &bytes)
        ObjectHash.of(bytes).append(to: &bytes)
        return bytes
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
