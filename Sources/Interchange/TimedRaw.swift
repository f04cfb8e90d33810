import Recording
import ScreenModel

/// Reads a `.raw` file of output bytes beside a `.timing` file of lines `<seconds> o <bytes>` or `<seconds> r COLSxROWS`.
///
/// Seconds count from the start. Such pairs hold streams that are no valid UTF-8, which asciicast can't carry.
public enum TimedRaw {
    /// Reads `path` (ending in `.raw` or `.timing`) and its sibling. The size is what the name says (`NAME-80x24.raw`),
    /// else 80×24.
    public static func read(path: String) throws(InterchangeError) -> ImportedSession {
        let stem = path.hasSuffix(".timing") ? path.dropLast(7) : path.hasSuffix(".raw") ? path.dropLast(4) : path[...]
        let named = stem.split(separator: "-").last.flatMap { Size(colsByRows: $0) }
        return try read(
            raw: fileBytes("\(stem).raw"), timing: fileBytes("\(stem).timing"), path: "\(stem).timing",
            size: named ?? Size(columns: 80, rows: 24))
    }

    /// As `read(path:)`, of bytes at hand; `path` is the timing's, for messages.
    public static func read(
        raw: [UInt8], timing: [UInt8], path: String, size: Size
    ) throws(InterchangeError) -> ImportedSession {
        var session = ImportedSession(size: size)
        var list = EventList()
        var lines = Lines(timing)
        var rest = raw[...]
        while let line = lines.nextContent() {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 3, let seconds = Double(words[0]), seconds.isFinite else {
                throw .malformed(path: path, place: .line(lines.number), what: "is no `seconds kind value`")
            }
            let time = EventList.time(seconds: seconds)
            if words[1] == "o", let count = Int(words[2]), count >= 0 {
                list.append(.output(Array(rest.prefix(count))), at: time)
                rest = rest.dropFirst(count)
            } else if words[1] == "r", let size = Size(colsByRows: words[2]) {
                list.append(.resize(columns: size.columns, rows: size.rows), at: time)
            } else {
                session.warnings.append("\(path), line \(lines.number): neither output nor resize, left out")
            }
        }
        if !rest.isEmpty {
            session.warnings.append("\(path): \(rest.count) bytes after the last timed one, put at the end")
            list.append(.output(Array(rest)), at: list.events.last?.time ?? .zero)
        }
        session.events = list.events
        return session
    }
}
