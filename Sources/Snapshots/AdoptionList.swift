import CSnapshots
import Glibc
import Processes

/// The adoptions of a store, `adoptions/ID`: each with its record and the contents that it brought and replaced. One at a
/// time; a killed one is finished before anything else is done.
public struct AdoptionList: Sendable {
    public let store: SnapshotStore
    private let program: GitProgram

    public init(_ store: SnapshotStore, program: GitProgram) {
        self.store = store
        self.program = program
    }

    private var folder: String { "\(store.folder)/adoptions" }
    private func place(_ id: UInt32) -> String { "\(folder)/\(id)" }
    private static let recordName = "adoption.json"

    /// By id, oldest first.
    public func all() throws(SnapshotError) -> [AdoptionRecord] {
        var all: [AdoptionRecord] = []
        for id in try ids() { all.append(try load(id)) }
        return all
    }

    private func ids() throws(SnapshotError) -> [UInt32] {
        try WholeFile.names(in: folder).compactMap { UInt32($0) }.sorted()
    }

    private func load(_ id: UInt32) throws(SnapshotError) -> AdoptionRecord {
        let path = "\(place(id))/\(Self.recordName)"
        guard let bytes = try WholeFile.readIfThere(path) else { throw .noSuchAdoption("\(id)") }
        return try JSONFile.decode(AdoptionRecord.self, bytes, path: path)
    }

    private func save(_ record: AdoptionRecord, in folder: String? = nil) throws(SnapshotError) {
        try WholeFile.replace(
            "\(folder ?? place(record.id))/\(Self.recordName)", with: JSONFile.encode(record), durable: true)
    }

    private func contents(_ folder: String) -> AdoptionContents {
        AdoptionContents(folder: "\(folder)/contents", program: program)
    }

    /// Forgets adoptions that were undone, and of the others all but the last `count`: these can't be undone any more.
    /// - Returns: how many went.
    public func collect(keeping count: Int = 50, isDryRun: Bool = false) throws(SnapshotError) -> Int {
        let lock = try lock(.never)
        defer { withExtendedLifetime(lock) {} }
        var leftovers = isDryRun ? 0 : try ScratchFolder.collectLeftovers(in: folder)
        let all = try self.all()
        let kept = Set(all.filter { $0.state == .applied }.suffix(count).map(\.id))
        // The number of the last one must never be given again.
        for record in all.dropLast()
        where record.state == .undone || record.state == .applied && !kept.contains(record.id) {
            leftovers += 1
            if !isDryRun { try FolderRemoval(of: place(record.id)).run() }
        }
        return leftovers
    }

    // MARK: Applying

    /// The three states that an adoption is made of.
    public struct Trees {
        public var base: any SnapshotTree
        public var branch: any SnapshotTree
        public var original: any SnapshotTree

        public init(base: any SnapshotTree, branch: any SnapshotTree, original: any SnapshotTree) {
            self.base = base
            self.branch = branch
            self.original = original
        }
    }

    /// What applying would do; nothing is kept.
    public func plan(_ trees: Trees, deadline: Deadline = .never) throws(SnapshotError) -> AdoptionPlan {
        try WholeFile.makeFolders(folder)
        let scratch = try ScratchFolder(for: "\(folder)/plan")
        defer { scratch.discard() }
        return try plan(trees, in: scratch.partialPath, deadline)
    }

    private func plan(_ trees: Trees, in folder: String, _ deadline: Deadline) throws(SnapshotError) -> AdoptionPlan {
        let contents = contents(folder)
        try WholeFile.makeFolders(contents.folder)
        return try AdoptionPlanner(
            base: trees.base, branch: trees.branch, original: trees.original, contents: contents, deadline: deadline
        ).make()
    }

    /// Brings a branch's changes into the workspace: all of them, or with a conflict none.
    /// - Parameters:
    ///   - snapshots: their names, for the record.
    ///   - afterStep: called after each step; for tests that cut it short.
    /// - Returns: the record; nil where the plan has conflicts or no steps.
    public func apply(
        _ branch: Branch, _ trees: Trees, snapshots: (branch: String, original: String), deadline: Deadline = .never,
        afterStep: () -> Void = {}
    ) throws(SnapshotError) -> (plan: AdoptionPlan, record: AdoptionRecord?) {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        try finishKilled()
        let id = (try ids().last ?? 0) + 1
        let scratch = try ScratchFolder(for: place(id))
        var record: AdoptionRecord
        let plan: AdoptionPlan
        do throws(SnapshotError) {
            plan = try self.plan(trees, in: scratch.partialPath, deadline)
            record = AdoptionRecord(
                id: id, branch: branch.name, base: branch.parent.description, branchSnapshot: snapshots.branch,
                originalSnapshot: snapshots.original, workspace: branch.workspace, appliedAt: WallClock.now(),
                state: .applying, steps: plan.steps, merged: plan.merged)
            let changed = try differing(record, scratch.partialPath) { $0.before }
            guard plan.conflicts.isEmpty, !plan.steps.isEmpty, changed.isEmpty else {
                scratch.discard()
                var refused = plan
                refused.conflicts += changed
                return (refused, nil)
            }
            try save(record, in: scratch.partialPath)
            // From here on it will be done, whoever is killed: the contents must be on the disk before the record is.
            let written = ah_synchronise(scratch.folder.descriptor)
            guard written == 0 else { throw .system(operation: "write", path: place(id), code: -written) }
            try scratch.publish()
        } catch {
            scratch.discard()
            throw error
        }
        try finish(&record, afterStep)
        return (plan, record)
    }

