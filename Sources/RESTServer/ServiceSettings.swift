import Access
import SessionHost

/// What a server needs to know; nothing is looked up behind its back.
public struct ServiceSettings: Sendable {
    /// The program's own version.
    public var version: String
    public var folders: SessionFolders
    /// Of the process: what sessions that are started here begin with.
    public var environment: [String: String]
    /// The path of `ah` itself, with which sessions are started.
    public var executable: String
    /// The tokens; nil where only the Unix socket is served.
    public var tokens: TokenBook?
    public var audit: AuditLog
    /// Names of hosts by which it may be called, besides the loopback's.
    public var hosts: Set<String> = []
    /// Whether limits and search index are seen to, and how long it is from one time to the next.
    public var keepsHouse = false
    public var upkeepPause = Duration.seconds(3600)
    /// How long a follower may take for a part of its stream.
    public var slowestReader = Duration.seconds(30)
    /// Takes what is for the server's owner alone, a line at a time.
    public var log: @Sendable (String) -> Void = { _ in }
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64

    public init(
        version: String, folders: SessionFolders, environment: [String: String], executable: String, audit: AuditLog,
        now: @escaping @Sendable () -> Int64
    ) {
        self.version = version
        self.folders = folders
        self.environment = environment
        self.executable = executable
        self.audit = audit
        self.now = now
    }
}
