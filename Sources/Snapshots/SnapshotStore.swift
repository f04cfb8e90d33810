import CSnapshots
import FoundationEssentials
import Glibc

/// The folder in which a workspace's snapshots lie, and those of its branches. Only its owner can read it.
public struct SnapshotStore: Hashable, Sendable {
    /// `…/snapshots/<name>-<hash>`.
    public let folder: String
    /// The absolute path of the workspace that it was made for.
    public let workspace: String

    private struct Header: Codable {
        var version: Int
        var workspace: String
    }

    private static let version = 1

    /// Where the store of a workspace lies below a state folder.
    /// - Parameter workspace: absolute and real, without symbolic links.
    public static func path(for workspace: String, below state: String) -> String {
        let name = workspace.split(separator: "/").last.map(String.init) ?? "root"
        let plain = String(
            name.unicodeScalars.map {
                $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0) ? Character($0) : "_"
            }.prefix(40))
        return "\(state)/snapshots/\(plain)-\(ObjectHash.of(Array(workspace.utf8)).hex.prefix(16))"
    }

    /// Opens the workspace's store, and makes it if there is none.
    public init(for workspace: String, below state: String) throws(SnapshotError) {
        guard let real = realpath(workspace, nil) else { throw .last("open", workspace) }
        defer { free(real) }
        let path = String(cString: real)
        self.workspace = path
        folder = Self.path(for: path, below: state)
        for name in ["records", "scratch", "checkouts", "branches", "indexes"] {
            try WholeFile.makeFolders("\(folder)/\(name)")
        }
        if try WholeFile.readIfThere(headerPath) == nil {
            let header = Header(version: Self.version, workspace: path)
            try WholeFile.replace(headerPath, with: JSONFile.encode(header), durable: true)
        }
        _ = try Self.header(at: headerPath)
    }

    /// Opens a store that is there.
    public init(opening folder: String) throws(SnapshotError) {
        self.folder = folder
        workspace = try Self.header(at: "\(folder)/store.json").workspace
    }

    /// All stores below a state folder. What isn't a store is left out.
    public static func all(below state: String) throws(SnapshotError) -> [SnapshotStore] {
        try WholeFile.names(in: "\(state)/snapshots").compactMap {
            try? SnapshotStore(opening: "\(state)/snapshots/\($0)")
        }
    }

    private static func header(at path: String) throws(SnapshotError) -> Header {
        let header = try JSONFile.decode(Header.self, WholeFile.read(path), path: path)
        guard header.version <= version else { throw .version(path: path, found: header.version) }
        return header
    }

    private var headerPath: String { "\(folder)/store.json" }

    /// git's object store: bare, and nobody's but ours.
    public var objects: String { "\(folder)/objects.git" }
    /// What is being made; whoever makes something here holds a lock on it.
    public var scratch: String { "\(folder)/scratch" }
    /// Whole checkouts of snapshots, kept for further branches.
    public var checkouts: String { "\(folder)/checkouts" }
    public var branches: String { "\(folder)/branches" }
    /// `SESSION/N.json` for each snapshot: see `SnapshotRecords`.
    public var recordFolder: String { "\(folder)/records" }
    /// Held shared by whoever adds to the store, exclusively for the moment in which a collection removes.
    var contentLock: String { "\(folder)/content.lock" }
    /// Held while a snapshot gets its number and its record.
    var recordLock: String { "\(folder)/record.lock" }
    /// Held by the one collection that runs.
    var collectionLock: String { "\(folder)/collection.lock" }
    /// There when something was deleted since the last collection.
    var garbageMark: String { "\(folder)/garbage" }
    /// Changed by each collection, so that others look again at what they believe to be stored.
    var generation: String { "\(folder)/generation" }

    /// The scanner's memory of a folder: the workspace or a branch.
    func indexPath(for folder: String) -> String {
        "\(self.folder)/indexes/\(ObjectHash.of(Array(folder.utf8)).hex.prefix(16))"
    }

    /// Bytes on the disk.
    public func size() throws(SnapshotError) -> UInt64 { try DiskUse.of(folder) }
}

/// JSON in the store's files: with sorted keys, so that equal values are equal files.
enum JSONFile {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only values of ours come here, of strings and integers: there is nothing that JSON can't say.
        guard let data = try? encoder.encode(value) else { preconditionFailure("a value of ours isn't JSON") }
        return Array(data)
    }

    static func decode<Value: Decodable>(_: Value.Type, _ bytes: [UInt8], path: String) throws(SnapshotError) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
            throw .damaged(path: path, what: "not the JSON that belongs there")
        }
    }
}
