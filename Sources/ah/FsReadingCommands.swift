import ArgumentParser
import Glibc
import Rendering
import Snapshots

struct FsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List a snapshot's folder, without a checkout.")

    @Argument(help: SnapshotDesk.placeHelp)
    var place: String

    @Flag(name: .shortAndLong, help: "Everything below it, too.")
    var recursive = false

    @Flag(name: [.customShort("l"), .long], help: "Modes, owners, sizes and times.")
    var long = false

    func run() throws {
        let desk = SnapshotDesk()
        let (found, path) = try desk.place(place)
        let tree = try desk.archive.tree(of: found)
        guard let entry = try tree.entry(at: path) else { throw SnapshotError.noSuchPath(path.printable) }
        var table = TextTable()
        if entry.kind == .folder {
            try list(tree, path, "", &table)
        } else {
            table.add(row(entry, path.printable))
        }
        if !table.text.isEmpty { Program.say(table.text) }
    }

    private func list(_ tree: any SnapshotTree, _ path: RelativePath, _ prefix: String, _ table: inout TextTable) throws
    {
        for entry in try tree.entries(in: path) {
            let name = prefix + entry.printableName
            table.add(row(entry, name))
            guard recursive, entry.kind == .folder else { continue }
            try list(tree, path.appending(entry.name), name + "/", &table)
        }
    }

    private func row(_ entry: TreeEntry, _ name: String) -> [String] {
        let sign = entry.kind == .folder ? "/" : entry.kind == .link ? "@" : entry.kind == .fifo ? "|" : ""
        let note = entry.note.map { "  (\($0))" } ?? ""
        guard long else { return [name + sign + note] }
        let owner = entry.user.map { "\($0):\(entry.group.map(String.init) ?? "?")" } ?? "-"
        let mode = String(entry.mode, radix: 8)
        return [
            entry.kind.rawValue, mode, owner, entry.kind == .folder ? "-" : "\(entry.size)",
            entry.modified.map { DateText.text($0 / 1_000_000) } ?? "-", name + sign + note,
        ]
    }
}

struct FsCatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat", abstract: "Print a file of a snapshot, byte for byte.")

    @Argument(help: ArgumentHelp("SNAP:PATH", valueName: "snap:path"))
    var place: String

    func run() throws {
        let desk = SnapshotDesk()
        let (found, path) = try desk.place(place)
        let tree = try desk.archive.tree(of: found)
        guard let entry = try tree.entry(at: path) else { throw SnapshotError.noSuchPath(path.printable) }
        guard entry.kind == .file || entry.kind == .link else { throw SnapshotError.notAFile(path.printable) }
        var offset: UInt64 = 0
        while true {
            let bytes = try tree.read(path, from: offset, count: 1 << 20)
            guard !bytes.isEmpty, Program.write(bytes, to: 1) else { return }
            offset += UInt64(bytes.count)
        }
    }
}

struct FsLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List the snapshots of a session at which a file or folder changed.")

    @Argument(help: ArgumentHelp("SNAP:PATH; the session's snapshots are looked at.", valueName: "snap:path"))
    var place: String

    @Flag(help: "As JSON.")
    var json = false

    struct Line: Encodable {
        var snapshot: String
        var takenAt: Int64
        var change: FileChange.Kind
        var label: String
    }

    func run() throws {
        let desk = SnapshotDesk()
        let (found, path) = try desk.place(place)
        let entries = try desk.archive.log(of: path, session: found.snapshot.session)
        let lines = entries.map {
            Line(
                snapshot: $0.found.snapshot.name, takenAt: $0.found.snapshot.takenAt, change: $0.kind,
                label: $0.found.snapshot.label)
        }
        if json { return Program.say(try JSONText.text(lines)) }
        guard !lines.isEmpty else {
            throw Failure("\(path.printable): in no snapshot of \(found.snapshot.session)")
        }
        var table = TextTable()
        for line in lines { table.add([line.snapshot, DateText.text(line.takenAt), line.change.rawValue, line.label]) }
        Program.say(table.text)
    }
}

struct FsGrepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grep", abstract: "Look for lines in a snapshot's files.",
        discussion: "The exit status is 1 when there are none.")

    @Argument(help: "The text.")
    var pattern: String

    @Argument(help: SnapshotDesk.placeHelp)
    var place: String

    @Flag(name: [.customShort("E"), .customLong("regex")], help: "It is an extended regular expression.")
    var isRegex = false

    @Flag(name: [.customShort("i"), .customLong("ignore-case")], help: "Capitals don't matter.")
    var ignoresCase = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = SnapshotDesk()
        let (found, path) = try desk.place(place)
        var search = TextSearch(isRegex ? .expression(pattern) : .text(pattern))
        search.ignoresCase = ignoresCase
        if !path.isRoot { search.paths = [path] }
        let matches = try search.matches(in: desk.archive.tree(of: found))
        if json {
            Program.say(try JSONText.text(matches))
        } else {
            for match in matches {
                let line = Array("\(match.path.printable):\(match.line):\(match.text)\n".utf8)
                guard Program.write(HarmlessText.forTerminal(line), to: 1) else { break }
            }
        }
        if matches.count == search.limit { Program.complain("only the first \(search.limit) lines are shown") }
        if matches.isEmpty { Glibc.exit(1) }
    }
}

struct FsExtractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Copy a file or folder of a snapshot out of it.")

    @Argument(help: SnapshotDesk.placeHelp)
    var place: String

    @Argument(help: ArgumentHelp("Where to; it must not exist yet.", valueName: "target"))
    var target: String

    func run() throws {
        let desk = SnapshotDesk()
        let (found, path) = try desk.place(place)
        let whole = target.hasPrefix("/") ? target : "\(Program.workingDirectory)/\(target)"
        let report = try desk.archive.extract(path, of: found, to: whole)
        Program.say("\(whole): \(report.files) files, \(ByteText.text(report.bytes))")
        for note in report.lost.first { Program.complain("\(note.path.printable): \(note.text)") }
    }
}
