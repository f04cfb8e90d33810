import Processes
import Recording
import Synchronization

/// The thread that writes the recording, and the queue that feeds it.
///
/// The host's loop puts in bytes (by their place in the ring) and events in their order; a slow disk makes the queue
/// longer, never the loop slower. The first error is reported once; after it everything is taken and dropped, so that
/// the child lives on.
final class RecordingLane: Sendable {
    enum Entry: Sendable {
        case output(position: Int, count: Int, time: SessionTime)
        case event(Event.Kind, time: SessionTime)
        /// Everything before is to be on disk; then `completed(token)` is reported.
        case sync(token: UInt64)
        case finish(ExitStatus, time: SessionTime)
    }

    enum Report: Sendable {
        case completed(token: UInt64, error: String?)
        case failed(String)
        case finished(RecordingOutcome)
    }

    /// A wake-up costs both threads more than recording a read does, so the recorder is woken for a batch.
    private enum Sleep {
        case awake
        /// Until the open block is due.
        case dozing
        /// Until there is something to do.
        case idle
    }

    private struct State {
        var entries: [Entry] = []
        /// Output bytes in them.
        var bytes = 0
        var reports: [Report] = []
        var sleep = Sleep.awake
        var isUrgent = false
        var statistics = RecordingStatistics()

        /// Whether a dozing recorder is woken for what waits.
        var isDue: Bool { isUrgent || bytes >= RecordingLane.batch }

        mutating func append(_ entry: Entry) {
            entries.append(entry)
            switch entry {
            case .output(_, let count, _): bytes += count
            case .event: break
            case .sync, .finish: isUrgent = true
            }
        }

        mutating func takeEntries() -> [Entry] {
            defer {
                entries.removeAll(keepingCapacity: entries.count < 4096)
                bytes = 0
                isUrgent = false
            }
            return entries
        }
    }

    private let ring: OutputRing
    private let state = Mutex(State())
    private let wake: WakeEvent
    private let loopWake: WakeEvent
    /// Set by the loop when it waits for room in the ring.
    let loopWaitsForRoom = Atomic<Bool>(false)
    /// How often full blocks were brought to the disk while others were filled.
    let synchronizations = Atomic<Int>(0)
    /// Only the loop's thread uses it.
    private let owesWake = Atomic<Bool>(false)
    private let clock: SessionClock
    private let quality: Int32?

    init(ring: OutputRing, clock: SessionClock, quality: Int32?, loopWake: WakeEvent) throws(ProcessError) {
        self.ring = ring
        self.clock = clock
        self.quality = quality
        self.loopWake = loopWake
        wake = try WakeEvent()
    }

    func start(_ writer: sending RecordingWriter) throws(ProcessError) {
        // The closure owns the writer: it never leaves the thread.
        let box = Mutex<RecordingWriter?>(writer)
        let holder = WriterHolder(box)
        try WorkerThread.start { [self] in
            guard let writer = holder.take() else { return }
            run(writer)
        }
    }

    /// Queues an entry. The loop calls ``stir()`` when it has done what cannot wait.
    func put(_ entry: Entry) {
        let mustWake = state.withLock { state in
            state.append(entry)
            switch state.sleep {
            case .awake: return false
            case .dozing where !state.isDue: return false
            case .dozing, .idle:
                state.sleep = .awake
                return true
            }
        }
        if mustWake { owesWake.store(true, ordering: .relaxed) }
    }

    /// Wakes the recorder if what was put in asks for it.
    func stir() {
        guard owesWake.load(ordering: .relaxed) else { return }
        owesWake.store(false, ordering: .relaxed)
        wake.signal()
    }

    func takeReports() -> [Report] {
        state.withLock { state in
            defer { state.reports = [] }
            return state.reports
        }
    }

    var statistics: RecordingStatistics { state.withLock { $0.statistics } }

    private func report(_ report: Report) {
        state.withLock { $0.reports.append(report) }
        loopWake.signal()
    }

    private func run(_ writer: RecordingWriter) {
        var hasFailed = false
        // The facts of the session are in the file before its first output: a crash leaves a recording, not an empty file.
        flush(writer, &hasFailed)
        let disk = makeSyncLane(writer)
        defer { disk?.stop() }
        while true {
            let entries = takeEntries(until: writer.pendingSince)
            for entry in entries {
                switch entry {
                case .output(let position, let count, let time):
                    writer.output(ring.bytes(at: position, count: count), at: time)
                    ring.recorded.wrappingAdd(UInt64(count), ordering: .releasing)
                    if loopWaitsForRoom.load(ordering: .relaxed) { loopWake.signal() }
                case .event(let kind, let time):
                    writer.append(kind, at: time)
                case .sync(let token):
                    flush(writer, &hasFailed)
                    report(.completed(token: token, error: writer.failure.map { "\($0)" }))
                case .finish(let exit, let time):
                    finish(writer, exit, time, &hasFailed)
                    return
                }
            }
            if let since = writer.pendingSince, clock.now() - since >= Self.flushInterval { flush(writer, &hasFailed) }
            if let since = writer.unsynchronizedSince, clock.now() - since >= Self.flushInterval {
                synchronize(writer, disk, &hasFailed)
            }
            publish(writer)
        }
    }

