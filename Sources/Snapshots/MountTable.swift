import Glibc

/// What is mounted where, as the kernel tells it.
struct MountTable {
    struct Mount: Hashable {
        var folder: String
        var fileSystem: String
        /// A device, or what a file system of another kind calls its own: ZFS names the dataset.
        var source: String
        var isReadOnly: Bool
    }

    /// In the order in which they were made.
    let mounts: [Mount]

    init() throws(SnapshotError) {
        try self.init(parsing: Self.readAll("/proc/self/mountinfo"))
    }

    /// `36 35 98:0 /root /folder rw,noatime shared:1 - ext3 /dev/root rw`: optional fields end at the dash.
    init(parsing bytes: [UInt8]) {
        mounts = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 6, let dash = fields.dropFirst(6).firstIndex(where: { $0.elementsEqual("-".utf8) }),
                fields.count > dash + 2
            else { return nil }
            return Mount(
                folder: Self.text(fields[4]), fileSystem: Self.text(fields[dash + 1]),
                source: Self.text(fields[dash + 2]),
                isReadOnly: fields[5].split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("ro".utf8) })
        }
    }

    /// The mount that is seen at this very folder: the last one made there.
    func mount(at folder: String) -> Mount? { mounts.last { $0.folder == folder } }

    /// Blanks and the like are written as `\040`.
    private static func text(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Files of `/proc` have no size to go by.
    private static func readAll(_ path: String) throws(SnapshotError) -> [UInt8] {
        let file = try OpenFile(path, flags: O_RDONLY)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file.descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last("read", path) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
