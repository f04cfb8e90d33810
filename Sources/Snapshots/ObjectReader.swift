import CSnapshots
import Glibc
import Processes

/// Objects of a store, read through one `git cat-file --batch` that lives as long as this.
final class ObjectReader {
    let program: GitProgram
    let repository: String
    private var child: ChildPipes?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 4096)
    private var start = 0
    private var end = 0
    /// Bytes of the current object that weren't taken yet.
    private(set) var left: UInt64 = 0
    private var isWithin = false

    struct Header: Hashable {
        var kind: String
        var size: UInt64
    }

    init(program: GitProgram, repository: String) {
        self.program = program
        self.repository = repository
    }

    deinit { buffer.deallocate() }

    /// Asks for objects beforehand; they come in this order. At most `window` may be outstanding.
    static let window = 256

    func request(_ ids: some Sequence<ObjectID>) throws(SnapshotError) {
        var bytes: [UInt8] = []
        for id in ids {
            bytes.append(contentsOf: id.hex.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        if child == nil { child = try program.start(["cat-file", "--batch"], in: repository) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let before = rest.count
            rest = child!.give(rest)
            guard rest.count == before else { continue }
            var poller = Poller()
            poller.add(child!.input, .write)
            _ = poller.wait(milliseconds: nil)
        }
    }

    /// The next of the requested objects; nil if the store hasn't got it. Its bytes are to be taken with `take` then.
    func next() throws(SnapshotError) -> Header? {
        guard let line = try line() else { throw failure() }
        let words = line.split(separator: " ")
        if words.last == "missing" { return nil }
        guard words.count == 3, let size = UInt64(words[2]) else { throw failure() }
        left = size
        isWithin = true
        return Header(kind: String(words[1]), size: size)
    }

    /// The next bytes of the current object; empty at its end.
    func take(_ most: Int) throws(SnapshotError) -> UnsafeRawBufferPointer {
        guard isWithin else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        if left == 0 {
            isWithin = false
            if start == end { try fill() }
            start += 1
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        if start == end { try fill() }
        let count = min(end - start, most, Int(clamping: left))
        defer {
            start += count
            left -= UInt64(count)
        }
        return UnsafeRawBufferPointer(rebasing: buffer[start..<(start + count)])
    }

    /// Passes over the rest of the current object; a long one by starting anew.
    func skip() throws(SnapshotError) {
        guard left < 4 << 20 else { return restart() }
        while isWithin { _ = try take(.max) }
    }

    /// Also forgets what was requested.
    func restart() {
        child = nil
        start = 0
        end = 0
        left = 0
        isWithin = false
    }

    /// A whole object.
    /// - Throws: `damaged` if the store hasn't got it.
    func object(_ id: ObjectID, kind: String, limit: Int = 256 << 20) throws(SnapshotError) -> [UInt8] {
        try request(CollectionOfOne(id))
        guard let header = try next() else { throw missing(id) }
        guard header.kind == kind, header.size <= UInt64(limit) else {
            try skip()
            if header.kind != kind {
                throw .damaged(path: repository, what: "\(id) is a \(header.kind), not a \(kind)")
            }
            throw .tooLarge(id.hex, limit: UInt64(limit))
        }
        return try rest(header)
    }

    /// Many small objects at once.
    func blobs(_ ids: [ObjectID]) throws(SnapshotError) -> [ObjectID: [UInt8]] {
        var found: [ObjectID: [UInt8]] = [:]
        let wanted = Array(Set(ids))
        var asked = 0
        for (index, id) in wanted.enumerated() {
            if asked - index < Self.window / 2, asked < wanted.count {
                let end = min(index + Self.window, wanted.count)
                try request(wanted[asked..<end])
                asked = end
            }
            guard let header = try next() else {
                restart()
                throw missing(id)
            }
            found[id] = try rest(header)
        }
        return found
    }

    /// All of the current object.
    func rest(_ header: Header) throws(SnapshotError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(header.size))
        while isWithin { bytes.append(contentsOf: try take(.max)) }
        return bytes
    }

    func missing(_ id: ObjectID) -> SnapshotError {
        .damaged(path: repository, what: "object \(id) isn't there")
    }

    private func line() throws(SnapshotError) -> String? {
        var bytes: [UInt8] = []
        while true {
            if start == end { try fill() }
            let byte = buffer[start]
            start += 1
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
            guard bytes.count < 4096 else { return nil }
        }
    }

    private func fill() throws(SnapshotError) {
        guard let child else { throw failure() }
        while true {
            let count = read(child.output, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            start = 0
            end = count
            return
        }
    }

    private func failure() -> SnapshotError {
        var message: [UInt8] = []
        if let child {
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
            defer { room.deallocate() }
            _ = fcntl(child.errors, F_SETFL, O_NONBLOCK)
            child.read(\.errors, into: room) { message = Array($0) }
        }
        restart()
        return .program(
            command: "git cat-file", status: 1,
            message: String(decoding: message, as: UTF8.self).split(separator: "\n").joined(separator: "; "))
    }
}
