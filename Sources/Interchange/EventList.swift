import Recording
import ScreenModel

/// Events being collected: gives each its offset and keeps time from running backwards.
struct EventList {
    private(set) var events: [Event] = []
    private var offset: UInt64 = 0
    private var moments: UInt64 = 0
    private var now = SessionTime.zero

    /// Thirty years: what lies beyond is a broken number, and would overflow sums of times.
    private static let longest = 1e9

    /// Seconds of a foreign file as a session's whole milliseconds; anything that isn't a sane time counts as zero.
    static func time(seconds: Double) -> SessionTime {
        guard seconds > 0 else { return .zero }
        return SessionTime(milliseconds: Int64((min(seconds, longest) * 1000).rounded()))
    }

    mutating func append(_ kind: Event.Kind, at time: SessionTime) {
        now = max(now, time)
        events.append(Event(time: now, offset: ByteOffset(offset), kind: kind))
        if case .output(let bytes) = kind { offset &+= UInt64(bytes.count) }
    }

    /// A marker of the foreign file becomes a moment, numbered from 1.
    mutating func appendMoment(_ label: String, at time: SessionTime) {
        moments += 1
        append(.moment(Moment(id: moments, label: label, type: "manual", isAutomatic: false)), at: time)
    }
}

extension Size {
    /// Reads `COLSxROWS`; nil unless both lie in 1…65535.
    init?(colsByRows text: some StringProtocol) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let columns = UInt16(parts[0]), let rows = UInt16(parts[1]) else { return nil }
        self.init(checkedColumns: Int(columns), rows: Int(rows))
    }

    /// Nil unless both lie in 1…65535, as a recording can say.
    init?(checkedColumns columns: Int, rows: Int) {
        guard (1...65535).contains(columns), (1...65535).contains(rows) else { return nil }
        self.init(columns: columns, rows: rows)
    }
}
