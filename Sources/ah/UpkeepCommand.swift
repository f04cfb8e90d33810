import ArgumentParser
import Catalog
import UserSettings
import FoundationEssentials
import Glibc
import Processes
import SessionHost
import Snapshots

/// Brings the catalogue and the search index up to date, applies retention and frees space; ``BackgroundUpkeep`` starts it.
struct UpkeepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: BackgroundUpkeep.subcommand, shouldDisplay: false)

    @Flag(help: "Only the search index, whatever the settings say.")
    var text = false

    func run() throws { Upkeep.run(text ? .text : .bySettings, environment: Program.environment) }
}

enum Upkeep {
    /// What is to be done.
    enum Part { case bySettings, text }

    /// Starts it beside this process, if there is anything to do.
    static func start(environment: [String: String]) throws(ProcessError) {
        guard isWanted(Preferences.settings) else { return }
        try BackgroundUpkeep.start(executable: Program.executable, environment: environment)
    }

    /// Space is freed soon after much was deleted. That it couldn't be started is no reason to say anything: the next
    /// session's end does it.
    static func startAfterDeleting(environment: [String: String]) {
        guard Preferences.settings.flag("snapshots.gc") else { return }
        try? BackgroundUpkeep.start(executable: Program.executable, environment: environment)
    }

    private static func isWanted(_ settings: Settings) -> Bool {
        settings.flag("search.background") || settings.flag("snapshots.gc")
            || settings.flag("retention.automatic") && !RetentionPolicy(settings).isEmpty
    }

    /// Others go first, and one at a time is enough: whoever comes meanwhile is served by the next, or by the next search.
    static func run(_ part: Part = .bySettings, environment: [String: String]) {
        BackgroundUpkeep.goSecond()
        let folders = SessionFolders(environment: environment)
        var problems = workAlone(part, folders, environment)
        if part == .bySettings { problems += freeSpace(folders, environment) }
        // The text alone makes up for nothing else.
        if part == .bySettings || !problems.isEmpty { note(problems, folders) }
    }

    private static func workAlone(
        _ part: Part, _ folders: SessionFolders, _ environment: [String: String]
    ) -> [String] {
        let lock = open("\(folders.home)/upkeep.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { return [] }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return [] }
        do { return try work(part, folders, environment) } catch { return ["\(error)"] }
    }

    /// Without the lock: a large store takes minutes, and other sessions' texts should not wait for that.
    private static func freeSpace(_ folders: SessionFolders, _ environment: [String: String]) -> [String] {
        let settings = Preferences.settings
        guard settings.flag("snapshots.gc"), let interval = settings.age("snapshots.gc-interval"),
            let garbage = settings.bytes("snapshots.gc-garbage")
        else { return [] }
        BackgroundUpkeep.goLast()
        let archive = SnapshotArchive(state: folders.home, searchPath: ChildProcess.Launch.searchPath(environment))
        let limits = AutomaticCollection.Limits(interval: interval, garbage: UInt64(garbage))
        let running = Set(SessionDirectory(folders: folders).running().map(\.sessionID))
        do throws(SnapshotError) {
            return try AutomaticCollection(archive, limits: limits).run(running: running, now: WallClock.now())
        } catch {
            return ["\(error)"]
        }
    }

    private static func work(
        _ part: Part, _ folders: SessionFolders, _ environment: [String: String]
    ) throws -> [String] {
        let settings = Preferences.settings
        let catalogue = try SessionCatalogue(folders: folders)
        try catalogue.bringUpToDate()
        var problems: [String] = []
        let policy = RetentionPolicy(settings)
        if part == .bySettings, settings.flag("retention.automatic"), !policy.isEmpty {
            let retention = Retention(catalogue, searchPath: ChildProcess.Launch.searchPath(environment))
            problems += try retention.apply(policy, now: WallClock.now()).problems
        }
        if part == .text || settings.flag("search.background") {
            problems += try TextGathering(catalogue, TextIndex(folders: folders)).run().problems
        }
        return problems + catalogue.takeRemarks()
    }

    /// Nobody reads this process's output: what went wrong is left in a file, and the next run makes up for it.
    private static func note(_ problems: [String], _ folders: SessionFolders) {
        let path = "\(folders.logs)/upkeep.log"
        guard !problems.isEmpty else {
            unlink(path)
            return
        }
        guard (try? SessionFolders.makePrivate(folders.logs)) != nil else { return }
        let text = problems.map { "\(DateText.text(WallClock.now()))  \($0)\n" }.joined()
        try? Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        chmod(path, 0o600)
    }
}
