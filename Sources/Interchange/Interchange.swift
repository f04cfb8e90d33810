// Interchange: other programs' recordings in, and sessions out in their formats.
//
// It is not the .ahr format (that is Recording), and it draws nothing: it turns bytes of a foreign file into
// Recording's events and back. Readers are forgiving about what other recorders really write, and name path and line
// when they can't go on. Writers return bytes and do no IO.
//
// Parts: ImportedSession (what every reader gives), ForeignFormat (which reader a file needs), Asciicast (v1–v3 in) and
// AsciicastWriter (v2, v3 out), TimedRaw (a .raw with its .timing), Typescript (`script --timing`), Ttyrec.
import Recording
import ScreenModel

/// A session read from another program's recording.
public struct ImportedSession: Equatable, Sendable {
    /// The terminal's size at the start; later ones are resize events.
    public var size: Size
    /// Wall clock at time zero, milliseconds since 1970, where the file says so.
    public var startedAt: Int64?
    public var title: String?
    public var command: String?
    /// The few variables that the recorder kept, such as `TERM` and `SHELL`.
    public var environment: [String: String]
    /// In order of time, each with its offset in the output.
    public var events: [Event]
    /// What was passed over, each with path and line: a torn last line, an unreadable resize.
    public var warnings: [String]

    public init(
        size: Size, startedAt: Int64? = nil, title: String? = nil, command: String? = nil,
        environment: [String: String] = [:], events: [Event] = [], warnings: [String] = []
    ) {
        self.size = size
        self.startedAt = startedAt
        self.title = title
        self.command = command
        self.environment = environment
        self.events = events
        self.warnings = warnings
    }

    /// All output bytes, joined.
    public var output: [UInt8] {
        var joined: [UInt8] = []
        for event in events {
            if case .output(let bytes) = event.kind { joined += bytes }
        }
        return joined
    }

    /// The time of the last event.
    public var duration: SessionTime { events.last?.time ?? .zero }

    /// What a recording made from this session says about it.
    public func metadata(sessionID: String) -> SessionMetadata {
        var metadata = SessionMetadata(
            sessionID: sessionID, command: command.map { [$0] } ?? [], startedAt: startedAt ?? 0)
        metadata.name = title
        metadata.terminal = environment["TERM"]
        metadata.origin = "import"
        return metadata
    }
}
