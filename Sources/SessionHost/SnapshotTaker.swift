import Glibc
import Processes
import Snapshots

/// An open workspace on the snapshots' thread: takes snapshots, names those that nobody named, and knows when the next is due.
final class SnapshotTaker {
    private let configuration: SnapshotConfiguration
    private let sessionID: String
    private let cancellation: Deadline.Cancellation
    private let workspace: WorkspaceSnapshots
    private var previous: Snapshot?
    var schedule: SnapshotSchedule

    init(
        _ configuration: SnapshotConfiguration, sessionID: String, searchPath: String,
        cancellation: Deadline.Cancellation
    ) throws(SnapshotError) {
        self.configuration = configuration
        self.sessionID = sessionID
        self.cancellation = cancellation
        workspace = try configuration.open(searchPath: searchPath)
        schedule = SnapshotSchedule(interval: configuration.interval)
        if let recording = configuration.ownFiles.first {
            try workspace.records.setRecording(recording, of: sessionID)
        }
    }

    /// Which provider it is and why.
    var explanation: String { "\(workspace.choice)" }

    /// Readable when files changed; nil where that isn't known or not wanted.
    var changeDescriptor: Int32? {
        configuration.followsChanges && workspace.changeDescriptor >= 0 ? workspace.changeDescriptor : nil
    }

    func lookForChanges() {
        guard configuration.followsChanges, workspace.hasNewChanges() else { return }
        schedule.note(.change, at: MonotonicClock.now())
    }

    /// - Returns: nil when nobody asked for it by name and nothing had changed.
    func take(_ demand: SnapshotLane.Demand) throws(SnapshotError) -> Snapshot? {
        let begin = MonotonicClock.now()
        defer { schedule.noteTaken(from: begin, to: MonotonicClock.now()) }
        var request = SnapshotRequest(
            session: sessionID, reason: demand.reason, label: demand.label, sessionTime: demand.time)
        request.looksAtEverything = demand.reason == .start || demand.reason == .exit
        request.deadline = Deadline(milliseconds: nil, cancellation: cancellation)
        if demand.reason == .start, let name = configuration.startsFrom {
            request.startsFrom = try workspace.records.snapshot(SnapshotName(name))
        }
        var snapshot = try workspace.take(request)
        guard snapshot.sameAs == nil else { return demand.token == nil ? nil : snapshot }
        if demand.reason == .change { name(&snapshot) }
        previous = snapshot
        return snapshot
    }

    /// After a start that needed no look at the files: from here on changes of them are noticed.
    func look() {
        guard configuration.startsFrom != nil, configuration.followsChanges else { return }
        let deadline = Deadline(milliseconds: nil, cancellation: cancellation)
        // After a failure the next snapshot meets the same, and says so.
        let isSame = (try? workspace.look(for: sessionID, deadline: deadline)) ?? false
        if !isSame { schedule.note(.change, at: MonotonicClock.now()) }
    }

    func close() throws(SnapshotError) { try workspace.close() }

    /// A snapshot that nobody named is called after what changed in it.
    private func name(_ snapshot: inout Snapshot) {
        // Elsewhere the comparison would cost more than the snapshot did.
        guard snapshot.provider == .git, let previous else { return }
        do {
            let trees = (try workspace.provider.tree(of: previous), try workspace.provider.tree(of: snapshot))
            var options = SnapshotComparison.Options()
            options.findsRenames = false
            options.looksAtAttributes = false
            let changes = try SnapshotComparison(trees.0, trees.1).changes(options)
            guard let first = changes.first else { return }
            let sign = first.kind == .added ? "+" : first.kind == .deleted ? "−" : ""
            snapshot.label = sign + first.path.printable + (changes.count > 1 ? " and \(changes.count - 1) more" : "")
            try workspace.records.update(snapshot)
        } catch {
            // It is taken all the same; a label that can't be found is no reason to trouble anybody.
            snapshot.label = ""
        }
    }
}
