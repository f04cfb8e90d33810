import Recording
import ScreenModel

/// Reads ttyrec files: frames of `u32 seconds, u32 microseconds, u32 length` (little-endian) and that many bytes.
public enum Ttyrec {
    public static func read(path: String) throws(InterchangeError) -> ImportedSession {
        try read(bytes: fileBytes(path), path: path)
    }

    /// Ttyrec knows no size: it is 80×24 unless the first frame asks for another (`CSI 8;rows;columns t`).
    public static func read(bytes: [UInt8], path: String) throws(InterchangeError) -> ImportedSession {
        var session = ImportedSession(size: Size(columns: 80, rows: 24))
        var list = EventList()
        var position = 0
        var start: Int64?
        while position < bytes.count {
            guard let frame = frame(in: bytes, at: position) else {
                guard position > 0 else {
                    throw .malformed(path: path, place: .byte(0), what: "starts with no whole frame of a ttyrec")
                }
                session.warnings.append("\(path), byte \(position): torn frame, left out")
                break
            }
            let origin = start ?? frame.milliseconds
            start = origin
            let data = Array(bytes[frame.data])
            if position == 0, let size = requestedSize(data) { session.size = size }
            list.append(.output(data), at: SessionTime(milliseconds: max(0, frame.milliseconds - origin)))
            position = frame.data.upperBound
        }
        session.startedAt = start
        session.events = list.events
        return session
    }

    private static func frame(in bytes: [UInt8], at position: Int) -> (milliseconds: Int64, data: Range<Int>)? {
        func word(_ index: Int) -> Int64 {
            (0..<4).reduce(0) { $0 | Int64(bytes[position + index * 4 + $1]) << (8 * $1) }
        }
        guard bytes.count - position >= 12 else { return nil }
        let start = position + 12
        let count = Int(word(2))
        guard word(1) < 1_000_000, count <= bytes.count - start else { return nil }
        return (word(0) * 1000 + word(1) / 1000, start..<start + count)
    }

    private static func requestedSize(_ data: [UInt8]) -> Size? {
        let marker = Array("\u{1B}[8;".utf8)
        var rest = data.prefix(256)
        while !rest.isEmpty, !rest.starts(with: marker) { rest = rest.dropFirst() }
        let text = String(decoding: rest.dropFirst(marker.count).prefix { $0 != UInt8(ascii: "t") }, as: UTF8.self)
        let numbers = text.split(separator: ";")
        guard numbers.count == 2, let rows = Int(numbers[0]), let columns = Int(numbers[1]) else { return nil }
        return Size(checkedColumns: columns, rows: rows)
    }
}
