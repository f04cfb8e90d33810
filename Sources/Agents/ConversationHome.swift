import FoundationEssentials
import Glibc

/// A private home for one agent in which a forked conversation lies: the user's own configuration is linked in, their
/// conversations are not. What the agent writes to a linked file goes to the user's; what it makes anew does not.
public struct ConversationHome: Sendable {
    /// The private folder of the session, in which the home is made.
    let folder: PrivateFolder
    /// Where the conversation itself is kept, also after the session, so that it can be branched again.
    let keeper: String

    /// - Parameter home: the recorder's own home folder.
    public init(folder: PrivateFolder, home: String, session: String) {
        self.folder = folder
        keeper = "\(home)/conversations/\(session)"
    }

    /// Makes a Claude home with this conversation.
    ///
    /// - Returns: the variables that lead Claude to it.
    public func makeClaude(
        _ fork: ConversationLog.Fork, id: String, encodedFolder: String, environment: [String: String],
        moving moved: (from: String, to: String)? = nil
    ) throws(AgentError) -> [String: String] {
        let user = environment["HOME"] ?? "/"
        let original = environment["CLAUDE_CONFIG_DIR"] ?? "\(user)/.claude"
        let own = "\(folder.path)/claude"
        try link(original, into: own) {
            !["projects", "sessions", ".claude.json", "todos", "history.jsonl"].contains($0)
        }
        // Beside the folder where it is the default one, within it else.
        let facts = environment["CLAUDE_CONFIG_DIR"].map { "\($0)/.claude.json" } ?? "\(user)/.claude.json"
        if let text = Self.text(facts) {
            // What was said of the workspace, as that it is trusted, holds where its branch lies.
            let own = moved.map { ConversationLog.move(text, from: $0.from, to: $0.to) } ?? text
            try folder.write(Array(own.utf8), to: "claude/.claude.json")
        }
        try keep(fork.bytes, as: "projects/\(encodedFolder)/\(id).jsonl")
        try link("\(keeper)/projects", at: "\(own)/projects")
        return ["CLAUDE_CONFIG_DIR": own]
    }

    /// Makes a Codex home with this conversation.
    public func makeCodex(
        _ fork: ConversationLog.Fork, id: String, fileName: String, environment: [String: String],
        moving moved: (from: String, to: String)? = nil
    ) throws(AgentError) -> [String: String] {
        let original = environment["CODEX_HOME"] ?? "\(environment["HOME"] ?? "/")/.codex"
        let own = "\(folder.path)/codex"
        // Its databases know the user's conversations by their paths; it makes new ones.
        try link(original, into: own) { name in
            !["sessions", "archived_sessions", "config.toml", "history.jsonl", "log", "tmp"].contains(name)
                && !name.contains(".sqlite") && !name.contains(".db")
        }
        if let text = Self.text("\(original)/config.toml") {
            // Hooks are trusted by the path of their file.
            var text = ConversationLog.move(text, from: "\(original)/hooks.json", to: "\(own)/hooks.json")
            if let moved { text = ConversationLog.move(text, from: moved.from, to: moved.to) }
            try folder.write(Array(text.utf8), to: "codex/config.toml")
        }
        try keep(fork.bytes, as: "sessions/\(fileName)")
        try link("\(keeper)/sessions", at: "\(own)/sessions")
        return ["CODEX_HOME": own]
    }

    /// How Claude names a folder's conversations: all but letters and digits as `-`.
    public static func encoded(folder: String) -> String {
        String(
            folder.utf8.map { byte in
                let isPlain =
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                return isPlain ? Character(Unicode.Scalar(byte)) : "-"
            })
    }

    /// A file's bytes.
    public static func read(_ path: String) throws(AgentError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, operation: "read", code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: path, operation: "read", code: errno) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= longest else { throw .file(path: path, operation: "read", code: EFBIG) }
        }
    }

    /// Bytes of the longest conversation that is forked.
    private static let longest = 512 << 20

    private static func text(_ path: String) -> String? {
        (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    private func keep(_ bytes: [UInt8], as name: String) throws(AgentError) {
        try PrivateFolder(path: keeper).write(bytes, to: name)
    }

    private func link(_ target: String, at path: String) throws(AgentError) {
        guard symlink(target, path) == 0 || errno == EEXIST else {
            throw .file(path: path, operation: "link", code: errno)
        }
    }

    private func link(
        _ original: String, into own: String, where isWanted: (String) -> Bool
    ) throws(AgentError) {
        try PrivateFolder.makeFolder(own)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: original)) ?? [] where isWanted(name) {
            try link("\(original)/\(name)", at: "\(own)/\(name)")
        }
    }
}
