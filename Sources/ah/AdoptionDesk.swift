import Glibc
import Snapshots

/// One branch that is adopted, with the snapshots that this takes.
struct AdoptionDesk {
    let branch: Branch
    private let desk: SnapshotDesk
    private let store: SnapshotStore
    private let program: GitProgram

    init(_ desk: SnapshotDesk, _ branch: Branch) throws(SnapshotError) {
        self.desk = desk
        self.branch = branch
        store = try SnapshotStore(opening: branch.store)
        program = GitProgram(searchPath: desk.searchPath)
    }

    /// The adoption that a branch's name means, or a number or nothing in the workspace that we are in.
    static func list(
        _ desk: SnapshotDesk, _ name: String?
    ) throws -> (AdoptionList, id: UInt32?) {
        let program = GitProgram(searchPath: desk.searchPath)
        let stores = try desk.archive.stores()
        let id = name.flatMap { UInt32($0) }
        if let name, id == nil {
            for store in stores {
                // The branch itself may be deleted by now.
                let list = AdoptionList(store, program: program)
                if let record = try list.all().last(where: { $0.branch == name && $0.state == .applied }) {
                    return (list, record.id)
                }
            }
            throw Failure("\(name): nothing of this branch was brought into its workspace that could be taken back")
        }
        let folder = Program.workingDirectory
        let here = stores.filter { folder == $0.workspace || folder.hasPrefix("\($0.workspace)/") }
        guard let store = here.max(by: { $0.workspace.count < $1.workspace.count }) else {
            throw Failure(
                "\(folder) lies in no workspace that something was brought into; go there, or name the branch")
        }
        return (AdoptionList(store, program: program), id)
    }

    /// Those of all workspaces.
    static func records(_ desk: SnapshotDesk) throws(SnapshotError) -> [AdoptionRecord] {
        var all: [AdoptionRecord] = []
        for store in try desk.archive.stores() {
            all += try AdoptionList(store, program: GitProgram(searchPath: desk.searchPath)).all()
        }
        return all.sorted { ($0.appliedAt, $0.id) < ($1.appliedAt, $1.id) }
    }

    /// Read by the policy of the snapshot that the branch was made of: what that left out would seem to be new.
    private func workspace(_ folder: String, _ kind: ProviderKind) throws(SnapshotError) -> WorkspaceSnapshots {
        try WorkspaceSnapshots(
            store: store, folder: folder, preference: kind == .git ? .git : .auto,
            policy: SnapshotRecords(store).policy(of: branch.parent.session), searchPath: desk.searchPath,
            watches: false, ownPaths: branch.ownPaths(desk.ownFolders))
    }

    private func base() throws(SnapshotError) -> any SnapshotTree {
        try desk.archive.tree(of: desk.archive.find(branch.parent.description))
    }

    /// The branch as it is now, saved.
    private func snapshotBranch() throws(SnapshotError) -> Snapshot {
        try snapshot(branch.folder, .adopt)
    }

    private func snapshot(_ folder: String, _ reason: SnapshotReason) throws(SnapshotError) -> Snapshot {
        try workspace(folder, branch.provider).take(
            SnapshotRequest(
                session: branch.parent.session, reason: reason, label: branch.name, looksAtEverything: true))
    }

    private func tree(_ snapshot: Snapshot) throws(SnapshotError) -> any SnapshotTree {
        try desk.archive.tree(of: SnapshotArchive.Found(snapshot: snapshot, store: store))
    }

    func patch() throws(SnapshotError) -> AdoptionPatch.Result {
        try AdoptionPatch(store: store, program: program).make(from: base(), to: tree(snapshotBranch()))
    }

