import FoundationEssentials
import Recording
import ScreenModel

/// Reads asciicast files of versions 1, 2 and 3.
public enum Asciicast {
    /// The extension record in which an event with an unknown code is kept: its body is the code, a zero byte, the data.
    public static let foreignEventKind: UInt8 = 0xAC

    /// - Throws: `InterchangeError` with path and line; a torn last line is only a warning.
    public static func read(path: String) throws(InterchangeError) -> ImportedSession {
        try read(bytes: fileBytes(path), path: path)
    }

    /// As `read(path:)`, of bytes at hand; `path` is for messages.
    public static func read(bytes: [UInt8], path: String) throws(InterchangeError) -> ImportedSession {
        var lines = Lines(bytes)
        guard let first = lines.nextContent() else {
            throw .malformed(path: path, place: .line(1), what: "is empty, where an asciicast has its header")
        }
        let decoder = JSONDecoder()
        // Version 1 is one JSON document, which may be spread over many lines.
        guard let header = try? decoder.decode(AsciicastHeader.self, from: Data(first)), header.version != 1 else {
            return try readVersion1(bytes, path: path)
        }
        guard header.version == 2 || header.version == 3 else {
            throw .unsupportedVersion(path: path, version: header.version)
        }
        guard let size = header.size else {
            throw .malformed(path: path, place: .line(lines.number), what: "names no terminal size within 1…65535")
        }
        return try readEvents(&lines, header: header, size: size, path: path)
    }

    private static func readEvents(
        _ lines: inout Lines, header: AsciicastHeader, size: Size, path: String
    ) throws(InterchangeError) -> ImportedSession {
        var session = header.session(size: size)
        var list = EventList()
        var clock = 0.0
        while let line = lines.nextContent() {
            guard let event = EventLine(line) else {
                // A recorder that was killed leaves half a line at the end.
                guard lines.isAtEnd else {
                    throw .malformed(path: path, place: .line(lines.number), what: "is no [time, \"code\", \"data\"]")
                }
                session.warnings.append("\(path), line \(lines.number): torn, left out")
                break
            }
            clock = header.version == 3 ? clock + max(0, event.seconds) : event.seconds
            if let warning = append(event, at: EventList.time(seconds: clock), to: &list) {
                session.warnings.append("\(path), line \(lines.number): \(warning)")
            }
        }
        session.events = list.events
        return session
    }

    /// Appends what the line says; gives a warning if it says nothing usable.
    private static func append(_ event: EventLine, at time: SessionTime, to list: inout EventList) -> String? {
        let text = String(decoding: event.data, as: UTF8.self)
        switch event.code {
        case "o": list.append(.output(event.data), at: time)
        case "i": list.append(.input(event.data), at: time)
        case "m": list.appendMoment(text, at: time)
        case "r":
            guard let size = Size(colsByRows: text) else { return "a resize that is no COLSxROWS, left out" }
            list.append(.resize(columns: size.columns, rows: size.rows), at: time)
        case "x":
            guard let code = Int32(text) else { return "an exit status that is no number, left out" }
            list.append(.exit(ExitStatus(code: code)), at: time)
        default:
            let body = Array(event.code.utf8) + [0] + event.data
            list.append(.unknown(kind: foreignEventKind, version: 1, body: body), at: time)
        }
        return nil
    }

    private static func readVersion1(_ bytes: [UInt8], path: String) throws(InterchangeError) -> ImportedSession {
        let document: AsciicastVersion1
        do {
            document = try JSONDecoder().decode(AsciicastVersion1.self, from: Data(bytes))
        } catch {
            throw .malformed(path: path, place: .line(1), what: "is neither an asciicast header nor one of version 1")
        }
        guard document.version == 1 else { throw .unsupportedVersion(path: path, version: document.version) }
        guard let size = Size(checkedColumns: document.width, rows: document.height) else {
            throw .malformed(path: path, place: .line(1), what: "names no terminal size within 1…65535")
        }
        var list = EventList()
        var clock = 0.0
        for frame in document.stdout {
            clock += max(0, frame.delay)
            list.append(.output(Array(frame.data.utf8)), at: EventList.time(seconds: clock))
        }
        return ImportedSession(
            size: size, title: document.title, command: document.command,
            environment: document.env?.compactMapValues { $0 } ?? [:], events: list.events)
    }
}

/// The one JSON document of version 1: frames of output, each with its delay in seconds.
private struct AsciicastVersion1: Decodable {
    var version: Int
    var width: Int
    var height: Int
    var command: String?
    var title: String?
    var env: [String: String?]?
    var stdout: [Frame]

    struct Frame: Decodable {
        var delay: Double
        var data: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            delay = try container.decode(Double.self)
            data = try container.decode(String.self)
        }
    }
}
