import CSnapshots
import Glibc
import Processes

/// Reads a file of a live workspace into the store: between two stats, so that a torn read is noticed and tried again.
final class FileReader {
    private let writer: PackWriter
    let largest: UInt64
    /// Files up to so many bytes are read as a whole.
    private static let wholeSize = 4 << 20
    private static let tries = 3
    /// Milliseconds in which a single write may still go on.
    private static let recent: Int64 = 50
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: wholeSize + 1, alignment: 4096)

    enum Outcome {
        case stored(ObjectID, ah_stat, isFuzzy: Bool, [FolderManifest.ExtendedAttribute])
        case absent(ScannedEntry.Absence, code: Int32)
        /// It was removed, or something else has its name now.
        case gone
    }

    init(writer: PackWriter, largest: UInt64) {
        self.writer = writer
        self.largest = largest
    }

    deinit { buffer.deallocate() }

    /// Reads the regular file `name` of a folder.
    func store(_ name: UnsafePointer<CChar>, in folder: OpenFile, deadline: Deadline) throws(SnapshotError) -> Outcome {
        // Not blocking: what was a file may be a fifo by now.
        let descriptor = ah_open_at(folder.descriptor, name, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return try Self.refused(-descriptor, name, folder) }
        let file = OpenFile(descriptor: descriptor, path: "\(folder.path)/\(String(cString: name))")
        var before = try file.status()
        for attempt in 1...Self.tries {
            guard before.mode & S_IFMT == S_IFREG else { return .gone }
            guard before.size <= largest else { return .absent(.tooLarge, code: 0) }
            let id: ObjectID
            do throws(SnapshotError) {
                id = try content(of: file, size: before.size, deadline: deadline)
            } catch {
                // A broken disk or a mandatory lock: the file is reported, the snapshot goes on.
                if case .system("read", _, let code) = error { return .absent(.unreadable, code: code) }
                throw error
            }
            let after = try file.status()
            var isWhole = after.isSame(as: before)
            if isWhole { isWhole = try isStill(id, file, after, deadline) }
            if isWhole || attempt == Self.tries {
                return .stored(id, after, isFuzzy: !isWhole, ExtendedAttributes.read(file.descriptor, ""))
            }
            before = try file.status()
        }
        return .gone
    }

    private static func refused(
        _ code: Int32, _ name: UnsafePointer<CChar>, _ folder: OpenFile
    ) throws(SnapshotError) -> Outcome {
        switch code {
        case ENOENT, ELOOP, ENXIO: .gone
        case EMFILE, ENFILE, ENOMEM:
            throw .system(operation: "open", path: "\(folder.path)/\(String(cString: name))", code: code)
        default: .absent(.unreadable, code: code)
        }
    }

    /// The kernel sets the time when a write begins, so one that goes on shows in no stat: what was written just now is read
    /// twice.
    private func isStill(
        _ id: ObjectID, _ file: OpenFile, _ status: ah_stat, _ deadline: Deadline
    ) throws(SnapshotError) -> Bool {
        guard max(status.modified, status.changed) >= (WallClock.now() - Self.recent) * 1_000_000 else { return true }
        var hash = ObjectHash()
        hash.begin(.blob, size: status.size)
        var offset: UInt64 = 0
        while offset < status.size {
            try deadline.check("reading \(file.path)")
            let count = try file.read(into: buffer, at: offset)
            guard count > 0 else { return false }
            hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<Int(min(UInt64(count), status.size - offset))]))
            offset += UInt64(count)
        }
        let now = try file.status()
        return hash.end() == id && now.isSame(as: status)
    }

    private func content(of file: OpenFile, size: UInt64, deadline: Deadline) throws(SnapshotError) -> ObjectID {
        if size <= UInt64(Self.wholeSize) {
            // One byte more than it should have, to see whether it grew.
            let count = try file.read(into: buffer, at: 0)
            if count <= Self.wholeSize {
                return try writer.add(.blob, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return try streamed(file, size: max(size, UInt64(Self.wholeSize)), deadline: deadline)
    }

    /// A large file in parts. The size is said beforehand: what is missing then is filled with zeros, what is more is cut, and
    /// the stats around it tell.
    private func streamed(_ file: OpenFile, size: UInt64, deadline: Deadline) throws(SnapshotError) -> ObjectID {
        var stream = writer.startBlob(size: size)
        do throws(SnapshotError) {
            var offset: UInt64 = 0
            while offset < size {
                try deadline.check("reading \(file.path)")
                let wanted = Int(min(size - offset, UInt64(Self.wholeSize)))
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                let count = try file.read(into: part, at: offset)
                if count < wanted { memset(part.baseAddress! + count, 0, wanted - count) }
                try writer.add(UnsafeRawBufferPointer(part), to: &stream)
                offset += UInt64(wanted)
            }
        } catch {
            try writer.takeBack(stream)
            throw error
        }
        return try writer.finish(stream)
    }
}

/// Extended attributes, access lists among them.
enum ExtendedAttributes {
    /// All of them that can be read. Reading them isn't supported everywhere, and then there are none.
    static func read(_ descriptor: Int32, _ name: UnsafePointer<CChar>) -> [FolderManifest.ExtendedAttribute] {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { list in
            let length = ah_xattr_list(
                descriptor, name, list.baseAddress!.assumingMemoryBound(to: CChar.self), list.count)
            guard length > 0 else { return [] }
            return Array(list[..<Int(length)]).split(separator: 0).compactMap { attribute in
                value(descriptor, name, Array(attribute)).map { .init(name: Array(attribute), value: $0) }
            }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        }
    }

    private static func value(_ descriptor: Int32, _ name: UnsafePointer<CChar>, _ attribute: [UInt8]) -> [UInt8]? {
        (attribute + [0]).withUnsafeBufferPointer { attribute in
            attribute.withMemoryRebound(to: CChar.self) { attribute in
                withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
                    let length = ah_xattr_get(
                        descriptor, name, attribute.baseAddress!, buffer.baseAddress, buffer.count)
                    return length < 0 ? nil : Array(buffer[..<Int(length)])
                }
            }
        }
    }
}
