import ScreenModel
import TestSupport

@testable import Recording

/// Made-up sessions with every kind of event, the same for the same seed.
enum SampleSession {
    static let metadata: SessionMetadata = {
        var metadata = SessionMetadata(
            sessionID: "01K0SAMPLE", command: ["/bin/sh", "-c", "ls"], startedAt: 1_795_430_990_123)
        metadata.cwd = "/srv/someone"
        metadata.user = "someone"
        metadata.model = "large"
        metadata.permissionMode = "careful"
        metadata.terminal = "xterm-256color"
        return metadata
    }()

    static let branch: BranchMetadata = {
        var branch = BranchMetadata(parentSessionID: "01K0PARENT")
        branch.snapshotID = 3
        branch.injectedMessage = "try the other way"
        return branch
    }()

    /// Events in order of time, as (what, when).
    static func events(seed: UInt64, count: Int) -> [(kind: Event.Kind, time: Int64)] {
        var random = SeededRandom(seed: seed)
        var time: Int64 = 0
        return (0..<count).map { index in
            time += [0, 1, 3, 20, 300, 5000].randomElement(using: &random) ?? 0
            return (kind(index, &random), time)
        }
    }

    private static func kind(_ index: Int, _ random: inout SeededRandom) -> Event.Kind {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: .resize(columns: .random(in: 1...300, using: &random), rows: .random(in: 1...100, using: &random))
        case 1: .mark(code: .random(in: 0...9, using: &random), value: .random(in: 0...9, using: &random))
        case 2:
            .moment(
                Moment(
                    id: UInt64(index), label: "step \(index) ✓", type: "tool_boundary", isAutomatic: index % 2 == 0,
                    description: index % 3 == 0 ? "what it did" : nil, attributes: index % 5 == 0 ? ["tool": "sh"] : nil
                ))
        case 3: .snapshot(SnapshotReference(id: UInt64(index), label: "old"))
        case 4:
            .snapshot(
                SnapshotReference(
                    id: UInt64(index), label: "new", provider: "git", reference: "refs/\(index)", reason: "moment",
                    size: 4096, isFuzzy: false))
        case 5: .redaction(Redaction(stream: "input", rule: "password"))
        case 6: .gap(Gap(bytes: 7, reason: "queue full"))
        case 7: .unknown(kind: 200, version: 3, body: [1, 2, 3, 0])
        case 8...12: .input(Array("\(index)q\u{1b}[A".utf8.prefix(.random(in: 1...6, using: &random))))
        default: .output(output(&random))
        }
    }

    private static func output(_ random: inout SeededRandom) -> [UInt8] {
        let words = ["\u{1b}[?2026l", "\u{1b}[31m", "hello", "\r\n", "ü", "│", " ", "the next line", "\u{1b}[0m"]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            bytes += Array((words.randomElement(using: &random) ?? "").utf8)
        }
        if Int.random(in: 0..<3, using: &random) > 0 { bytes += Array("\u{1b}[?2026l".utf8) }
        return bytes
    }

    /// Records the events; ends the recording if asked to.
    @discardableResult static func record(
        _ events: [(kind: Event.Kind, time: Int64)], at path: String, options: RecordingWriter.Options = .init(),
        exit: ExitStatus? = ExitStatus(code: 0), finishes: Bool = true
    ) throws -> RecordingWriter {
        let writer = try RecordingWriter.create(
            at: path, metadata: metadata, branch: branch, size: Size(columns: 100, rows: 30), options: options)
        for event in events { writer.append(event.kind, at: SessionTime(milliseconds: event.time)) }
        if finishes {
            try writer.finish(exit: exit, at: SessionTime(milliseconds: events.last?.time ?? 0))
        } else {
            try writer.flush(durable: false)
        }
        return writer
    }

    /// All events of a file.
    static func read(_ path: String) throws -> [Event] { try read(RecordingReader.open(path: path)) }

    static func read(_ reader: RecordingReader) throws -> [Event] {
        var events: [Event] = []
        for index in reader.blocks.indices { events += try reader.block(index).allEvents }
        return events
    }

    static func bytes(of path: String) throws -> [UInt8] {
        let store = try ByteStore.open(path: path)
        return try store.read(at: 0, count: Int(store.size))
    }
}
