import CPTY
import Emulation
import Processes
import Recording
import ScreenModel
import Synchronization

/// The host's terminal: it follows the child's output behind the reader, answers queries, and yields frames.
///
/// Small reads that find nothing waiting are shown at once on the loop's own thread, so that an echo costs no thread
/// switch; everything else goes through the queue to a thread that yields to the child. When nobody watches and output
/// floods in, the lane lets go, and catches up from the recording when it matters again: nobody needs to see what
/// nobody sees.
final class ScreenLane: Sendable {
    enum Entry: Sendable {
        case output(position: Int, count: Int)
        case resize(Size)
        /// Where on the screen a moment or snapshot happened.
        case anchor(token: UInt64)
        /// Reads the recording from where the screen is up to this output byte.
        case catchUp(path: String, end: UInt64)
    }

    /// What the loop must act on after the terminal has moved.
    struct Outcome: Sendable {
        var replies: [UInt8] = []
        var events: [TerminalEvent] = []
        var anchors: [(token: UInt64, line: Int)] = []
        /// Why the screen could not catch up; it is blank and wrong from then on until it is redrawn.
        var problem: String?

        var isEmpty: Bool { replies.isEmpty && events.isEmpty && anchors.isEmpty && problem == nil }
    }

    private struct Queue {
        var entries: [Entry] = []
        var isSleeping = false
        var isBusy = false

        /// Adds output, to the last entry where it lies just behind it: what is longer can be skimmed.
        mutating func appendOutput(position: Int, count: Int, in ring: OutputRing) {
            if case .output(let start, let length) = entries.last, length + count <= ring.capacity,
                (start + length) % ring.capacity == position
            {
                entries[entries.count - 1] = .output(position: start, count: length + count)
            } else {
                entries.append(.output(position: position, count: count))
            }
        }
    }

    let ring: OutputRing
    private let queue = Mutex(Queue())
    let screen: Mutex<HostScreen>
    private let wake: WakeEvent
    private let loopWake: WakeEvent
    private let loopWaits = Atomic<Bool>(false)
    let loopWaitsForRoom = Atomic<Bool>(false)
    /// Counts how often the lane let go: what was being shown before that is not gone on with.
    private let generation = Atomic<UInt64>(0)

    init(ring: OutputRing, size: Size, identity: TerminalIdentity, loopWake: WakeEvent) throws(ProcessError) {
        self.ring = ring
        self.loopWake = loopWake
        screen = Mutex(HostScreen(size: size, identity: identity))
        wake = try WakeEvent()
    }

    func start() throws(ProcessError) {
        try WorkerThread.start { [self] in run() }
    }

    /// Takes output that was just read: shown before this returns if it is small and nothing waits before it.
    func put(position: Int, count: Int) {
        if count <= Self.inlineBytes, isCaughtUp {
            withScreen { $0.feed(ring.bytes(at: position, count: count)) }
            ring.shown.wrappingAdd(UInt64(count), ordering: .releasing)
        } else {
            putLazily(position: position, count: count)
            stir()
        }
    }

    /// Queues output that nobody waits for: the lane's thread sleeps on until ``stir()`` or the next ``put(_:)``.
    func putLazily(position: Int, count: Int) {
        queue.withLock { $0.appendOutput(position: position, count: count, in: ring) }
    }

    /// Wakes the thread for what was put lazily.
    func stir() {
        let mustWake = queue.withLock { queue in
            defer { queue.isSleeping = false }
            return queue.isSleeping
        }
        if mustWake { wake.signal() }
    }

    func put(_ entry: Entry) {
        let mustWake = queue.withLock { queue in
            queue.entries.append(entry)
            defer { queue.isSleeping = false }
            return queue.isSleeping
        }
        if mustWake { wake.signal() }
    }

    /// Whether everything that was put in is on the screen.
    var isCaughtUp: Bool { queue.withLock { $0.entries.isEmpty && !$0.isBusy } }

    /// Drops what waits. From the next ``Entry/catchUp(path:end:)`` on the lane follows again.
    ///
    /// - Parameter total: output bytes so far, which count as shown from now on.
    func letGo(total: UInt64) {
        withScreen { _ in
            // Nothing is being fed while the screen is ours, so the ring's bytes are nobody's any more.
            queue.withLock { $0.entries = [] }
            generation.wrappingAdd(1, ordering: .releasing)
            ring.shown.store(total, ordering: .releasing)
        }
    }

    /// Access for the loop, which goes before the lane's own thread.
    func withScreen<R>(_ body: (inout HostScreen) -> sending R) -> sending R {
        loopWaits.store(true, ordering: .relaxed)
        defer { loopWaits.store(false, ordering: .relaxed) }
        return screen.withLock { body(&$0) }
    }

    private func run() {
        while true {
            let (entries, started) = takeEntries()
            for entry in entries {
                guard show(entry, started) else { break }
            }
            queue.withLock { $0.isBusy = false }
            loopWake.signal()
        }
    }

    /// - Returns: false when the lane has let go meanwhile.
    private func show(_ entry: Entry, _ started: UInt64) -> Bool {
        switch entry {
        case .resize(let size): return touch(started) { $0.resize(to: size) }
        case .anchor(let token): return touch(started) { $0.anchor(token) }
        case .catchUp(let path, let end): return catchUp(path, to: end) { [self] body in touch(started, body) }
        case .output(let position, let count):
            var done = 0
            while done < count {
                let isWanted = touch(started) { screen in
                    let taken = screen.feedSome(ring.bytes(at: position + done, count: count - done))
                    ring.shown.wrappingAdd(UInt64(taken), ordering: .releasing)
                    done += taken
                }
                guard isWanted else { return false }
                if loopWaitsForRoom.load(ordering: .relaxed) { loopWake.signal() }
            }
            if screen.withLock({ $0.hasReplies }) { loopWake.signal() }
            return true
        }
    }

    /// Changes the screen, unless the lane let go after `started`.
    private func touch(_ started: UInt64, _ body: (inout HostScreen) -> Void) -> Bool {
        while loopWaits.load(ordering: .relaxed) { ah_thread_yield() }
        return screen.withLock { screen in
            guard generation.load(ordering: .acquiring) == started else { return false }
            body(&screen)
            return true
        }
    }

    private func takeEntries() -> ([Entry], UInt64) {
        while true {
            let (entries, started) = queue.withLock { queue -> ([Entry], UInt64) in
                defer { queue.entries.removeAll(keepingCapacity: queue.entries.count < 4096) }
                queue.isSleeping = queue.entries.isEmpty
                queue.isBusy = !queue.entries.isEmpty
                return (queue.entries, generation.load(ordering: .acquiring))
            }
            if !entries.isEmpty { return (entries, started) }
            var poller = Poller()
            poller.add(wake.descriptor, .read)
            if poller.wait(milliseconds: nil) { wake.clear() }
        }
    }

    private static let inlineBytes = 8192
}
