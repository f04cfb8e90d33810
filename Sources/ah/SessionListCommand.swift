import ArgumentParser
import Catalog
import Glibc
import Processes
import Recording
import WorkbenchModel

struct SessionListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sessions, the newest first.",
        discussion: "Filters given together must all hold. With --removed, those whose recording was deleted.")

    @OptionGroup var filter: SessionFilterOptions

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit: Int?

    @Flag(help: "What is left of removed sessions.")
    var removed = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = try CatalogueDesk()
        try desk.catalogue.bringUpToDate()
        if removed { return try listRemoved(desk) }
        var wanted = try filter.filter(now: WallClock.now())
        wanted.limit = limit
        let sessions = try desk.catalogue.asked(wanted, now: WallClock.now()).items
        desk.sayRemarks()
        if json { return Program.say(try JSONText.text(sessions)) }
        guard !sessions.isEmpty else { return Program.complain("no session is like that") }
        var table = TextTable()
        table.add(["ID", "STATUS", "STARTED", "LENGTH", "MARKS", "NAME", "COMMAND"])
        for session in sessions { table.add(SessionText.row(session)) }
        Program.say(table.text)
    }

    private func listRemoved(_ desk: CatalogueDesk) throws {
        struct Removed: Encodable {
            var id: String
            var tombstone: Tombstone
        }
        let all = try desk.catalogue.tombstones().prefix(limit ?? .max)
        desk.sayRemarks()
        if json { return Program.say(try JSONText.text(all.map { Removed(id: $0.session, tombstone: $0.tombstone) })) }
        guard !all.isEmpty else { return Program.complain("no session was removed") }
        var table = TextTable()
        table.add(["ID", "REMOVED", "STARTED", "WHY", "COMMAND"])
        for (session, tombstone) in all {
            table.add([
                SessionText.short(session), DateText.text(tombstone.removedAt), DateText.text(tombstone.startedAt),
                tombstone.reason, tombstone.name ?? tombstone.command.joined(separator: " "),
            ])
        }
        Program.say(table.text)
    }
}

/// Which sessions, as `list` and `search` take it.
struct SessionFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("running, completed, failed, stopped, … or live; several with commas.", valueName: "s"))
    var status: String?

    @Option(help: "Of this agent.")
    var agent: String?

    @Option(help: ArgumentHelp("Started in this folder or below it.", valueName: "dir"))
    var project: String?

    @Flag(help: "Started in the current folder or below it.")
    var here = false

    @Option(help: "With this tag (repeatable: all of them).")
    var tag: [String] = []

    @Flag(help: "Pinned ones.")
    var pinned = false

    @Option(help: ArgumentHelp("Started since: 2h, 3d, 2026-11-01, 2026-11-01T14:30.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Started before.", valueName: "time"))
    var until: String?

    @Option(help: "With this in its name, command, prompt, folder or id.")
    var text: String?

    func filter(now: Int64) throws -> SessionFilter {
        var filter = SessionFilter()
        for word in status?.split(separator: ",").map(String.init) ?? [] {
            if word == "live" {
                filter.statuses.formUnion(SessionLifecycle.allCases.filter(\.isLive))
            } else if let status = SessionLifecycle(rawValue: word) {
                filter.statuses.insert(status)
            } else {
                let known = SessionLifecycle.allCases.map(\.rawValue) + ["live"]
                let hint = NearestName.to(word, in: known).map { "; is it \($0)?" } ?? ""
                throw ValidationError("--status takes \(known.joined(separator: ", ")), not “\(word)”\(hint)")
            }
        }
        filter.agent = agent
        if here { filter.folder = Program.workingDirectory }
        if let project { filter.folder = Self.folder(project) }
        filter.tags = tag
        if pinned { filter.isPinned = true }
        filter.since = try since.map { try Self.time($0, "--since", now) }
        filter.until = try until.map { try Self.time($0, "--until", now) }
        filter.text = text
        return filter
    }

    /// Absolute and, if it is there, without links.
    static func folder(_ text: String) -> String {
        if let real = realpath(text, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let path = text.hasPrefix("/") ? text : "\(Program.workingDirectory)/\(text)"
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private static func time(_ text: String, _ option: String, _ now: Int64) throws -> Int64 {
        if let ago = TimeText.milliseconds(text), !text.contains(":") { return now - ago }
        if let date = DateText.milliseconds(text) { return date }
        throw ValidationError("\(option) takes a time like 2h, 3d or 2026-11-01, not “\(text)”")
    }
}

/// Sessions in words.
enum SessionText {
    static func short(_ id: String) -> String { id.count > 13 ? String(id.prefix(8)) : id }

    static func row(_ session: SessionEntry) -> [String] {
        var marks: [String] = []
        if session.isPinned { marks.append("pinned") }
        if session.recording?.problem != nil { marks.append("damaged") }
        marks += session.tags.map { "#\($0)" }
        return [
            short(session.id), status(session), DateText.text(session.startedAt), length(session),
            marks.joined(separator: " "), session.name ?? "", session.agent ?? command(session),
        ]
    }

    /// A script given in the command would fill the terminal; what isn't shown on one, and JSON, has all of it.
    private static func command(_ session: SessionEntry) -> String {
        let text = CommandText.text(session.command)
        return isatty(1) == 1 && text.count > longestCommand ? text.prefix(longestCommand - 1) + "…" : text
    }

    private static let longestCommand = 80

    static func status(_ session: SessionEntry) -> String {
        if session.status == .paused { return session.status.rawValue }
        if session.status.isLive { return session.state ?? session.status.rawValue }
        if let code = session.exitCode, code != 0 { return "\(session.status.rawValue) \(code)" }
        return session.status.rawValue
    }

    static func length(_ session: SessionEntry) -> String {
        let duration = session.status.isLive ? max(0, WallClock.now() - session.startedAt) : session.duration
        return TimeText.text(duration)
    }
}
