import Glibc

/// What bringing a branch's changes into the original comes to: the steps, or the conflicts that forbid them.
public struct AdoptionPlan: Hashable, Codable, Sendable {
    public var steps: [AdoptionStep] = []
    public var conflicts: [AdoptionConflict] = []
    /// What the branch changed and can't be brought over: special files, what isn't in a snapshot.
    public var skipped = PathNotes()
    /// Paths whose text was merged out of both.
    public var merged: [RelativePath] = []

    public var isEmpty: Bool { steps.isEmpty && conflicts.isEmpty }
}

/// Makes the plan out of three trees. Repositories themselves (`.git`) aren't part of it: an agent's commits come over
/// by `--git-branch`.
final class AdoptionPlanner {
    private let base: any SnapshotTree
    private let branch: any SnapshotTree
    private let original: any SnapshotTree
    private let contents: AdoptionContents
    private let deadline: Deadline
    private var plan = AdoptionPlan()
    /// What each path that is touched will be.
    private var outcome: [RelativePath: AdoptionState?] = [:]

    init(
        base: any SnapshotTree, branch: any SnapshotTree, original: any SnapshotTree, contents: AdoptionContents,
        deadline: Deadline
    ) {
        self.base = base
        self.branch = branch
        self.original = original
        self.contents = contents
        self.deadline = deadline
    }

    func make() throws(SnapshotError) -> AdoptionPlan {
        for path in try Self.changedPaths(from: base, to: branch, deadline: deadline) { try add(path) }
        for step in plan.steps { try checkSurroundings(of: step) }
        plan.conflicts = Array(Set(plan.conflicts)).sorted {
            ($0.path, $0.reason.rawValue) < ($1.path, $1.reason.rawValue)
        }
        plan.steps = plan.conflicts.isEmpty ? AdoptionStep.ordered(plan.steps) : []
        for step in plan.steps { try keepContents(of: step) }
        return plan
    }

    /// What differs, and the folders above it, by path.
    static func changedPaths(
        from base: any SnapshotTree, to branch: any SnapshotTree, deadline: Deadline
    ) throws(SnapshotError) -> [RelativePath] {
        var options = SnapshotComparison.Options()
        options.findsRenames = false
        var paths: Set<RelativePath> = []
        for change in try SnapshotComparison(base, branch, deadline: deadline).changes(options) {
            var path = change.path
            guard !path.names.contains(where: { $0.elementsEqual(".git".utf8) }) else { continue }
            while !path.isRoot, paths.insert(path).inserted { path = path.parent }
        }
        return paths.sorted()
    }

    private func add(_ path: RelativePath) throws(SnapshotError) {
        try deadline.check("comparing \(path.printable)")
        let before = try state(path, base)
        let after = try state(path, branch)
        let now = try state(path, original)
        if after != before, after?.kind == .other {
            plan.skipped.add(path, "a special file, or not in the snapshot: stays behind in the branch")
        }
        switch AdoptionDecision(base: before, branch: after, original: now) {
        case .nothing: break
        case .set(let state): add(path, now, state)
        case .conflict(let reason): plan.conflicts.append(AdoptionConflict(path: path, reason: reason))
        case .merge(let mode):
            let result = try contents.merge(path, base: base, branch: branch, original: original, deadline: deadline)
            switch result {
            case .success(let merged):
                plan.merged.append(path)
                add(path, now, AdoptionState(kind: .file, mode: mode, content: merged.content, size: merged.size))
            case .failure(let reason):
                plan.conflicts.append(AdoptionConflict(path: path, reason: reason))
            }
        }
        try addAttributes(path, before, after, now)
    }

    /// Joins owner and extended attributes to the path's step, or makes one for them alone.
    private func addAttributes(
        _ path: RelativePath, _ before: AdoptionState?, _ after: AdoptionState?, _ now: AdoptionState?
    ) throws(SnapshotError) {
        guard let after, after.kind == .file || after.kind == .folder, plan.conflicts.last?.path != path else { return }
        let hasStep = plan.steps.last?.path == path
        guard hasStep || now?.kind == after.kind else { return }
        let change = AdoptionAttributeChange(
            base: before?.kind == after.kind ? try .init(path, in: base) : nil, branch: try .init(path, in: branch),
            original: now?.kind == after.kind ? try .init(path, in: original) : nil, user: geteuid())
        for remark in change.remarks { plan.skipped.add(path, remark) }
        guard !change.after.isEmpty else { return }
        if !hasStep { add(path, now, now) }
        plan.steps[plan.steps.count - 1].attributesBefore = change.before
        plan.steps[plan.steps.count - 1].attributes = change.after
    }

    private func add(_ path: RelativePath, _ before: AdoptionState?, _ after: AdoptionState?) {
        outcome[path] = .some(after)
        plan.steps.append(AdoptionStep(path: path, before: before, after: after))
    }

    /// The folders above must be or become folders; a folder that gives way to something else must end up empty.
    private func checkSurroundings(of step: AdoptionStep) throws(SnapshotError) {
        if step.after != nil {
            var above = step.path.parent
            while !above.isRoot {
                let planned = outcome[above]
                let kind: AdoptionState.Kind?
                if let planned { kind = planned?.kind } else { kind = try state(above, original)?.kind }
                if kind != .folder {
                    // Missing altogether: it comes back as the branch has it.
                    guard kind == nil, planned == nil, let missing = try state(above, branch) else {
                        plan.conflicts.append(AdoptionConflict(path: step.path, reason: .inTheWay))
                        return
                    }
                    add(above, nil, missing)
                }
                above = above.parent
            }
        }
        guard step.before?.kind == .folder, let after = step.after, after.kind != .folder else { return }
        for entry in try original.entries(in: step.path) {
            guard outcome[step.path.appending(entry.name)] != .some(nil) else { continue }
            plan.conflicts.append(AdoptionConflict(path: step.path, reason: .notEmpty))
            return
        }
    }

    private func state(_ path: RelativePath, _ tree: any SnapshotTree) throws(SnapshotError) -> AdoptionState? {
        try AdoptionContents.state(of: path, in: tree)
    }

    /// Both sides of a step, so that it can be done and undone whatever becomes of branch and snapshots.
    private func keepContents(of step: AdoptionStep) throws(SnapshotError) {
        guard step.before != step.after else { return }
        if let before = step.before { try contents.keep(step.path, before, from: original) }
        if let after = step.after { try contents.keep(step.path, after, from: branch) }
    }
}
