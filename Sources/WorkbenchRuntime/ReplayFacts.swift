import FoundationEssentials
import Recording
import WorkbenchModel

/// What a recording is about, for people and for programs.
public struct ReplayFacts: Codable, Hashable, Sendable {
    public struct Point: Codable, Hashable, Sendable {
        public var id: UInt64
        public var label: String
        /// Moments only.
        public var type: String?
        public var milliseconds: Int64
        /// Output bytes before it.
        public var offset: UInt64
    }

    public struct State: Codable, Hashable, Sendable {
        public var state: String
        public var source: String?
        public var evidence: String
        public var milliseconds: Int64
    }

    public var file: String
    public var session: SessionMetadata?
    public var parent: BranchMetadata?
    /// Whether the session's end is in the file.
    public var isFinished: Bool
    public var milliseconds: Int64
    public var columns: Int
    public var rows: Int
    public var exit: ExitStatus?
    public var outputBytes: UInt64
    public var fileBytes: UInt64
    public var blocks: Int
    public var reads: UInt64
    public var resizes: Int
    public var gaps: Int
    public var moments: [Point]
    public var snapshots: [Point]
    public var states: [State]
    public var warnings: [String]

    init(_ summary: Summary, reader: RecordingReader, name: String) {
        file = reader.path.isEmpty ? name : reader.path
        session = summary.metadata
        parent = summary.branch
        isFinished = reader.isFinished
        milliseconds = summary.duration.milliseconds
        (columns, rows) = (summary.initialSize.columns, summary.initialSize.rows)
        exit = summary.exit
        outputBytes = summary.outputBytes
        fileBytes = reader.fileSize
        blocks = reader.blocks.count
        reads = summary.readCount
        resizes = summary.resizes.count
        gaps = summary.gaps.count
        moments = summary.moments.map {
            Point(
                id: $0.value.id, label: $0.value.label, type: $0.value.type, milliseconds: $0.time.milliseconds,
                offset: $0.offset.value)
        }
        snapshots = summary.snapshots.map {
            Point(id: $0.value.id, label: $0.value.label, milliseconds: $0.time.milliseconds, offset: $0.offset.value)
        }
        states = summary.states.map {
            State(
                state: $0.value.state, source: $0.value.source, evidence: $0.value.evidence,
                milliseconds: $0.time.milliseconds)
        }
        warnings = reader.warnings.map(\.description)
    }

    /// One line of JSON objects' worth, keys sorted, with a newline at the end.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// `name  value` lines, what is unknown left out.
    public var text: String {
        let lines: [(String, String?)] = [
            ("file", "\(file), \(fileBytes) bytes in \(blocks) blocks"),
            ("session", session?.sessionID), ("name", session?.name),
            ("command", session.map { $0.command.joined(separator: " ") }),
            ("folder", session?.cwd), ("agent", session?.agent), ("prompt", session?.prompt),
            ("host", session?.host), ("user", session?.user), ("terminal", session?.terminal),
            ("started", session.map { Self.date($0.startedAt) }), ("origin", session?.origin),
            ("branched from", parent.map(Self.describe)),
            ("duration", TimeText.exactText(milliseconds)), ("size", "\(columns)×\(rows), \(resizes) resizes"),
            ("output", "\(outputBytes) bytes in \(reads) reads"), ("exit", exit.map(Self.describe)),
            ("state", isFinished ? nil : "unfinished: still recorded, or cut off"),
            ("gaps", gaps > 0 ? "\(gaps)" : nil),
        ]
        let facts = lines.compactMap { name, value in value.map { Self.line(name, $0) } }
        return
            (facts + points("moment", moments) + points("snapshot", snapshots)
            + states.map { Self.line("state", "\(TimeText.exactText($0.milliseconds))  \($0.state)  \($0.evidence)") }
            + warnings.map { Self.line("warning", $0) })
            .map { $0 + "\n" }.joined()
    }

    private func points(_ what: String, _ points: [Point]) -> [String] {
        points.map { point in
            let type = point.type.map { " (\($0))" } ?? ""
            return Self.line(what, "\(point.id)  \(TimeText.exactText(point.milliseconds))  \(point.label)\(type)")
        }
    }

    private static func line(_ name: String, _ value: String) -> String {
        let padding = String(repeating: " ", count: max(1, 15 - name.count))
        return name + padding + String(value.unicodeScalars.map { isControl($0) ? " " : Character($0) })
    }

    /// What a recording says of itself is not trusted to be text: a terminal obeys these, C1 too.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value
    }

    private static func describe(_ parent: BranchMetadata) -> String {
        parent.parentSessionID + (parent.snapshotID.map { "@\($0)" } ?? "")
    }

    private static func describe(_ exit: ExitStatus) -> String {
        exit.signal.map { "signal \($0)" } ?? "\(exit.code ?? 0)"
    }

    private static func date(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }
}
