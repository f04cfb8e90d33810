/// Hooks for one session of an agent: words for its command line, variables, and private files. Nothing of the user's or
/// of the project's is touched; the user's own hooks go on beside these.
///
/// A plan only: ``PrivateFolder`` writes and removes the files.
public struct HookInstallation: Hashable, Sendable {
    public var arguments: [String] = []
    public var environment: [String: String] = [:]
    /// Files below the private folder: relative path and content.
    public var files: [String: String] = [:]
    /// What the user has to know: what is missing, and why.
    public var remarks: [String] = []

    public init() {}

    /// What an installation is made from.
    public struct Request: Sendable {
        /// This program, which is the hook.
        public var executable: String
        /// The session's private folder.
        public var folder: String
        public var environment: [String: String]
        /// The agent's program.
        public var program = ""
        /// The user's own arguments for the agent.
        public var extra: [String] = []
        /// Whether the user said that Codex may take these hooks for trusted.
        public var trustsHooks = false

        public init(executable: String, folder: String, environment: [String: String]) {
            self.executable = executable
            self.folder = folder
            self.environment = environment
        }

        var home: String { environment["HOME"] ?? "/" }

        func command(_ kind: HookKind, _ event: String) -> String {
            "\(ShellWord.quoted(executable)) __hook \(kind.rawValue) \(event)"
        }
    }

    /// - Parameter read: a file's text, or nil; the user's own settings that ours must stand beside.
    public static func plan(
        _ kind: HookKind, _ request: Request, read: (String) -> String?
    ) throws(AgentError) -> HookInstallation {
        switch kind {
        case .claude: try claude(request, read: read)
        case .codex: codex(request, read: read)
        case .gemini: try gemini(request, read: read)
        case .opencode: opencode(request)
        case .shell: shell(request)
        case .copilot, .none: HookInstallation()
        }
    }
}

/// Words for a POSIX shell.
public enum ShellWord {
    public static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "/._-+=:@,%".utf8.contains(byte)
        }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
