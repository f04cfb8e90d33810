import ArgumentParser
import Catalog
import Glibc
import Processes

struct SessionSearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find a text in all that sessions showed, and when.",
        discussion: """
            The text is taken as it is, any part of a line, of either case; at least three characters. What was typed but not \
            shown is not searched. Replay there with: ah agent replay SESSION --start TIME. Exits with 1 when nothing is found.
            """)

    @Argument(help: "The text.")
    var text: String

    @Option(help: ArgumentHelp("Only in this session.", valueName: "session"))
    var session: String?

    @OptionGroup var filter: SessionFilterOptions

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Lines at most.", valueName: "n"))
    var limit = 50

    @Option(name: .customLong("per-session"), help: ArgumentHelp("Lines of each session at most.", valueName: "n"))
    var perSession: Int?

    @Flag(help: "As JSON.")
    var json = false

    struct Line: Encodable {
        var session: String
        var name: String?
        /// Seconds since the session's start.
        var time: Double
        var text: String
    }

    func validate() throws {
        guard text.unicodeScalars.count >= TextIndex.shortest else {
            throw ValidationError("search takes a text of at least \(TextIndex.shortest) characters.")
        }
        guard !text.contains(where: \.isNewline) else { throw ValidationError("search takes a part of one line.") }
    }

    func run() throws {
        let desk = try CatalogueDesk()
        try desk.catalogue.bringUpToDate()
        let gathering = TextGathering(desk.catalogue, try TextIndex(folders: desk.folders))
        // What the background has not come to yet.
        let report = try gathering.run()
        for problem in report.problems { Program.complain(problem) }
        let sessions = try wanted(desk)
        let hits = try gathering.ask { index throws(CatalogError) in
            try index.search(
                text, in: sessions.isRestricted ? Set(sessions.names.keys) : nil, limit: limit,
                perSession: perSession ?? .max)
        }
        desk.sayRemarks()
        if json {
            let lines = hits.map {
                Line(
                    session: $0.session, name: sessions.names[$0.session] ?? nil, time: Double($0.time) / 1000,
                    text: $0.line)
            }
            Program.say(try JSONText.text(lines))
        } else {
            say(hits, sessions.names)
        }
        if hits.isEmpty { Glibc.exit(1) }
    }

    private func wanted(_ desk: CatalogueDesk) throws -> (names: [String: String?], isRestricted: Bool) {
        var filter = try filter.filter(now: WallClock.now())
        let isRestricted = session != nil || filter != SessionFilter()
        if let session { filter.ids = [try desk.session(session).id] }
        let all = try desk.catalogue.sessions(filter)
        return (Dictionary(all.map { ($0.id, $0.name) }) { first, _ in first }, isRestricted)
    }

    private func say(_ hits: [TextHit], _ names: [String: String?]) {
        guard !hits.isEmpty else { return Program.complain("no session showed “\(text)”") }
        var table = TextTable()
        for hit in hits {
            let name = (names[hit.session] ?? nil) ?? ""
            table.add([SessionText.short(hit.session), name, TimeFormat.text(hit.time), excerpt(hit.line)])
        }
        Program.say(table.text)
        Program.say("\nah agent replay \(SessionText.short(hits[0].session)) --start \(TimeFormat.text(hits[0].time))")
    }

    /// A long line around the text.
    private func excerpt(_ line: String) -> String {
        guard line.count > Self.width else { return line }
        guard let place = line.range(of: text, options: .caseInsensitive) else {
            return String(line.prefix(Self.width))
        }
        let before = line.distance(from: line.startIndex, to: place.lowerBound)
        let start = line.index(line.startIndex, offsetBy: max(0, before - Self.width / 3))
        return (start > line.startIndex ? "…" : "") + line[start...].prefix(Self.width) + "…"
    }

    private static let width = 120
}
