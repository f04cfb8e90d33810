import FoundationEssentials
import Glibc

/// A folder that lives as long as this object.
public final class TemporaryFolder: Sendable {
    /// Absolute, without a slash at the end.
    public let path: String

    public init() throws {
        let parent = FileManager.default.temporaryDirectory.path
        path = "\(parent.hasSuffix("/") ? String(parent.dropLast()) : parent)/ah-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        unmountAll()
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Branches are mounts where the tests are root, and outlive the programs that made them.
    private func unmountAll() {
        guard geteuid() == 0 else { return }
        // Not by Foundation, which takes the first short read for the end: /proc gives a page at a time.
        let file = open("/proc/self/mounts", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(file, &buffer, buffer.count), count > 0 { text += buffer[..<count] }
        let places = String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
        for place in places.reversed() where place.hasPrefix("\(path)/") { umount2(place, Int32(MNT_DETACH)) }
    }

    /// The path of `name` within it.
    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and gives its path.
    @discardableResult public func write(_ content: String, to name: String) throws -> String {
        try Data(content.utf8).write(to: URL(filePath: self(name)))
        return self(name)
    }
}
