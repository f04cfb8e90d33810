import Catalog
import Glibc

/// A session's timeline as `GET /sessions/{id}/timeline` has it.
struct TimelineDocument: Encodable {
    /// Written as null where there is nothing, as the interface does.
    struct Maybe<Value: Encodable>: Encodable {
        var value: Value?

        init(_ value: Value?) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if let value { try container.encode(value) } else { try container.encodeNil() }
        }
    }

    struct Recording: Encodable {
        var format = "ahr"
        var uri: String
        var width: Int
        var height: Int
        var sizeBytes: Int64
        var hasInput: Bool
    }

    struct Moment: Encodable {
        var id: String
        var ts: Double
        var label: String
        var kind: String
        var type: String
        var description: Maybe<String>
        var attributes: [String: String]?
    }

    struct Snapshot: Encodable {
        struct Place: Encodable {
            var id: String
            var mount = Maybe<String>(nil)
            var size_bytes: Maybe<Int64>
            var created_at: Maybe<String>
        }

        var id: String
        var ts: Double
        var label: String
        var provider: Maybe<String>
        var reason: Maybe<String>
        var snapshot: Place
        var branchable: Bool
    }

    var sessionId: String
    var durationSec: Double
    var currentTime: Double
    var recording: Recording
    var moments: [Moment]
    var fsSnapshots: [Snapshot]

    init(_ timeline: SessionTimeline) {
        let (session, file) = (timeline.session, timeline.session.recording)
        sessionId = session.id
        durationSec = Double(timeline.duration) / 1000
        currentTime = durationSec
        recording = Recording(
            uri: "/api/v1/sessions/\(session.id)/recording?format=ahr", width: file?.columns ?? 80,
            height: file?.rows ?? 24, sizeBytes: file?.fileSize ?? 0, hasInput: (file?.inputBytes ?? 0) > 0)
        moments = timeline.moments.map {
            Moment(
                id: "m\($0.id)", ts: Double($0.time) / 1000, label: $0.label, kind: $0.isAutomatic ? "auto" : "manual",
                type: $0.type, description: Maybe($0.description),
                attributes: $0.attributesJSON == nil ? nil : $0.attributes)
        }
        fsSnapshots = timeline.snapshots.map {
            Snapshot(
                id: "s\($0.number)", ts: Double($0.time ?? 0) / 1000, label: $0.label, provider: Maybe($0.provider),
                reason: Maybe($0.reason),
                snapshot: .init(
                    id: $0.name, size_bytes: Maybe($0.size), created_at: Maybe($0.takenAt.map(Self.instant))),
                branchable: $0.store != nil)
        }
    }

    /// `2026-11-23T16:05:07.250Z`.
    private static func instant(_ milliseconds: Int64) -> String {
        let thousandths = (milliseconds % 1000 + 1000) % 1000
        var seconds = time_t((milliseconds - thousandths) / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: some BinaryInteger, _ width: Int = 2) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        return "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))T"
            + "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)).\(padded(thousandths, 3))Z"
    }
}
