import ArgumentParser
import Glibc
import Snapshots

struct FsAdoptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Keep a branch's result: as a patch, as a git branch, or in the workspace itself.",
        discussion: """
            --patch writes what changed since the branch was made. --git-branch makes a commit on a new branch of the \
            workspace's repository without touching its index or files; what git ignores stays behind. --apply brings the \
            changes into the workspace after a snapshot of it, merging what both changed; with a conflict nothing is done \
            and the exit status is 3. It brings contents, modes, links, and the extended attributes and \
            access lists that the branch set; for root also owners. Attributes that the branch took away stay, and so does \
            what both changed of owner and attributes, which is said. --undo takes back what --apply did.
            """)

    @Argument(
        help: ArgumentHelp(
            "The branch's name or its beginning; with --undo also an adoption's number, or nothing for the last one.",
            valueName: "branch"))
    var branch: String?

    @Option(help: ArgumentHelp("Write a patch for `git apply`; - is standard output.", valueName: "file"))
    var patch: String?

    @Option(name: .customLong("git-branch"), help: ArgumentHelp("Commit to this new git branch.", valueName: "name"))
    var gitBranch: String?

    @Option(name: [.customShort("m"), .customLong("message")], help: "With --git-branch: the commit's message.")
    var message: String?

    @Flag(help: "Bring the changes into the workspace.") var apply = false

    @Flag(help: "Take back what --apply did.") var undo = false

    @Flag(help: "List what was brought into workspaces and can be taken back.") var list = false

    @Flag(name: .customLong("dry-run"), help: "With --apply and --undo: only say what would be done.") var dryRun =
        false

    @Flag(help: "With --git-branch: move a git branch that is there already.") var force = false

    @Flag(help: "Print the result as JSON.") var json = false

    func validate() throws {
        let ways = [patch != nil, gitBranch != nil, apply, undo, list].count { $0 }
        if ways != 1 { throw ValidationError("Give one of --patch, --git-branch, --apply, --undo and --list.") }
        if branch == nil, !undo, !list { throw ValidationError("Which branch? `ah agent fs branch list` lists them.") }
        if dryRun, !apply, !undo { throw ValidationError("--dry-run goes with --apply and --undo.") }
        if force, gitBranch == nil { throw ValidationError("--force goes with --git-branch.") }
        if message != nil, gitBranch == nil { throw ValidationError("--message goes with --git-branch.") }
    }

    func run() throws {
        let desk = SnapshotDesk()
        if undo { return try takeBack(desk) }
        if list { return try show(desk) }
        let adoption = try AdoptionDesk(desk, desk.existingBranch(branch ?? ""))
        if let patch { return try write(patch, adoption) }
        if let gitBranch { return try commit(gitBranch, adoption) }
        try bringIn(adoption)
    }

    private func write(_ file: String, _ adoption: AdoptionDesk) throws {
        let result = try adoption.patch()
        for note in result.skipped.first { Program.complain("\(note.path.printable): not in the patch: \(note.text)") }
        guard result.files > 0 else {
            throw Failure("nothing was changed in \(adoption.branch.name): no patch was written")
        }
        try adoption.write(result.text, to: file)
        let text = "\(result.files) file\(result.files == 1 ? "" : "s") in the patch"
        if json, file != "-" {
            struct Document: Encodable { var file: String, files: Int, bytes: Int }
            return Program.say(try JSONText.text(Document(file: file, files: result.files, bytes: result.text.count)))
        }
        if file == "-" { Program.complain(text) } else { Program.say("\(file): \(text)") }
    }

    private func commit(_ name: String, _ adoption: AdoptionDesk) throws {
        let result = try adoption.commit(to: name, isForced: force, message: message)
        if json { return Program.say(try JSONText.text(result)) }
        let moved = result.replaced.map { " (was \($0.prefix(12)))" } ?? ""
        Program.say("\(result.name) is \(result.commit.prefix(12))\(moved); to see it: git diff HEAD...\(result.name)")
    }

    private func bringIn(_ adoption: AdoptionDesk) throws {
        let (plan, record) = try applyOrTakeBack(adoption)
        if json {
            struct Document: Encodable { var plan: AdoptionPlan, adoption: AdoptionRecord?, isDryRun: Bool }
            Program.say(try JSONText.text(Document(plan: plan, adoption: record, isDryRun: dryRun)))
        } else {
            AdoptionText.print(plan, record, isDryRun: dryRun)
        }
        if !plan.conflicts.isEmpty { throw Failure(AdoptionText.refusal(plan.conflicts), status: 3) }
        if let record, !record.left.isEmpty { throw Failure(AdoptionText.left(record.left), status: 3) }
    }

    /// A failure in the middle, as of a file that can't be replaced, leaves nothing half done.
    private func applyOrTakeBack(_ adoption: AdoptionDesk) throws -> (plan: AdoptionPlan, record: AdoptionRecord?) {
        do {
            return try adoption.apply(isDryRun: dryRun)
        } catch {
            let name = adoption.branch.name
            guard
                let open = try adoption.records().last(where: {
                    $0.branch == name && $0.state == .applying
                })
            else { throw error }
            do {
                let conflicts = try adoption.undo(open.id)
                guard conflicts.isEmpty else { throw Failure(AdoptionText.refusal(conflicts)) }
            } catch let second {
                throw Failure(
                    "\(error); and taking back what was done failed: \(second). The workspace is half changed: "
                        + "`ah agent fs adopt --undo \(open.id)` in it brings it back")
            }
            throw Failure("\(error); what had been brought in was taken back")
        }
    }

    private func show(_ desk: SnapshotDesk) throws {
        let records = try AdoptionDesk.records(desk).filter { branch == nil || $0.branch == branch }
        if json { return Program.say(try JSONText.text(records)) }
        var table = TextTable()
        table.add(["ID", "BRANCH", "WHEN", "STATE", "PATHS", "WORKSPACE"])
        for record in records {
            table.add([
                "\(record.id)", record.branch, DateText.text(record.appliedAt), record.state.rawValue,
                "\(record.steps.count)", record.workspace.printable,
            ])
        }
        Program.say(records.isEmpty ? "nothing was brought into a workspace" : table.text)
    }

    private func takeBack(_ desk: SnapshotDesk) throws {
        let (list, id) = try AdoptionDesk.list(desk, branch)
        let (record, conflicts) = try list.undo(id, isDryRun: dryRun)
        if json {
            struct Document: Encodable { var adoption: AdoptionRecord, conflicts: [AdoptionConflict], isDryRun: Bool }
            Program.say(try JSONText.text(Document(adoption: record, conflicts: conflicts, isDryRun: dryRun)))
        } else if conflicts.isEmpty {
            let verb = dryRun ? "would be brought back" : "brought back"
            Program.say("adoption \(record.id) of \(record.branch): \(AdoptionText.count(record.steps.count)) \(verb)")
        }
        if !conflicts.isEmpty { throw Failure(AdoptionText.refusal(conflicts), status: 3) }
        if !record.left.isEmpty { throw Failure(AdoptionText.left(record.left), status: 3) }
    }
}
