import NIOCore

/// How far somebody has followed a session: what `Last-Event-ID` carries.
///
/// It counts the session's own bytes and milliseconds, so that it stays right when the recording is compacted.
struct FeedPosition: Hashable, Comparable, Sendable {
    /// Output bytes before it.
    var offset: UInt64
    /// Milliseconds since the session's start.
    var time: Int64
    /// Among what happened at the same byte and millisecond, from 0.
    var order: Int

    static let start = FeedPosition(offset: 0, time: -1, order: 0)

    static func < (left: FeedPosition, right: FeedPosition) -> Bool {
        (left.offset, left.time, left.order) < (right.offset, right.time, right.order)
    }

    var text: String { order == 0 ? "\(offset)-\(time)" : "\(offset)-\(time)-\(order)" }

    init(offset: UInt64, time: Int64, order: Int = 0) {
        self.offset = offset
        self.time = time
        self.order = order
    }

    /// That of the last event in a part of a stream; nil where none has one.
    init?(lastIn part: Part) {
        let line = part.readableBytesView.split(separator: UInt8(ascii: "\n")).last {
            $0.starts(with: Array("id: ".utf8))
        }
        guard let line else { return nil }
        self.init(String(decoding: line.dropFirst(4), as: UTF8.self))
    }

    /// Reads what ``text`` gives; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let offset = UInt64(parts[0]), let time = Int64(parts[1]),
            let order = parts.count == 3 ? Int(parts[2]) : 0, time >= 0, order >= 0
        else { return nil }
        self.init(offset: offset, time: time, order: order)
    }
}
