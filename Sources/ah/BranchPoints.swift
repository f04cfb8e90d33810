import FoundationEssentials
import Playback
import Recording

/// A recording's moments and snapshots in the order of time, as `branch-points` prints them.
struct BranchPoints {
    struct Point: Encodable, Hashable {
        /// `moment` or `snapshot`.
        var kind: String
        /// Number within its kind: the N of SESSION@N for a snapshot.
        var id: UInt64
        var label: String
        /// A moment's type, a snapshot's provider.
        var type: String?
        var tsNs: Int64
        var time: Double
        var anchorByte: UInt64
        /// From 0, counted over everything that scrolled; nil where the recording breaks off before it.
        var line: Int?
        var column: Int?

        enum CodingKeys: String, CodingKey {
            case kind, id, label, type, time, line, column
            case tsNs = "ts_ns"
            case anchorByte = "anchor_byte"
        }
    }

    let sessionID: String?
    let totalBytes: UInt64
    let points: [Point]

    init(_ timeline: Timeline) {
        sessionID = timeline.metadata?.sessionID
        totalBytes = timeline.indexedBytes
        let start = timeline.metadata?.startedAt ?? 0
        func point(
            _ kind: String, _ id: UInt64, _ label: String, _ type: String?, _ time: SessionTime, _ offset: ByteOffset,
            _ line: Timeline.Line?
        ) -> Point {
            Point(
                kind: kind, id: id, label: label, type: type, tsNs: (start &+ time.milliseconds) &* 1_000_000,
                time: time.seconds, anchorByte: offset.value, line: line?.line, column: line?.column)
        }
        let moments = timeline.moments.enumerated().map { index, moment in
            point(
                "moment", moment.value.id, moment.value.label, moment.value.type, moment.time, moment.offset,
                timeline.momentLines.indices.contains(index) ? timeline.momentLines[index] : nil)
        }
        let snapshots = timeline.snapshots.enumerated().map { index, snapshot in
            point(
                "snapshot", snapshot.value.id, snapshot.value.label, snapshot.value.provider, snapshot.time,
                snapshot.offset,
                timeline.snapshotLines.indices.contains(index) ? timeline.snapshotLines[index] : nil)
        }
        points = (moments + snapshots).sorted { ($0.time, $0.anchorByte) < ($1.time, $1.anchorByte) }
    }

    func json() throws -> String {
        struct Document: Encodable {
            var session: String?
            var totalBytes: UInt64
            var items: [Point]
            enum CodingKeys: String, CodingKey {
                case session, items
                case totalBytes = "total_bytes"
            }
        }
        return try Self.encode(Document(session: sessionID, totalBytes: totalBytes, items: points))
    }

    /// Agent Harbor's document: terminal lines, and before each the snapshots anchored in it.
    func harborJSON(lines: [String]) throws -> String {
        struct Item: Encodable {
            var line: (index: Int, text: String)?
            var point: Point?
            enum CodingKeys: String, CodingKey { case kind, index, text }

            func encode(to encoder: any Encoder) throws {
                if let point { return try point.encode(to: encoder) }
                guard let line else { return }
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode("line", forKey: .kind)
                try container.encode(line.index, forKey: .index)
                try container.encode(line.text, forKey: .text)
            }
        }
        struct Document: Encodable {
            var totalBytes: UInt64
            var items: [Item]
            enum CodingKeys: String, CodingKey {
                case items
                case totalBytes = "total_bytes"
            }
        }
        var byLine: [Int: [Point]] = [:]
        for point in points { byLine[min(point.line ?? 0, max(0, lines.count - 1)), default: []].append(point) }
        var items: [Item] = []
        for (number, text) in lines.enumerated() {
            for point in byLine[number] ?? [] { items.append(Item(point: point)) }
            items.append(Item(line: (items.count, text)))
        }
        if lines.isEmpty { items = points.map { Item(point: $0) } }
        return try Self.encode(Document(totalBytes: totalBytes, items: items))
    }

    private static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func position(_ point: Point) -> String {
        guard let line = point.line, let column = point.column else { return "–" }
        return "\(line + 1):\(column + 1)"
    }

    private func time(_ point: Point) -> String { TimeFormat.text(Int64((point.time * 1000).rounded())) }

    var text: String {
        guard !points.isEmpty else { return "no moments and no snapshots in this recording" }
        let header = ["KIND", "ID", "TIME", "TYPE", "BYTE", "LINE:COL", "LABEL"]
        let rows =
            [header]
            + points.map {
                [$0.kind, "\($0.id)", time($0), $0.type ?? "", "\($0.anchorByte)", position($0), $0.label.printable]
            }
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { index, text in
                index == row.count - 1 ? text : text + String(repeating: " ", count: widths[index] - text.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    var markdown: String {
        let rows = points.map {
            let label = $0.label.printable.replacing("|", with: "\\|")
            return
                "| \($0.kind) | \($0.id) | \(time($0)) | \($0.type ?? "") | \($0.anchorByte) | \(position($0)) | \(label) |"
        }
        return
            (["| kind | id | time | type | byte | line:column | label |", "|---|---|---|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }

    var csv: String {
        func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
        let rows = points.map { point in
            [
                point.kind, "\(point.id)", "\(point.time)", quoted(point.type ?? ""), quoted(point.label),
                "\(point.anchorByte)", point.line.map { "\($0 + 1)" } ?? "", point.column.map { "\($0 + 1)" } ?? "",
            ].joined(separator: ",")
        }
        return (["kind,id,time,type,label,anchor_byte,line,column"] + rows).joined(separator: "\n")
    }
}

extension String {
    /// Without control characters: a label comes from a file, and must not act on the terminal it is printed to.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "\u{FFFD}" : $0 }))
    }
}
