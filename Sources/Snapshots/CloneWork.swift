import CSnapshots
import Glibc
import Processes
import Synchronization

/// A copy in the making, shared by its threads: the folders still to be done, and the names of hard-linked files.
final class CloneWork: Sendable {
    struct FileIdentity: Hashable {
        let device, inode: UInt64
    }

    private struct State {
        var pending: [CloneFolder]
        /// Threads that have a folder, and those that wait for one.
        var busy = 0
        var idle: [WakeEvent] = []
        var report = FolderCloneReport()
        var failure: SnapshotError?
        var firstNames: [FileIdentity: RelativePath] = [:]
    }

    let source: Int32
    let target: Int32
    /// The copy's own folder: it is passed over when it lies within the original.
    let targetIdentity: FileIdentity
    let options: FolderClone.Options
    private let deadline: Deadline
    private let state: Mutex<State>
    private let sharing: Atomic<Bool>

    init(
        from source: Int32, to target: Int32, options: FolderClone.Options, deadline: Deadline
    ) throws(SnapshotError) {
        var root = ah_stat()
        var copy = ah_stat()
        let result = min(ah_fstat(source, &root), ah_fstat(target, &copy))
        guard result == 0 else { throw .system(operation: "look at", path: "the folder", code: -result) }
        self.source = source
        self.target = target
        targetIdentity = FileIdentity(device: copy.device, inode: copy.inode)
        self.options = options
        self.deadline = deadline
        state = Mutex(State(pending: [CloneFolder(.root, parent: nil, stat: root)]))
        sharing = Atomic(options.sharesBlocks)
    }

    /// Copies until nothing is left or something failed. Called once.
    func run() throws(SnapshotError) -> FolderCloneReport {
        var ends: [WakeEvent] = []
        for _ in 1..<max(1, min(options.threads, 16)) {
            // Without a second thread it takes longer, nothing else.
            guard let wake = try? WakeEvent(), let end = try? WakeEvent(),
                (try? WorkerThread.start({
                    self.work(wake)
                    end.signal()
                })) != nil
            else { break }
            ends.append(end)
        }
        do throws(ProcessError) {
            work(try WakeEvent())
        } catch {
            fail(.system(operation: "copy", path: "\(error)", code: EMFILE))
        }
        for end in ends { Self.wait(for: end) }
        let (report, failure) = state.withLock { ($0.report, $0.failure) }
        if let failure { throw failure }
        return report
    }

    /// What one thread does.
    private func work(_ wake: WakeEvent) {
        let worker = CloneWorker(self)
        while let folder = next(wake) {
            do throws(SnapshotError) {
                try deadline.check("copying a folder")
                try worker.copy(folder)
            } catch {
                fail(error)
            }
            folderIsDone()
        }
        state.withLock { $0.report.add(worker.report) }
    }

    /// The next folder; waits for one while others may still find some. Nil at the end.
    private func next(_ wake: WakeEvent) -> CloneFolder? {
        while true {
            let (folder, isEnd) = state.withLock { state -> (CloneFolder?, Bool) in
                if state.failure == nil, let folder = state.pending.popLast() {
                    state.busy += 1
                    return (folder, false)
                }
                if state.busy == 0 || state.failure != nil { return (nil, true) }
                state.idle.append(wake)
                return (nil, false)
            }
            if folder != nil || isEnd { return folder }
            Self.wait(for: wake)
        }
    }

    private func folderIsDone() {
        state.withLock { state in
            state.busy -= 1
            if state.busy == 0 { Self.wake(&state.idle) }
        }
    }

    private static func wait(for event: WakeEvent) {
        var poller = Poller()
        poller.add(event.descriptor, .read)
        while !poller.wait(milliseconds: nil) {}
        event.clear()
    }

    private static func wake(_ idle: inout [WakeEvent]) {
        for event in idle { event.signal() }
        idle.removeAll()
    }

    // MARK: What the workers share

    func add(_ folder: CloneFolder) {
        state.withLock { state in
            state.pending.append(folder)
            state.idle.popLast()?.signal()
        }
    }

    func fail(_ error: SnapshotError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
            Self.wake(&state.idle)
        }
    }

    func checkDeadline() throws(SnapshotError) { try deadline.check("copying a folder") }

    var sharesBlocks: Bool { sharing.load(ordering: .relaxed) }
    func stopSharing() { sharing.store(false, ordering: .relaxed) }

    /// Makes a file that has several names: the first time by `create`, and then as a link to that one. The lock is held
    /// meanwhile, so that a second name is never looked for before the first one exists.
    func makeLinked(
        _ file: FileIdentity, at path: RelativePath, create: () -> Int32, link: (RelativePath) -> Int32
    ) -> (descriptor: Int32, isLink: Bool) {
        state.withLock { state in
            if let first = state.firstNames[file] { return (link(first), true) }
            let descriptor = create()
            if descriptor >= 0 { state.firstNames[file] = path }
            return (descriptor, false)
        }
    }
}