    /// Without one, as where threads are short, the recorder waits for the disk itself.
    private func makeSyncLane(_ writer: RecordingWriter) -> SyncLane? {
        guard writer.failure == nil, let synchronizer = try? writer.makeSynchronizer() else { return nil }
        let lane = try? SyncLane { () throws(RecordingError) in
            try synchronizer.synchronize()
            self.synchronizations.add(1, ordering: .relaxed)
        }
        do { try lane?.start() } catch { return nil }
        return lane
    }

    /// Has full blocks brought to the disk while the next ones are filled. A disk that is slower than the output gets as
    /// much as it takes.
    private func synchronize(_ writer: RecordingWriter, _ disk: SyncLane?, _ hasFailed: inout Bool) {
        guard let disk else { return flush(writer, &hasFailed) }
        do {
            if try disk.begin() { writer.synchronizes() }
        } catch {
            writer.stop(for: error)
            flush(writer, &hasFailed)
        }
    }

    /// Writes what is pending. The first error goes to the loop; after it the writer takes and drops everything.
    private func flush(_ writer: RecordingWriter, _ hasFailed: inout Bool) {
        do {
            try writer.flush(durable: true)
        } catch {
            if !hasFailed { report(.failed("\(error)")) }
            hasFailed = true
        }
    }

    private func finish(_ writer: RecordingWriter, _ exit: ExitStatus, _ time: SessionTime, _ hasFailed: inout Bool) {
        flush(writer, &hasFailed)
        var problem = writer.failure.map { "\($0)" }
        do {
            try writer.finish(exit: exit, at: time)
        } catch {
            problem = problem ?? "\(error)"
        }
        publish(writer)
        var outcome = RecordingOutcome(statistics: statistics, isComplete: problem == nil, problem: problem)
        if outcome.isComplete {
            do {
                outcome.compacted = try compact(writer.path, rawBytes: outcome.rawBytes)
            } catch {
                outcome.problem = "\(error)"
            }
        }
        report(.finished(outcome))
    }

    /// Small recordings are compacted at once; large ones are left to ``BackgroundCompaction``, for nobody wants to wait.
    private func compact(_ path: String, rawBytes: UInt64) throws(RecordingError) -> UInt64? {
        guard rawBytes <= Self.compactedAtOnce else { return nil }
        return try Compaction.compact(path: path, quality: quality).after
    }

    private func publish(_ writer: RecordingWriter) {
        let statistics = RecordingStatistics(writer.statistics)
        state.withLock { $0.statistics = statistics }
    }

    /// All waiting entries; none when the open block is due before one comes.
    private func takeEntries(until pendingSince: SessionTime?) -> [Entry] {
        let timeout = pendingSince.map { Int(max(0, Self.flushInterval - (clock.now() - $0))) }
        let entries = state.withLock { state -> [Entry] in
            if state.isDue || timeout == nil && !state.entries.isEmpty { return state.takeEntries() }
            state.sleep = timeout == nil ? .idle : .dozing
            return []
        }
        guard entries.isEmpty else { return entries }
        var poller = Poller()
        poller.add(wake.descriptor, .read)
        if poller.wait(milliseconds: timeout) { wake.clear() }
        return state.withLock { state in
            state.sleep = .awake
            return state.takeEntries()
        }
    }

    /// Milliseconds after which an open block is closed, however little is in it: all that a power cut can take.
    static let flushInterval: Int64 = 200
    /// Output bytes for which a dozing recorder is woken.
    private static let batch = 256 << 10
    /// Output bytes up to which a finished recording is compacted before the host ends.
    static let compactedAtOnce: UInt64 = 32 << 20
}

/// Hands a value that isn't Sendable to exactly one thread.
private final class WriterHolder: Sendable {
    private let writer: Mutex<RecordingWriter?>

    init(_ writer: consuming Mutex<RecordingWriter?>) { self.writer = writer }

    func take() -> sending RecordingWriter? {
        writer.withLock { writer in
            let taken = writer
            writer = nil
            return taken
        }
    }
}
