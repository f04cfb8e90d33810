import Emulation
import Recording
import ScreenModel
import Snapshots

/// Everything a session host needs to know to start; sent to it as JSON on its standard input.
public struct HostConfiguration: Codable, Sendable {
    public var sessionID: String
    public var command: [String]
    public var environment: [String: String]
    public var workingDirectory: String?
    public var columns: Int
    public var rows: Int
    /// Where the recording goes.
    public var recordingPath: String
    /// The recording's name among all others where it lies elsewhere: a link is made there, so that it is found.
    public var linkPath: String?
    public var socketPath: String
    /// Where the facts of the running session go (``SessionFolders/facts(_:)``).
    public var factsPath: String
    /// Whether what is typed is recorded too, passwords redacted.
    public var recordsInput = false
    /// Brotli quality of the finished file, 0 … 11; nil chooses by size.
    public var quality: Int32?
    /// Whether programs are told that kitty's keyboard protocol works (the outer terminal has it).
    public var offersKittyKeyboard = false
    /// The outer terminal's colours as 0xRRGGBB, which OSC 10 and 11 ask for.
    public var foreground: UInt32?
    public var background: UInt32?
    public var name: String?
    /// Whether viewers leave the size as it is.
    public var hasFixedSize = false
    /// Whether a file of that name is replaced: its user named it.
    public var replacesRecording = false
    /// Version of the program, for XTVERSION.
    public var version: String
    /// Nil takes no snapshots.
    public var snapshots: SnapshotConfiguration?
    /// Where the session comes from, if it is a branch.
    public var branch: BranchMetadata?
    /// The branch it runs in, which is kept from being deleted meanwhile.
    public var runsIn: Branch?
    /// Typed into the program once it is ready, with Enter after it.
    public var injection: String?
    /// Folders that the child sees elsewhere, in mounts of its own.
    public var binds: [FolderBind] = []
    /// Files made for the child of this session, which are removed when it ends.
    public var privateFolder: String?
    /// Who started it, as in the recording's metadata.
    public var origin = "record"
    /// The agent that the command runs, if it is a known one.
    public var agent: AgentFacts?
    /// The text of the user's own rules for milestones.
    public var milestoneRules: String?

    public init(
        sessionID: String, command: [String], environment: [String: String], columns: Int, rows: Int,
        recordingPath: String, socketPath: String, factsPath: String, version: String
    ) {
        self.sessionID = sessionID
        self.command = command
        self.environment = environment
        self.columns = columns
        self.rows = rows
        self.recordingPath = recordingPath
        self.socketPath = socketPath
        self.factsPath = factsPath
        self.version = version
    }
}

extension HostConfiguration {
    /// What the session's programs are told about their terminal.
    var identity: TerminalIdentity {
        var identity = TerminalIdentity(version: version, offersKittyKeyboard: offersKittyKeyboard)
        if let foreground { identity.foreground = Self.color(foreground) }
        if let background { identity.background = Self.color(background) }
        return identity
    }

    private static func color(_ rgb: UInt32) -> Color {
        .rgb(
            UInt8(truncatingIfNeeded: rgb >> 16), UInt8(truncatingIfNeeded: rgb >> 8), UInt8(truncatingIfNeeded: rgb))
    }
}

/// A folder that the child sees at another path.
public struct FolderBind: Codable, Hashable, Sendable {
    public var source: String
    public var target: String

    public init(source: String, target: String) {
        self.source = source
        self.target = target
    }
}

/// What other processes read to find a running session.
public struct SessionFacts: Codable, Sendable {
    public var sessionID: String
    public var pid: Int32
    public var socketPath: String
    public var recordingPath: String
    public var command: [String]
    public var name: String?
    /// Milliseconds since 1970.
    public var startedAt: Int64

    public init(
        sessionID: String, pid: Int32, socketPath: String, recordingPath: String, command: [String],
        name: String? = nil, startedAt: Int64
    ) {
        self.sessionID = sessionID
        self.pid = pid
        self.socketPath = socketPath
        self.recordingPath = recordingPath
        self.command = command
        self.name = name
        self.startedAt = startedAt
    }
}
