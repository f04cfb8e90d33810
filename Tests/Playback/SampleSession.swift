import Emulation
import Recording
import ScreenModel
import TestSupport

/// A session made up from a seed: shell lines, a full-screen program, colours, resizes, moments, pauses.
struct SampleSession {
    var events: [(time: SessionTime, kind: Event.Kind)] = []
    var initial = Size(columns: 40, rows: 12)

    init(seed: UInt64, reads: Int, resizes: Bool = true) {
        var random = SeededRandom(seed: seed)
        var time: Int64 = 0
        var momentID: UInt64 = 0
        var isAlternate = false
        for _ in 0..<reads {
            time += Int64.random(in: 0...9, using: &random) == 0 ? 900 : Int64.random(in: 1...40, using: &random)
            // Reads of one millisecond would be one read in the file.
            let at = SessionTime(milliseconds: time)
            switch Int.random(in: 0..<60, using: &random) {
            case 0 where resizes:
                let columns = Int.random(in: 20...70, using: &random)
                events.append((at, .resize(columns: columns, rows: Int.random(in: 4...30, using: &random))))
            case 1, 2:
                momentID += 1
                events.append(
                    (at, .moment(Moment(id: momentID, label: "m\(momentID)", type: "manual", isAutomatic: false))))
            case 3:
                isAlternate.toggle()
                events.append((at, .output(Array("\u{1B}[?1049\(isAlternate ? "h" : "l")".utf8))))
            default:
                events.append((at, .output(Self.output(&random))))
            }
        }
    }

    private static func output(_ random: inout SeededRandom) -> [UInt8] {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: Array("\u{1B}[3\(Int.random(in: 0...7, using: &random))mred \u{1B}[1mbold\u{1B}[0m".utf8)
        case 1:
            Array("\u{1B}[\(Int.random(in: 1...12, using: &random));\(Int.random(in: 1...40, using: &random))Hat".utf8)
        case 2: Array("wide 漢字 e\u{301} 👩‍💻 \r\n".utf8)
        // Cut within an escape sequence and within a character: the next read goes on with it, or not.
        case 3: Array("tail\u{1B}[3".utf8)
        case 4: [0xE6, 0xBC]
        default:
            Array(
                (0..<Int.random(in: 1...6, using: &random)).map { "line \($0) of some output" }.joined(
                    separator: "\r\n"
                ).utf8)
                + Array("\r\n".utf8)
        }
    }

    /// Writes it as a recording; `finished` false leaves it as a running session has it.
    func write(to path: String, finished: Bool = true, blockSize: Int = 2048) throws {
        var options = RecordingWriter.Options()
        options.blockSize = blockSize
        options.mergeInterval = 0
        let writer = try RecordingWriter.create(
            at: path, metadata: SessionMetadata(sessionID: "sample", command: ["sh"], startedAt: 0), size: initial,
            options: options)
        for event in events {
            if case .output(let bytes) = event.kind {
                bytes.withUnsafeBytes { writer.output($0, at: event.time) }
            } else {
                writer.append(event.kind, at: event.time)
            }
        }
        try writer.flush(durable: false)
        if finished, let last = events.last { try writer.finish(exit: ExitStatus(code: 0), at: last.time) }
    }

    /// The terminal of an unbroken replay to a time.
    func terminal(at time: SessionTime) -> Terminal {
        let terminal = Terminal(size: initial)
        for event in events where event.time <= time { Self.apply(event.kind, to: terminal) }
        return terminal
    }

    static func apply(_ kind: Event.Kind, to terminal: Terminal) {
        switch kind {
        case .output(let bytes): terminal.feed(bytes)
        case .resize(let columns, let rows): terminal.resize(to: Size(columns: columns, rows: rows))
        default: break
        }
    }

    var duration: SessionTime { events.last?.time ?? .zero }
}