    private func lock(_ deadline: Deadline) throws(SnapshotError) -> FileLock {
        try WholeFile.makeFolders(folder)
        return try FileLock(
            "\(folder)/lock", .exclusive,
            deadline: deadline.milliseconds == nil ? Deadline(milliseconds: 5000) : deadline)
    }

    /// The paths that aren't, right now, as `expected` has them.
    private func differing(
        _ record: AdoptionRecord, _ folder: String, _ expected: (AdoptionStep) -> AdoptionState?
    ) throws(SnapshotError) -> [AdoptionConflict] {
        let workspace = try AdoptionWorkspace(record.workspace, contents: contents(folder))
        var conflicts: [AdoptionConflict] = []
        for step in record.steps {
            let now = try workspace.state(of: step.path)
            if now?.kind == .folder, expected(step)?.kind == .folder { continue }
            if now != expected(step) { conflicts.append(AdoptionConflict(path: step.path, reason: .changedSince)) }
        }
        return conflicts
    }

    /// Does what is left of an adoption or of undoing one, and notes that it is done.
    private func finish(_ record: inout AdoptionRecord, _ afterStep: () -> Void = {}) throws(SnapshotError) {
        let isUndo = record.state == .undoing
        let workspace = try AdoptionWorkspace(record.workspace, contents: contents(place(record.id)))
        let steps = AdoptionStep.ordered(isUndo ? record.steps.map(\.reversed) : record.steps)
        record.left = []
        for (index, step) in steps.enumerated() {
            switch try workspace.perform(step, mark: ".ah-adopt-\(record.id)-\(index)") {
            case .done, .wasDone: try workspace.setAttributes(of: step)
            case .changed: record.left.append(AdoptionConflict(path: step.path, reason: .changedSince))
            case .notEmpty: record.left.append(AdoptionConflict(path: step.path, reason: .notEmpty))
            }
            afterStep()
        }
        try workspace.synchronise()
        record.lost = workspace.lost.isEmpty ? nil : workspace.lost
        record.state = isUndo ? .undone : .applied
        try save(record)
    }

    private func lastApplied() throws(SnapshotError) -> AdoptionRecord {
        guard let record = try all().last(where: { $0.state == .applied }) else { throw .noSuchAdoption("last") }
        return record
    }

    // MARK: Killed ones, undoing

    /// Finishes what a killed process had begun, and removes what it hadn't got ready.
    /// - Returns: the records that were finished.
    @discardableResult public func recover(deadline: Deadline = .never) throws(SnapshotError) -> [AdoptionRecord] {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        return try finishKilled()
    }

    @discardableResult private func finishKilled() throws(SnapshotError) -> [AdoptionRecord] {
        _ = try ScratchFolder.collectLeftovers(in: folder)
        var finished: [AdoptionRecord] = []
        for var record in try all() where record.state == .applying || record.state == .undoing {
            try finish(&record)
            finished.append(record)
        }
        return finished
    }

    /// Brings back what an adoption replaced.
    /// - Parameter id: nil for the last one that isn't undone.
    /// - Returns: the record, and what speaks against it: paths that were changed since. Nothing is done then.
    public func undo(
        _ id: UInt32? = nil, isDryRun: Bool = false, deadline: Deadline = .never, afterStep: () -> Void = {}
    ) throws(SnapshotError) -> (record: AdoptionRecord, conflicts: [AdoptionConflict]) {
        let lock = try lock(deadline)
        defer { withExtendedLifetime(lock) {} }
        try finishKilled()
        var record: AdoptionRecord
        if let id { record = try load(id) } else { record = try lastApplied() }
        guard record.state == .applied else { throw .adoptionUndone(record.id) }
        let left = Set(record.left.map(\.path))
        record.steps.removeAll { left.contains($0.path) }
        let conflicts = try differing(record, place(record.id)) { $0.after }
        guard conflicts.isEmpty, !isDryRun else { return (record, conflicts) }
        record.state = .undoing
        try save(record)
        try finish(&record, afterStep)
        return (record, [])
    }
}
