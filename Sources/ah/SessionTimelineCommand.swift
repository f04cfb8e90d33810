import ArgumentParser
import Catalog

struct SessionTimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "Show a session's moments, snapshots and states in order.",
        discussion: "`ah agent branch-points` also tells at which line and byte of the output they are.")

    @OptionGroup var target: NamedSession

    @Flag(help: "As JSON, as the REST interface has it.")
    var json = false

    func run() throws {
        let desk = try CatalogueDesk()
        let timeline = try desk.catalogue.timeline(of: desk.session(target.session))
        desk.sayRemarks()
        if json { return Program.say(try JSONText.text(TimelineDocument(timeline))) }
        Program.say(text(timeline))
    }

    private func text(_ timeline: SessionTimeline) -> String {
        var rows: [(time: Int64, rank: Int, row: [String])] = []
        for moment in timeline.moments {
            rows.append((moment.time, 1, ["moment", "\(moment.id)", moment.type, moment.label]))
        }
        for snapshot in timeline.snapshots {
            let lost = snapshot.store == nil && !timeline.session.status.isLive ? " (deleted)" : ""
            let row = ["snapshot", "@\(snapshot.number)", snapshot.reason ?? "", snapshot.label + lost]
            rows.append((snapshot.time ?? 0, 2, row))
        }
        guard !rows.isEmpty else { return "no moments and no snapshots in this session" }
        var table = TextTable()
        for row in rows.sorted(by: { ($0.time, $0.rank) < ($1.time, $1.rank) }) {
            table.add([TimeFormat.text(row.time)] + row.row)
        }
        return table.text
    }
}

/// A session's timeline in the shape that the REST interface gives it.
struct TimelineDocument: Encodable {
    struct Recording: Encodable {
        var format = "ahr"
        var uri: String
        var width: Int
        var height: Int
        var hasInput: Bool
    }

    struct Moment: Encodable {
        var id: Int64
        var ts: Double
        var label: String
        var kind: String
        var type: String
        var description: String?
        var attributes: [String: String]?
    }

    struct Snapshot: Encodable {
        struct Place: Encodable {
            var id: String?
            var mount: String?
            var size_bytes: Int64?
        }

        var id: String
        var ts: Double
        var label: String
        var provider: String?
        var snapshot: Place
        var branchable: Bool
    }

    var sessionId: String
    var durationSec: Double
    var currentTime: Double
    var recording: Recording?
    var moments: [Moment]
    var fsSnapshots: [Snapshot]

    init(_ timeline: SessionTimeline) {
        sessionId = timeline.session.id
        durationSec = Double(timeline.duration) / 1000
        currentTime = durationSec
        recording = timeline.session.recording.map {
            Recording(uri: $0.path, width: $0.columns, height: $0.rows, hasInput: $0.inputBytes > 0)
        }
        moments = timeline.moments.map {
            Moment(
                id: $0.id, ts: Double($0.time) / 1000, label: $0.label, kind: $0.isAutomatic ? "auto" : "manual",
                type: $0.type, description: $0.description,
                attributes: $0.attributesJSON == nil ? nil : $0.attributes)
        }
        fsSnapshots = timeline.snapshots.map {
            Snapshot(
                id: $0.name, ts: Double($0.time ?? 0) / 1000, label: $0.label, provider: $0.provider,
                snapshot: .init(id: $0.reference, mount: nil, size_bytes: $0.size), branchable: $0.store != nil)
        }
    }
}
