import ArgumentParser
import Glibc
import Rendering
import SessionHost
import Snapshots

struct FsDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two snapshots, a snapshot and the live workspace, or two branches.",
        discussion: """
            With one snapshot: what changed in it since the session's snapshot before it. `live` stands for the workspace as it \
            is now, and a branch's name for the branch as it is now.
            """)

    @Argument(help: ArgumentHelp("SNAP, a branch's name, or live.", valueName: "from"))
    var first: String

    @Argument(help: ArgumentHelp("The same.", valueName: "to"))
    var second: String?

    @Option(name: [.customShort("p"), .customLong("path")], help: "Only this file or folder (repeatable).")
    var paths: [String] = []

    @Flag(help: "Only how many lines were added and deleted.")
    var stat = false

    @Flag(name: .customLong("name-status"), help: "Only names, with A, M, D, R or T.")
    var nameStatus = false

    @Flag(help: "As JSON.")
    var json = false

    @Flag(name: .customLong("exit-code"), help: "Exit status 1 when anything differs.")
    var exitCode = false

    @Flag(name: .customLong("no-colors"), help: "No colours.")
    var noColors = false

    @Option(name: [.customShort("U"), .customLong("unified")], help: "Lines around each change.")
    var context = 3

    func validate() throws {
        if [stat, nameStatus, json].count(where: { $0 }) > 1 {
            throw ValidationError("--stat, --name-status and --json exclude each other.")
        }
        if !(0...1000).contains(context) { throw ValidationError("-U takes 0 to 1000.") }
    }

    func run() throws {
        let sides = try DiffSides(SnapshotDesk(), first, second)
        let comparison = SnapshotComparison(sides.old, sides.new)
        var options = SnapshotComparison.Options()
        options.paths = try paths.map { try RelativePath(printable: $0) }
        options.contextLines = context
        options.countsLines = stat || json
        let differs: Bool
        if stat || nameStatus || json {
            let changes = try comparison.changes(options)
            differs = !changes.isEmpty
            Program.write(try summary(changes), to: 1)
        } else {
            let patch = HarmlessText.forTerminal(try comparison.patch(options))
            differs = !patch.isEmpty
            let isColoured = !noColors && isatty(1) == 1 && Program.environment["NO_COLOR", default: ""].isEmpty
            Program.write(isColoured ? DiffColours.coloured(patch) : patch, to: 1)
        }
        if exitCode, differs { Glibc.exit(1) }
    }

    private func summary(_ changes: [FileChange]) throws -> String {
        if json { return try JSONText.text(changes) + "\n" }
        if nameStatus {
            return changes.map { change in
                let old = change.oldPath.map { "\($0.printable)\t" } ?? ""
                return "\(change.kind.letter)\t\(old)\(change.path.printable)\n"
            }.joined()
        }
        return statistics(changes)
    }

    private func statistics(_ changes: [FileChange]) -> String {
        var table = TextTable()
        var (added, deleted) = (0, 0)
        for change in changes {
            let name = (change.oldPath.map { "\($0.printable) => " } ?? "") + change.path.printable
            if let more = change.added, let less = change.deleted {
                (added, deleted) = (added + more, deleted + less)
                table.add([" " + name, "| +\(more) −\(less)"])
            } else {
                let sizes = "\(change.old?.size ?? 0) → \(change.new?.size ?? 0) bytes"
                table.add([" " + name, "| \(change.note ?? sizes)"])
            }
        }
        let files = "\(changes.count) file\(changes.count == 1 ? "" : "s") changed"
        return (changes.isEmpty ? "" : table.text + "\n") + " \(files), +\(added) −\(deleted)\n"
    }
}

/// The two trees that a diff is between.
struct DiffSides {
    let old: any SnapshotTree
    let new: any SnapshotTree

    init(_ desk: SnapshotDesk, _ first: String, _ second: String?) throws {
        guard let second else {
            let found = try desk.snapshot(first)
            let before = try desk.archive.snapshots(session: found.snapshot.session).last {
                $0.snapshot.session == found.snapshot.session && $0.snapshot.number < found.snapshot.number
            }
            guard let before else {
                throw Failure("\(found.snapshot.name) is its session's first snapshot: name what to compare it with")
            }
            (old, new) = (try desk.archive.tree(of: before), try desk.archive.tree(of: found))
            return
        }
        // The live side is read with the store of the other one, so that equal contents are known as such.
        let context = try Self.context(first == "live" ? second : first, desk)
        old = try Self.tree(first, desk, context)
        new = try Self.tree(second, desk, context)
    }

    /// The snapshot that the other side is, or that its branch was made of.
    private static func context(_ name: String, _ desk: SnapshotDesk) throws -> SnapshotArchive.Found? {
        if name == "live" { return nil }
        if !name.contains("@"), name != "-", let branch = try desk.branch(name) {
            return try desk.archive.find(branch.parent.description)
        }
        return try desk.snapshot(name)
    }

    private static func tree(
        _ name: String, _ desk: SnapshotDesk, _ context: SnapshotArchive.Found?
    ) throws -> any SnapshotTree {
        if name == "live" {
            guard let context else { return try desk.open(desk.workspace(nil).folder).current() }
            return try desk.archive.live(of: context, ownPaths: desk.ownFolders)
        }
        if !name.contains("@"), name != "-", let branch = try desk.branch(name) {
            return try desk.archive.current(of: branch, ownPaths: desk.ownFolders)
        }
        return try desk.archive.tree(of: desk.snapshot(name))
    }
}

/// Colours for a unified diff on a terminal.
enum DiffColours {
    static func coloured(_ patch: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(patch.count + patch.count / 4)
        for line in patch.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if let colour = colour(of: line) {
                result += Array("\u{1B}[\(colour)m".utf8) + line + Array("\u{1B}[0m\n".utf8)
            } else {
                result += line + [0x0A]
            }
        }
        // The last piece is what comes after the last line's end: nothing.
        if !result.isEmpty { result.removeLast() }
        return result
    }

    private static func colour(of line: ArraySlice<UInt8>) -> String? {
        if line.starts(with: "+++".utf8) || line.starts(with: "---".utf8) || line.starts(with: "diff ".utf8) {
            return "1"
        }
        switch line.first {
        case UInt8(ascii: "+"): return "32"
        case UInt8(ascii: "-"): return "31"
        case UInt8(ascii: "@"): return "36"
        default: return nil
        }
    }
}
