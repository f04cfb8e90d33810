/// What a session's program is doing, as the workbench shows it.
public enum SessionActivity: String, Hashable, Sendable, CaseIterable, Codable {
    /// It asks whether it may do something.
    case needsPermission
    /// Its turn is over, or it asks something.
    case needsInput
    case failed
    case starting
    case working
    case paused
    case idle
    case unknown
    case done

    /// Whether a person must act before it goes on.
    public var needsPerson: Bool { self == .needsPermission || self == .needsInput }

    /// The heading under which the list shows it.
    public var group: String {
        switch self {
        case .needsPermission, .needsInput: "needs you"
        case .starting, .working: "working"
        case .paused, .idle, .unknown: "running"
        case .failed, .done: "ended"
        }
    }

    /// A word or two.
    public var word: String {
        switch self {
        case .needsPermission: "permission"
        case .needsInput: "your turn"
        case .failed: "failed"
        case .starting: "starting"
        case .working: "working"
        case .paused: "paused"
        case .idle: "idle"
        case .unknown: "running"
        case .done: "done"
        }
    }
}

/// A session as the list shows it, running or ended.
public struct ListedSession: Hashable, Sendable, Identifiable {
    public var id: String
    /// What the user called it.
    public var name: String?
    public var command: String
    /// The agent it was started as; nil for other programs.
    public var agent: String?
    /// Where its program started.
    public var folder: String?
    public var recordingPath: String
    /// Milliseconds since 1970.
    public var startedAt: Int64
    public var isRunning: Bool
    public var activity: SessionActivity
    /// How the activity is known: hook, mark, rule, exit; empty when it isn't.
    public var source = ""
    /// What it asks, or what it is doing.
    public var detail = ""
    /// Milliseconds since 1970.
    public var since: Int64?
    /// 128 + the signal's number if one ended it.
    public var exitStatus: Int32?
    public var parent: String?
    /// The parent's time at which it parted from it, milliseconds.
    public var forkTime: Int64?
    public var momentCount = 0
    public var snapshotCount = 0

    public init(
        id: String, name: String? = nil, command: String, folder: String? = nil, recordingPath: String,
        startedAt: Int64, isRunning: Bool, activity: SessionActivity = .unknown
    ) {
        self.id = id
        self.name = name
        self.command = command
        self.folder = folder
        self.recordingPath = recordingPath
        self.startedAt = startedAt
        self.isRunning = isRunning
        self.activity = activity
    }

    /// The name, else the command's last part of a path, else the id's beginning.
    public var title: String {
        if let name, !name.isEmpty { return name }
        if let agent { return agent }
        return Self.title(ofCommand: command) ?? String(id.prefix(8))
    }

    /// A command's program without its folder, and its arguments, on one line; nil for an empty one.
    public static func title(ofCommand command: String) -> String? {
        let words = command.split(maxSplits: 1) { $0.isWhitespace }
        guard let program = words.first else { return nil }
        let short = program.split(separator: "/").last.map(String.init) ?? String(program)
        guard words.count > 1 else { return short }
        let arguments = words[1].prefix(200).split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        return "\(short) \(arguments)"
    }

    /// Whether a user who types this means it: part of name, command or folder, or the id's beginning.
    public func matches(_ text: String) -> Bool {
        text.split(separator: " ").allSatisfy { word in
            id.hasPrefix(word.lowercased())
                || [title, command, folder ?? "", activity.word].contains {
                    $0.range(of: word) != nil
                }
        }
    }
}

extension String {
    /// Where another text is in this one, whatever its case; nil where it isn't.
    func range(of part: some StringProtocol) -> Range<Index>? {
        let own = lowercased()
        let wanted = part.lowercased()
        guard !wanted.isEmpty else { return startIndex..<startIndex }
        return own.firstRange(of: wanted)
    }
}
