import Recording
import ScreenModel

/// Encodes a session as asciicast, line by line; it does no IO.
///
/// Its files are UTF-8: a character that the child's reads split is written whole with the later read, and bytes that are
/// no UTF-8 become U+FFFD. Events that asciicast can't say (digests, gaps, snapshots' references) are left out; moments
/// and snapshots become markers.
public struct AsciicastWriter {
    public enum Version: Int, Sendable {
        case v2 = 2
        case v3 = 3
    }

    private let version: Version
    private var lastTime = SessionTime.zero
    private var pending = PartialText()
    private var pendingInput = PartialText()

    public init(version: Version) {
        self.version = version
    }

    /// The first line.
    public func header(
        size: Size, startedAt: Int64? = nil, title: String? = nil, command: String? = nil,
        environment: [String: String] = [:]
    ) -> [UInt8] {
        var line = JSONLine()
        line.raw("{\"version\":\(version.rawValue)")
        switch version {
        case .v2: line.raw(",\"width\":\(size.columns),\"height\":\(size.rows)")
        case .v3:
            line.raw(",\"term\":{\"cols\":\(size.columns),\"rows\":\(size.rows)")
            if let type = environment["TERM"] { line.field("type", type) }
            line.raw("}")
        }
        if let startedAt { line.raw(",\"timestamp\":\(startedAt / 1000)") }
        if let title { line.field("title", title) }
        if let command { line.field("command", command) }
        if !environment.isEmpty { line.object("env", environment) }
        line.raw("}\n")
        return line.bytes
    }

    /// The line of one event, or nothing if asciicast has no word for it.
    public mutating func encode(_ event: Event) -> [UInt8] {
        switch event.kind {
        case .output(let bytes): text("o", pending.take(bytes), of: bytes, at: event.time)
        case .input(let bytes): text("i", pendingInput.take(bytes), of: bytes, at: event.time)
        case .resize(let columns, let rows): line("r", Array("\(columns)x\(rows)".utf8), at: event.time)
        case .moment(let moment): line("m", Array(moment.label.utf8), at: event.time)
        case .snapshot(let snapshot): line("m", Array("snapshot \(snapshot.label)".utf8), at: event.time)
        case .exit(let status): exit(status, at: event.time)
        case .unknown(Asciicast.foreignEventKind, _, let body): foreign(body, at: event.time)
        default: []
        }
    }

    /// What is still held back: half a character at the very end, as U+FFFD.
    public mutating func finish() -> [UInt8] {
        let outputTail = pending.finish()
        let inputTail = pendingInput.finish()
        return (outputTail.isEmpty ? [] : line("o", outputTail, at: lastTime))
            + (inputTail.isEmpty ? [] : line("i", inputTail, at: lastTime))
    }

    private mutating func exit(_ status: ExitStatus, at time: SessionTime) -> [UInt8] {
        // Version 2 has no such event, and its players may refuse the code.
        guard version == .v3 else { return [] }
        return line("x", Array("\(status.shellStatus)".utf8), at: time)
    }

    private mutating func foreign(_ body: [UInt8], at time: SessionTime) -> [UInt8] {
        guard let zero = body.firstIndex(of: 0) else { return [] }
        return line(String(decoding: body[..<zero], as: UTF8.self), Array(body[(zero + 1)...]), at: time)
    }

    /// Nothing if all of the read's bytes are held back; a read that was empty is kept, since it carries a time.
    private mutating func text(
        _ code: String, _ text: [UInt8], of read: [UInt8], at time: SessionTime
    ) -> [UInt8] {
        text.isEmpty && !read.isEmpty ? [] : line(code, text, at: time)
    }

    private mutating func line(_ code: String, _ data: [UInt8], at time: SessionTime) -> [UInt8] {
        let shown = version == .v3 ? max(0, time - lastTime) : time.milliseconds
        lastTime = max(lastTime, time)
        var line = JSONLine()
        line.raw("[")
        line.seconds(milliseconds: shown)
        line.raw(",")
        line.string(Array(code.utf8))
        line.raw(",")
        line.string(data)
        line.raw("]\n")
        return line.bytes
    }
}
