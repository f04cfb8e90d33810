import Agents
import FoundationEssentials
import Recording
import ScreenModel

/// What a client says to a session host. Frames on the wire: `u32` length, `u8` type, body.
public enum ClientMessage: Hashable, Sendable {
    /// Shows the session in a window of this many cells, and sends frames from now on.
    case attach(Size)
    case resize(Size)
    /// Bytes for the child, exactly as they are.
    case input([UInt8])
    /// The viewer has drawn this frame; more may come.
    case acknowledge(frame: UInt64)
    case moment(MomentRequest)
    case snapshot(SnapshotDemand)
    /// Types text into the program as a person would, and submits it; answered when Enter was sent.
    case prompt(PromptRequest)
    /// Sends a signal to the child's process group, and to the one in the foreground: SIGSTOP and SIGCONT pause and resume.
    case signal(Int32)
    /// Ends the session: the signal goes to the child's process group, SIGKILL follows if that isn't heeded.
    case stop(signal: Int32)
    case status
    /// What a hook tells of its agent; answered once it is taken in, whatever becomes of it.
    case agent(AgentSignal)
    /// Asks what the program is doing and why that is thought, with the states so far; answered by ``HostMessage/state(_:)``.
    case state
    /// Tells from now on of moments, snapshots, states and the end, as viewers are told, but sends no frames. Answered by a
    /// ``HostMessage/welcome(_:)``.
    case subscribe
    /// Asks for the child's terminal, to write keys into it without a way through the host; answered by
    /// ``HostMessage/terminal(isGranted:)`` once the child has all that was sent before.
    case terminal
    /// What was written into it: what a person types matters for more than the child.
    case typed([UInt8])
    /// This viewer's window alone sets the terminal's size from now on, whatever others there are; said again, the smallest
    /// of all does. Viewers hear of it by ``HostMessage/sized(by:)``.
    case toggleSize
}

/// What a session host says to its clients.
public enum HostMessage: Hashable, Sendable {
    case welcome(SessionStatus)
    case frame(number: UInt64, FrameUpdate)
    /// A moment that is on disk now, made by anybody.
    case moment(MomentReport)
    /// What was asked for is done; the answer to a prompt, a signal, or what a hook told.
    case done
    /// A snapshot whose record is on disk now.
    case snapshot(SnapshotReport)
    /// The answer to a client's own request that could not be fulfilled.
    case refused(String)
    /// One line for the user.
    case notice(String)
    case statistics(RecordingStatistics)
    /// Things for the outer terminal: bell, clipboard, notification.
    case bell
    case clipboard(selection: String, base64: String)
    case notification(title: String, body: String)
    /// What the program is doing, when that or what is shown of it has changed, and as an answer.
    case state(AgentStatus)
    /// The answer to a request for the terminal; its descriptor comes along if it is granted.
    case terminal(isGranted: Bool)
    /// Whose window sets the terminal's size, when that has changed.
    case sized(by: SizeRule)
    case exited(ExitStatus)
    /// The recording is finished; the host goes after this.
    case finished(RecordingOutcome)
}

/// Whose window sets the size of a session's terminal.
public enum SizeRule: UInt8, Hashable, Sendable {
    case smallest, yours, another
}

public struct MomentRequest: Codable, Hashable, Sendable {
    public var label: String
    public var type: String
    public var isAutomatic: Bool
    public var description: String?
    public var attributes: [String: String]?

    public init(
        label: String, type: String = "manual", isAutomatic: Bool = false, description: String? = nil,
        attributes: [String: String]? = nil
    ) {
        self.label = label
        self.type = type
        self.isAutomatic = isAutomatic
        self.description = description
        self.attributes = attributes
    }
}

/// A moment with its place in the session.
public struct MomentReport: Codable, Hashable, Sendable {
    public var moment: Moment
    /// Milliseconds since the session's start.
    public var time: Int64
    /// Output bytes before it.
    public var offset: UInt64
    /// The absolute line of the cursor there, once the screen has come to it.
    public var line: Int?
}

/// Text for a session's program, and who sends it.
public struct PromptRequest: Codable, Hashable, Sendable {
    public var text: String
    public var sender: String
    /// Whether Enter follows.
    public var isSubmitted: Bool

    public init(text: String, sender: String, isSubmitted: Bool = true) {
        self.text = text
        self.sender = sender
        self.isSubmitted = isSubmitted
    }
}

/// Asks for a snapshot of the session's workspace.
public struct SnapshotDemand: Codable, Hashable, Sendable {
    public var label: String

    public init(label: String) { self.label = label }
}

/// A snapshot with its place in the session.
public struct SnapshotReport: Codable, Hashable, Sendable {
    public var reference: SnapshotReference
    /// Milliseconds since the session's start.
    public var time: Int64
    /// Output bytes before it.
    public var offset: UInt64
    /// The absolute line of the cursor there, where the screen had come to it.
    public var line: Int?
}

/// A session as its host sees it.
public struct SessionStatus: Codable, Hashable, Sendable {
    /// The version of this protocol.
    public var protocolVersion: Int
    public var sessionID: String
    public var name: String?
    public var pid: Int32
    public var command: [String]
    public var recordingPath: String
    /// Milliseconds since 1970.
    public var startedAt: Int64
    /// Milliseconds since the start.
    public var elapsed: Int64
    public var columns: Int
    public var rows: Int
    public var viewers: Int
    public var statistics: RecordingStatistics
    public var moments: [MomentReport]
    public var snapshots: [SnapshotReport]
    public var takesSnapshots: Bool
    /// What takes them, and why that; nil when there are none, or when it isn't known yet.
    public var snapshotProvider: String?
    public var agent: AgentStatus?
    /// Set once the child has ended.
    public var exit: ExitStatus?
}
