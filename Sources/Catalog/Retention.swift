import FoundationEssentials
import Glibc
import SessionHost
import Snapshots

/// Carries out a retention plan, one thing after the other, and can be killed at any point: the next run finishes what was begun.
public struct Retention {
    private let catalogue: SessionCatalogue
    private let archive: SnapshotArchive
    private let removal: SessionRemoval

    public struct Report: Hashable, Sendable {
        public var plan: RetentionPlan
        public var sessions = 0
        public var snapshots = 0
        public var branches = 0
        /// What stayed though it was to go, and why.
        public var problems: [String] = []
    }

    /// - Parameter searchPath: the PATH on which the providers' programs are looked for.
    public init(_ catalogue: SessionCatalogue, searchPath: String) {
        self.catalogue = catalogue
        archive = SnapshotArchive(state: catalogue.folders.home, searchPath: searchPath)
        removal = SessionRemoval(catalogue, searchPath: searchPath)
    }

    /// What would go now.
    public func plan(_ policy: RetentionPolicy, now: Int64) throws(CatalogError) -> RetentionPlan {
        try catalogue.bringUpToDate(.everything)
        var graph = try graph()
        let plan = RetentionPlan(policy, graph, now: now)
        // Only of what would go: to ask it of ten thousand takes a while.
        return try markUse(plan, &graph) ? RetentionPlan(policy, graph, now: now) : plan
    }

    /// Notes who looks at the sessions that a plan would remove, and keeps mounted snapshots of those that are gone.
    /// - Returns: whether there are any.
    private func markUse(_ plan: RetentionPlan, _ graph: inout RetentionGraph) throws(CatalogError) -> Bool {
        guard !plan.removals.isEmpty else { return false }
        let mounts = try removal.mountedSnapshots()
        let places = Dictionary(graph.sessions.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var isAny = false
        for case .session(let id) in plan.removals.map(\.subject) {
            guard let place = places[id], let session = try catalogue.session(id),
                let use = try removal.use(of: session, mounts: mounts)
            else { continue }
            graph.sessions[place].use = use
            isAny = true
        }
        for case .snapshots(let id, _) in plan.removals.map(\.subject) where mounts[id] != nil {
            graph.snapshots.removeAll { $0.session == id }
            isAny = true
        }
        return isAny
    }

    /// What there is, from the catalogue; whether branches are in use is asked of their locks.
    public func graph() throws(CatalogError) -> RetentionGraph {
        var graph = try catalogue.retentionGraph()
        let running = Set(SessionDirectory(folders: catalogue.folders).running().map(\.sessionID))
        for index in graph.sessions.indices where running.contains(graph.sessions[index].id) {
            graph.sessions[index].isRunning = true
        }
        for index in graph.branches.indices { graph.branches[index].isInUse = isInUse(graph.branches[index]) }
        return graph
    }

    private func isInUse(_ branch: RetentionGraph.Branch) -> Bool {
        do throws(SnapshotError) {
            let list = BranchList(try SnapshotStore(opening: branch.store))
            return list.isInUse(try list.branch(branch.name))
        } catch {
            // What can't be looked at is not touched.
            return true
        }
    }

    /// Finishes earlier removals, then carries out the plan, and frees the space.
    public func apply(_ policy: RetentionPolicy, now: Int64) throws(CatalogError) -> Report {
        try PrivateFile.makeFolder(catalogue.folders.home)
        let lock = try PrivateFile.lock("\(catalogue.folders.home)/retention.lock")
        defer { close(lock) }
        let finished = try removal.finishOthers()
        var report = Report(plan: try plan(policy, now: now))
        report.sessions = finished.count
        report.snapshots = finished.reduce(0) { $0 + $1.snapshots }
        for removal in report.plan.removals { carryOut(removal, now, &report) }
        if report.sessions + report.snapshots + report.branches > 0 { freeSpace(&report) }
        try catalogue.bringUpToDate(.everything)
        return report
    }

    private func carryOut(_ step: RetentionPlan.Removal, _ now: Int64, _ report: inout Report) {
        do {
            switch step.subject {
            case .branch(let name, let store):
                let list = BranchList(try SnapshotStore(opening: store))
                let branch = try list.branch(name)
                try list.delete(branch, with: try archive.provider(branch.provider, list.store))
                report.branches += 1
            case .session(let id):
                // It may have been pinned, or begun to run, since the plan was made.
                guard let session = try catalogue.session(id) else { return }
                let note = try catalogue.notes.note(on: id)
                guard note.isPinned != true else { throw CatalogError.pinned(session: id) }
                let done = try removal.remove(session, reason: step.reason, now: now)
                report.sessions += 1
                report.snapshots += done.snapshots
            case .snapshots(let session, let numbers):
                report.snapshots += try delete(Set(numbers), of: session)
            }
        } catch {
            report.problems.append("\(error)")
        }
    }

    private func delete(_ numbers: Set<Int64>, of session: String) throws -> Int {
        var count = 0
        for store in try archive.stores() {
            let needed = Set(try BranchList(store).all().map(\.parent.description))
            let free = try SnapshotRecords(store).of(session: session).filter {
                numbers.contains(Int64($0.number)) && !needed.contains($0.name)
            }
            for (kind, snapshots) in Dictionary(grouping: free, by: \.provider) {
                try archive.provider(kind, store).delete(snapshots)
                count += snapshots.count
            }
        }
        return count
    }

    /// Snapshots are deleted by their records; their content goes now.
    private func freeSpace(_ report: inout Report) {
        do {
            for store in try archive.stores() {
                let kinds = Set(try SnapshotRecords(store).all().map(\.provider)).union([.git])
                for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
                    _ = try archive.provider(kind, store).collectGarbage(GarbageRequest())
                }
            }
        } catch {
            report.problems.append("\(error); `ah agent fs gc` frees the space")
        }
    }
}
