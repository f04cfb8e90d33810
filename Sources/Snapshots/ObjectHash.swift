import CSnapshots

/// SHA-1 as git uses it: to name contents, not to vouch for them.
struct ObjectHash {
    private var state = ah_sha1()

    init() { ah_sha1_begin(&state) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) { ah_sha1_add(&state, bytes.baseAddress, bytes.count) }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }

    mutating func end() -> ObjectID {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 8) { digest in
            ah_sha1_end(&state, digest.baseAddress!.assumingMemoryBound(to: UInt8.self))
            return ObjectID(UnsafeRawBufferPointer(digest))
        }
    }

    static func of(_ bytes: [UInt8]) -> ObjectID {
        var hash = ObjectHash()
        hash.add(bytes)
        return hash.end()
    }

    /// The id of an object: its kind and size go before its bytes.
    static func of(_ kind: ObjectKind, _ bytes: UnsafeRawBufferPointer) -> ObjectID {
        var hash = ObjectHash()
        hash.begin(kind, size: UInt64(bytes.count))
        hash.add(bytes)
        return hash.end()
    }

    mutating func begin(_ kind: ObjectKind, size: UInt64) { add(Array("\(kind.name) \(size)\0".utf8)) }
}

/// git's kinds of objects, with their numbers in a pack.
enum ObjectKind: UInt8 {
    case commit = 1
    case tree = 2
    case blob = 3

    var name: String {
        switch self {
        case .commit: "commit"
        case .tree: "tree"
        case .blob: "blob"
        }
    }
}
