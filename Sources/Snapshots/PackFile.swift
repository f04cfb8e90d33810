import CSnapshots
import Glibc

/// A pack while it is written: under a temporary name, locked, so that a killed process's leftover is known as one.
final class PackFile {
    private let file: OpenFile
    private let folder: String
    private var isPublished = false

    static let temporaryPrefix = "tmp_ah_"

    init(objects: String) throws(SnapshotError) {
        folder = "\(objects)/objects/pack"
        let path = "\(folder)/\(Self.temporaryPrefix)\(getpid())_\(UInt32.random(in: 0 ... .max))"
        file = try OpenFile(path, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o400)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .last("lock", path) }
    }

    deinit {
        if !isPublished { unlink(file.path) }
    }

    func append(_ bytes: [UInt8]) throws(SnapshotError) { try file.write(bytes) }

    func cut(to size: UInt64) throws(SnapshotError) {
        guard ftruncate(file.descriptor, off_t(size)) == 0, lseek(file.descriptor, off_t(size), SEEK_SET) >= 0 else {
            throw .last("cut", file.path)
        }
    }

    /// Writes the header, and reads the pack again for its checksum.
    func seal(header: [UInt8], size: UInt64) throws(SnapshotError) -> ObjectID {
        guard pwrite(file.descriptor, header, header.count, 0) == header.count else { throw .last("write", file.path) }
        var hash = ObjectHash()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        while offset < size {
            let count = try file.read(into: buffer, at: offset)
            guard count > 0 else { throw .damaged(path: file.path, what: "it became shorter while it was written") }
            hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
        return hash.end()
    }

    /// Gives pack and index their names. The index comes last: with it, git sees the pack.
    func publish(as checksum: ObjectID, index: [UInt8]) throws(SnapshotError) {
        try file.synchronise()
        let name = "\(folder)/pack-\(checksum.hex)"
        guard rename(file.path, "\(name).pack") == 0 else { throw .last("write", "\(name).pack") }
        isPublished = true
        try WholeFile.replace("\(name).idx", with: index, durable: true)
    }
}
