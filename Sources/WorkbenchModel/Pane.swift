import ScreenModel

/// One view in the workbench: of a session, of a recording, of a snapshot's files, of branches side by side, or of text.
public struct Pane: Hashable, Sendable, Identifiable {
    /// Where its content comes from. The runtime opens and closes whatever this needs.
    public enum Source: Hashable, Sendable {
        /// A session that is being started for it.
        case starting(SessionRequest)
        /// It couldn't be started, or went away: one line why.
        case failed(String)
        /// A running session, by id.
        case session(String)
        case recording(RecordingPlace)
        case files(FilesPlace)
        case comparison(Comparison)
        case text(TextPage)
        case job(Job)
    }

    public let id: PaneID
    public internal(set) var source: Source
    /// Typed keys go to all marked panes while the workbench broadcasts.
    public internal(set) var isMarked = false
    /// What is known of the session it shows; set by the runtime.
    public var live = LiveFacts()
    /// How the recording it shows is played; set by the runtime.
    public var replay: ReplayModel?
    public var files: FilesModel?
    /// The pane's time is this much behind the joint clock of the tied ones, milliseconds; nil for one that isn't tied.
    public internal(set) var tie: Int64?
    /// What a job has printed.
    public var output = TextPage(title: "", lines: [])
    /// While text is looked at, searched and copied.
    public var copying: CopyModel?

    init(id: PaneID, source: Source) {
        self.id = id
        self.source = source
    }

    public var sessionID: String? {
        switch source {
        case .session(let id): id
        case .recording(let place): place.sessionID
        case .files(let place): place.session
        case .starting, .failed, .comparison, .text, .job: nil
        }
    }

    /// Whether what is typed goes to a program.
    public var isLive: Bool {
        if case .session = source { return copying == nil }
        return false
    }
}

extension Pane.Source {
    /// Whether what shows another source must be opened anew for this one. What is only looked at otherwise, as a text that
    /// was scrolled, need not be.
    public func needsOpening(after old: Pane.Source) -> Bool {
        switch (old, self) {
        case (.text, .text): false
        case (.comparison(let one), .comparison(let other)): one.sessions != other.sessions || one.test != other.test
        default: self != old
        }
    }
}

/// A recording, and where in it a pane begins.
public struct RecordingPlace: Hashable, Sendable {
    public var path: String
    public var sessionID: String?
    public var start: GoTo?
    public var startsPaused: Bool
    /// A live pane that looks back: leaving the recording returns to the session.
    public var returnsToLive: Bool

    public init(
        path: String, sessionID: String?, start: GoTo? = nil, startsPaused: Bool = false, returnsToLive: Bool = false
    ) {
        self.path = path
        self.sessionID = sessionID
        self.start = start
        self.startsPaused = startsPaused
        self.returnsToLive = returnsToLive
    }
}

/// A snapshot's files.
public struct FilesPlace: Hashable, Sendable {
    public var session: String
    /// The snapshot's number in its session; nil for the newest.
    public var snapshot: UInt64?
    /// The pane whose playhead it was opened from.
    public var player: PaneID?

    public init(session: String, snapshot: UInt64?, player: PaneID?) {
        self.session = session
        self.snapshot = snapshot
        self.player = player
    }
}

/// Lines to read, as messages and reports.
public struct TextPage: Hashable, Sendable {
    public var title: String
    public var lines: [String]
    public var top = 0

    public init(title: String, lines: [String]) {
        self.title = title
        self.lines = lines
    }

    mutating func scroll(by rows: Int) {
        top = min(max(0, top + rows), max(0, lines.count - 1))
    }
}

/// What a live pane shows of its session besides the screen.
public struct LiveFacts: Hashable, Sendable {
    public var title = ""
    /// Milliseconds since the session's start.
    public var elapsed: Int64 = 0
    public var signs: [LiveModel.Sign] = []
    public var topLine = 0
    public var timeline = ReplayTimeline()
    /// The program's own size, which another viewer's window may limit.
    public var size = Size(columns: 80, rows: 24)
    /// The host has not answered for a while, or is gone.
    public var problem: String?

    public init() {}
}

/// A session to be started, and what for.
public struct SessionRequest: Hashable, Sendable, Codable {
    public enum Program: Hashable, Sendable, Codable {
        /// The user's shell.
        case shell
        case command([String])
        /// A known agent by name, with a prompt.
        case agent(String, prompt: String)
        /// What the parent ran, as a branch of it: the agent with the conversation so far, or the same command.
        case sameAsParent(message: String)
        /// The user's shell in a read-only copy of a folder of the request's snapshot.
        case look(folder: String)
    }

    public var program: Program
    public var name: String?
    public var folder: String?
    /// `SESSION@N`.
    public var snapshot: String?
    /// auto, btrfs, zfs, git or disable; nil for the user's own default.
    public var provider: String?

    public init(
        _ program: Program, name: String? = nil, folder: String? = nil, snapshot: String? = nil, provider: String? = nil
    ) {
        self.program = program
        self.name = name
        self.folder = folder
        self.snapshot = snapshot
        self.provider = provider
    }

    /// A shell, whose pane goes with it when it ends well.
    public var isShell: Bool {
        switch program {
        case .shell, .look: true
        case .command, .agent, .sameAsParent: false
        }
    }

    /// What its pane is called until the session has a title.
    public var title: String {
        if let name { return name }
        switch program {
        case .shell: return "shell"
        case .command(let words): return words.joined(separator: " ")
        case .agent(let agent, _): return agent
        case .look: return "files of \(snapshot ?? "")"
        case .sameAsParent: return snapshot.map { "branch of \($0.prefix(8))" } ?? "branch"
        }
    }
}
