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