    /// Under a name of its own until it is whole.
    func write(_ bytes: [UInt8], to file: String) throws {
        if file == "-" {
            Program.write(bytes, to: 1)
            return
        }
        let temporary = "\(file).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Failure("\(file): can't be written: \(String(cString: strerror(errno)))") }
        let isWhole = Program.write(bytes, to: descriptor)
        let isClosed = close(descriptor) == 0
        guard isWhole, isClosed, rename(temporary, file) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw Failure("\(file): can't be written: \(reason)")
        }
    }

    func commit(to name: String, isForced: Bool, message: String?) throws -> AdoptionRepository.Result {
        let list = BranchList(store)
        let snapshot = try snapshotBranch()
        let scratch = "\(store.scratch)/adopt-\(getpid())"
        guard mkdir(scratch, 0o700) == 0 else { throw Failure("\(scratch): can't be made") }
        defer { removeScratch(scratch) }
        var folder = branch.folder
        if list.isInUse(branch) {
            // While something runs there the files may change under git's hands.
            folder = "\(scratch)/files"
            let found = SnapshotArchive.Found(snapshot: snapshot, store: store)
            _ = try desk.archive.materialise(found, at: folder)
        }
        let text =
            message
                ?? """
                Result of branch \(branch.name)

                Branched from session \(branch.parent.session), snapshot \(branch.parent).
                Adopted from snapshot \(snapshot.name).
                """
        return try AdoptionRepository(environment: desk.environment).adopt(
            AdoptionRepository.Request(
                workspace: branch.workspace, folder: folder, name: name, isForced: isForced, message: text,
                scratch: scratch))
    }

    private func removeScratch(_ path: String) {
        do throws(SnapshotError) { try FolderRemoval(of: path).run() } catch { Program.complain("\(error)") }
    }

    /// All adoptions into this branch's workspace.
    func records() throws(SnapshotError) -> [AdoptionRecord] { try AdoptionList(store, program: program).all() }

    func undo(_ id: UInt32) throws(SnapshotError) -> [AdoptionConflict] {
        try AdoptionList(store, program: program).undo(id).conflicts
    }

    func apply(isDryRun: Bool) throws -> (plan: AdoptionPlan, record: AdoptionRecord?) {
        let list = AdoptionList(store, program: program)
        if isDryRun {
            let now = try AdoptionList.Trees(
                base: base(), branch: workspace(branch.folder, branch.provider).current(),
                original: workspace(branch.workspace, branch.provider).current())
            return (try list.plan(now), nil)
        }
        for record in try list.recover() {
            Program.complain("adoption \(record.id) of \(record.branch) had been cut short and was finished first")
        }
        let original = try snapshot(branch.workspace, .beforeApply)
        let saved = try snapshotBranch()
        let trees = try AdoptionList.Trees(base: base(), branch: tree(saved), original: tree(original))
        return try list.apply(branch, trees, snapshots: (saved.name, original.name))
    }
}

/// What `adopt` prints.
enum AdoptionText {
    static func count(_ number: Int) -> String { "\(number) path\(number == 1 ? "" : "s")" }

    static func print(_ plan: AdoptionPlan, _ record: AdoptionRecord?, isDryRun: Bool) {
        for note in plan.skipped.first { Program.complain("\(note.path.printable): \(note.text)") }
        guard plan.conflicts.isEmpty else { return }
        guard !plan.steps.isEmpty else { return Program.say("nothing to bring over") }
        let merged = Set(plan.merged)
        for step in plan.steps where step.after?.kind != .folder || step.before != nil {
            let letter = step.before == nil ? "A" : step.after == nil ? "D" : merged.contains(step.path) ? "G" : "M"
            Program.say("\(letter)\t\(step.path.printable)")
        }
        for note in record?.lost?.first ?? [] { Program.complain("\(note.path.printable): \(note.text)") }
        guard let record, !isDryRun else {
            return Program.say("\(count(plan.steps.count)) would be changed")
        }
        Program.say(
            "\(count(plan.steps.count)) changed; before that: \(record.originalSnapshot); to take it back: "
                + "ah agent fs adopt --undo \(record.id)")
    }

    static func refusal(_ conflicts: [AdoptionConflict]) -> String {
        (["nothing was done, because of \(count(conflicts.count)):"]
            + conflicts.map { "  \($0.path.printable): \($0.reason.rawValue)" }).joined(separator: "\n")
    }

    static func left(_ conflicts: [AdoptionConflict]) -> String {
        (["left as they are, since they were changed meanwhile:"]
            + conflicts.map { "  \($0.path.printable): \($0.reason.rawValue)" }).joined(separator: "\n")
    }
}
