import WorkbenchModel

/// How the workbench is to be opened.
public struct WorkbenchOptions: Sendable {
    public var environment: [String: String]
    /// The path of `ah`, which starts sessions.
    public var executable: String
    /// Where new sessions start when nothing says otherwise.
    public var folder: String
    /// A compiled-in theme's name or a file's path; nil for the one that suits the terminal.
    public var theme: String?
    /// A compiled-in keymap's name, or a file whose keys win over the compiled-in ones.
    public var keymap: String?
    /// Agents that are installed, for the form of a new session.
    public var agents: [String] = []
    /// The session to show first.
    public var session: String?
    /// The saved layout to begin with.
    public var layout: String?

    public init(environment: [String: String], executable: String, folder: String) {
        self.environment = environment
        self.executable = executable
        self.folder = folder
    }
}
