/// What a snapshot is called on the command line: `SESSION@N`.
public struct SnapshotName: Hashable, Sendable {
    /// The session's id. Letters, digits, `-`, `_` and `.`, so that it can be part of a path and of a ref.
    public let session: String
    /// Counted from 1 within the session.
    public let number: UInt32

    public init(session: String, number: UInt32) throws(SnapshotError) {
        guard Self.isUsable(session) else { throw .invalidName("\(session)@\(number)") }
        self.session = session
        self.number = number
    }

    /// Reads `SESSION@N`.
    public init(_ text: String) throws(SnapshotError) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt32(parts[1]), number > 0 else { throw .invalidName(text) }
        try self.init(session: String(parts[0]), number: number)
    }

    /// Whether an id can be part of a path and of a ref: git's rules for refs are the stricter ones.
    public static func isUsable(_ session: String) -> Bool {
        let isPlain = session.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return isPlain && (1...100).contains(session.utf8.count) && !session.hasPrefix(".") && !session.hasSuffix(".")
            && !session.hasSuffix(".lock") && !session.contains("..") && !session.hasPrefix("-")
    }
}

extension SnapshotName: CustomStringConvertible, Comparable {
    public var description: String { "\(session)@\(number)" }

    public static func < (left: SnapshotName, right: SnapshotName) -> Bool {
        (left.session, left.number) < (right.session, right.number)
    }
}
