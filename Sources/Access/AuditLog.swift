import FoundationEssentials
import Glibc
import Synchronization

/// Who read or steered what: a line of JSON for each, in a file for each month (UTC).
public final class AuditLog: Sendable {
    /// The folder of the log.
    public let folder: String
    private let failures = Mutex<(count: Int, last: String?)>((0, nil))

    public struct Entry: Codable, Hashable, Sendable {
        /// Milliseconds since 1970.
        public var at: Int64
        /// Who; nil for somebody unknown.
        public var who: String?
        /// `unix`, or the address of the peer.
        public var from: String
        /// The operation, as the interface's description names it.
        public var operation: String
        public var session: String?
        /// The answer's status.
        public var status: Int
        /// More about it: what was sent to a session, why somebody was turned away.
        public var detail: String?

        public init(
            at: Int64, who: String?, from: String, operation: String, session: String? = nil, status: Int,
            detail: String? = nil
        ) {
            self.at = at
            self.who = who
            self.from = from
            self.operation = operation
            self.session = session
            self.status = status
            self.detail = detail
        }
    }

    public init(folder: String) { self.folder = folder }

    /// The file that an entry of this time is in.
    public func path(at milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let month = parts.tm_mon + 1
        return "\(folder)/\(parts.tm_year + 1900)-\(month < 10 ? "0" : "")\(month).jsonl"
    }

    /// Adds a line. What can't be written is counted and told by ``problem``; it holds nobody up.
    public func add(_ entry: Entry) {
        do {
            try write(entry)
        } catch {
            failures.withLock { $0 = ($0.count + 1, "\(error)") }
        }
    }

    /// How many lines could not be written, and why the last one couldn't; nil when all were.
    public var problem: (count: Int, reason: String)? {
        failures.withLock { failures in failures.last.map { (failures.count, $0) } }
    }

    private func write(_ entry: Entry) throws(AccessError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(entry) else { preconditionFailure("strings and numbers can be encoded") }
        let path = path(at: entry.at)
        PrivateBytes.makeFolders(of: path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", code: errno) }
        defer { close(descriptor) }
        // One write: lines of several servers don't mix.
        try PrivateBytes.write(Array(data) + [0x0A], to: descriptor, path: path)
    }
}
