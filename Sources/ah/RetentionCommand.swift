import ArgumentParser
import Catalog
import UserSettings
import Glibc
import Processes
import Rendering

struct RetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "How long sessions, their snapshots and branches are kept.",
        discussion: """
            Without limits everything stays. Pinned sessions, running ones, recordings in files of your choice, and what a kept \
            thing needs always stay, and so does what somebody replays or has mounted. Branches made by hand are yours; one that \
            was made for a session goes with it, unless you removed that session by hand. A project or a tag with limits of its \
            own has only these: none of the general ones counts for its sessions. A removed session leaves a line in \
            `ah session list --removed`.
            """,
        subcommands: [RetentionShowCommand.self, RetentionSetCommand.self, RetentionApplyCommand.self])
}

struct RetentionShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the limits, and what there is.")

    func run() throws {
        Preferences.sayProblems()
        let settings = Preferences.settings
        let desk = try CatalogueDesk()
        let retention = Retention(
            desk.catalogue, searchPath: ChildProcess.Launch.searchPath(Program.environment))
        try desk.catalogue.bringUpToDate(.everything)
        let graph = try retention.graph()
        desk.sayRemarks()
        var table = TextTable()
        let keys = ["retention.automatic"] + Setting.limits.map { "retention.\($0)" } + settings.specialKeys
        for key in keys { table.add([key, settings.text(key) ?? "no limit"]) }
        for group in Set(settings.specialKeys.compactMap(Self.group)).sorted() {
            table.add([group, "has only its own limits; the general ones don't count for it"])
        }
        let recordings = graph.sessions.reduce(0) { $0 + $1.bytes }
        let snapshots = graph.snapshots.reduce(0) { $0 + $1.bytes }
        table.add(["sessions", "\(graph.sessions.count), \(ByteText.text(UInt64(recordings)))"])
        table.add(["pinned", "\(graph.sessions.count(where: \.isPinned))"])
        table.add(["snapshots", "\(graph.snapshots.count), \(ByteText.text(UInt64(snapshots))) added by them"])
        table.add(["branches", "\(graph.branches.count)"])
        Program.say(table.text)
    }

    /// The project or tag of a limit's key, in words.
    private static func group(_ key: String) -> String? {
        let group = key.prefix(upTo: key.lastIndex(of: ".") ?? key.endIndex)
        for (prefix, word) in [("retention.project.", "project"), ("retention.tag.", "tag")]
        where group.hasPrefix(prefix) {
            return "\(word) \(group.dropFirst(prefix.count))"
        }
        return nil
    }
}

struct RetentionSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change the limits; they hold from the next session's end, or `ah retention apply`.")

    @Option(name: .customLong("max-count"), help: ArgumentHelp("Sessions that are kept, or none.", valueName: "n"))
    var count: String?

    @Option(name: .customLong("max-age"), help: ArgumentHelp("How long: 12h, 90d, 8w, or none.", valueName: "time"))
    var age: String?

    @Option(name: .customLong("max-size"), help: ArgumentHelp("Bytes: 500M, 20G, or none.", valueName: "size"))
    var size: String?

    @Option(
        help: ArgumentHelp(
            "Only for sessions that started in this folder or below it; the general limits don't count for these then.",
            valueName: "dir"))
    var project: String?

    @Option(help: "Only for sessions with this tag; the general limits don't count for these then.")
    var tag: String?

    func validate() throws {
        if count == nil, age == nil, size == nil {
            throw ValidationError("Which limit? --max-count, --max-age or --max-size.")
        }
        if project != nil, tag != nil { throw ValidationError("--project and --tag exclude each other.") }
    }

    func run() throws {
        var prefix = "retention"
        if let project { prefix += ".project." + SessionFilterOptions.folder(project) }
        if let tag {
            try SessionNotes.check(tag: tag)
            prefix += ".tag.\(tag)"
        }
        var changes: [(setting: Setting, value: String?)] = []
        for (name, value) in [("max-count", count), ("max-age", age), ("max-size", size)] {
            guard let value else { continue }
            changes.append((try ConfigText.setting("\(prefix).\(name)"), value == "none" ? nil : value))
        }
        try ConfigText.change(changes)
    }
}

struct RetentionApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Remove what the limits don't keep, and free the space.")

    @Flag(name: .customLong("dry-run"), help: "Only say what would go, in which order and why.")
    var dryRun = false

    func run() throws {
        Preferences.sayProblems()
        // Half-understood limits might remove what was meant to stay.
        if !Preferences.settings.problems.isEmpty { throw Failure("nothing was removed; put the settings right first") }
        let desk = try CatalogueDesk()
        let retention = Retention(
            desk.catalogue, searchPath: ChildProcess.Launch.searchPath(Program.environment))
        let policy = RetentionPolicy(Preferences.settings)
        if dryRun {
            say(try retention.plan(policy, now: WallClock.now()), "would go")
            return desk.sayRemarks()
        }
        let report = try retention.apply(policy, now: WallClock.now())
        desk.sayRemarks()
        say(report.plan, "removed")
        for problem in report.problems { Program.complain(problem) }
        if !report.problems.isEmpty { Glibc.exit(1) }
    }

    private static func text(_ kept: RetentionPlan.Kept) -> String {
        guard kept.isSnapshot, let at = kept.subject.lastIndex(of: "@") else { return SessionText.short(kept.subject) }
        return "snapshot \(SessionText.short(String(kept.subject[..<at])))\(kept.subject[at...])"
    }

    private func say(_ plan: RetentionPlan, _ word: String) {
        var table = TextTable()
        for removal in plan.removals {
            let subject: String
            switch removal.subject {
            case .branch(let name, _): subject = "branch \(name)"
            case .session(let id): subject = "session \(SessionText.short(id))"
            case .snapshots(let session, let numbers):
                subject = numbers.map { "\(SessionText.short(session))@\($0)" }.joined(separator: " ")
            }
            table.add([word, subject, ByteText.text(UInt64(max(0, removal.bytes))), removal.reason])
        }
        for kept in plan.kept { table.add(["kept", Self.text(kept), "", kept.reason]) }
        Program.say(plan.removals.isEmpty && plan.kept.isEmpty ? "nothing is beyond the limits" : table.text)
    }
}
