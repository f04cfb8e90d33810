import Processes
import Snapshots
import Synchronization
import WorkbenchModel

/// What lanes found out, for the loop that shows it.
final class FilesAnswers: Sendable {
    struct Item: Sendable {
        var request: FilesModel.Request
        var answer: FilesModel.Answer
        /// What the comparison found, for marking what changed in lists of folders.
        var index: ChangeIndex?
    }

    private let items = Mutex<[Item]>([])
    private let news: WakeEvent

    init() throws(ProcessError) { news = try WakeEvent() }

    /// Readable when there is something to take.
    var descriptor: Int32 { news.descriptor }

    func post(_ item: Item) {
        items.withLock { items in
            // Of a progress only the newest matters.
            if case .progress = item.answer, case .progress = items.last?.answer { items.removeLast() }
            items.append(item)
        }
        news.signal()
    }

    func take() -> [Item] {
        news.clear()
        return items.withLock { items in
            defer { items = [] }
            return items
        }
    }
}

/// One thing after another on a thread of its own, which is made for the first and lives as long as this. Newer requests
/// take the place of those that wait.
final class FilesLane: Sendable {
    struct Job: Sendable {
        var request: FilesModel.Request
        var index: ChangeIndex?
        let cancellation = Deadline.Cancellation()
        var deadline: Deadline { Deadline(milliseconds: nil, cancellation: cancellation) }
    }

    private struct State {
        var waiting: [Job] = []
        var running: Job?
        var isStarted = false
        var isClosed = false
    }

    /// What the thread shares with this, so that it doesn't keep this alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
        let wake: WakeEvent

        init() throws(ProcessError) { wake = try WakeEvent() }

        /// Waits for the next; nil when there will be none.
        func next() -> Job? {
            while true {
                wake.clear()
                let (job, isClosed) = state.withLock { state -> (Job?, Bool) in
                    state.running = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
                    return (state.running, state.isClosed)
                }
                if isClosed { return nil }
                if let job { return job }
                var poller = Poller()
                poller.add(wake.descriptor, .read)
                _ = poller.wait(milliseconds: nil)
            }
        }
    }

    private let shared: Shared
    private let answers: FilesAnswers
    private let source: FilesSource

    init(_ source: FilesSource, _ answers: FilesAnswers) throws(ProcessError) {
        self.source = source
        self.answers = answers
        shared = try Shared()
    }

    deinit {
        shared.state.withLock { state in
            state.isClosed = true
            state.waiting = []
            state.running?.cancellation.cancel()
        }
        shared.wake.signal()
    }

    /// - Parameter interrupts: what runs isn't wanted any more either.
    func add(_ job: Job, interrupts: Bool) throws(ProcessError) {
        let mustStart = shared.state.withLock { state in
            if interrupts { state.running?.cancellation.cancel() }
            state.waiting.removeAll { interrupts || $0.request.isSameKind(as: job.request) }
            state.waiting.append(job)
            defer { state.isStarted = true }
            return !state.isStarted
        }
        shared.wake.signal()
        guard mustStart else { return }
        let (shared, answers, source) = (shared, answers, source)
        try WorkerThread.start {
            let reading = FilesReading(source)
            while let job = shared.next() {
                reading.answer(job) { answers.post(.init(request: job.request, answer: $0, index: $1)) }
            }
        }
    }

    /// Gives up what runs and what waits.
    func stop() {
        let waiting = shared.state.withLock { state in
            state.running?.cancellation.cancel()
            defer { state.waiting = [] }
            return state.waiting
        }
        for job in waiting { answers.post(.init(request: job.request, answer: .stopped)) }
    }
}

extension FilesModel.Request {
    /// Of two of a kind only the newer one is wanted.
    fileprivate func isSameKind(as other: FilesModel.Request) -> Bool {
        switch (self, other) {
        case (.snapshots, .snapshots), (.folder, .folder): true
        default: false
        }
    }
}

/// Where a session's snapshots are.
struct FilesSource: Sendable {
    var session: String
    /// Below which the stores lie.
    var stateFolder: String
    /// The PATH on which their programs are looked for.
    var searchPath: String
    /// Folders of the program's own, which are no part of a workspace.
    var ownPaths: [String]
    /// Where copies go that are not given a whole path.
    var folder: String
    /// For `~`.
    var home: String?
}
