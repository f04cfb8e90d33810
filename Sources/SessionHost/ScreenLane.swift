import CPTY
import Emulation
import Processes
import ScreenModel
import Synchronization

/// The host's terminal: it follows the child's output behind the reader, answers queries, and yields frames.
///
/// Small reads that find nothing waiting are shown at once on the loop's own thread, so that an echo costs no thread
/// switch; everything else goes through the queue to a thread that yields to the child.
final class ScreenLane: Sendable {
    enum Entry: Sendable {
        case output(position: Int, count: Int)
        case resize(Size)
        /// Where on the screen a moment or snapshot happened.
        case anchor(token: UInt64)
    }

    /// What the loop must act on after the terminal has moved.
    struct Outcome: Sendable {
        var replies: [UInt8] = []
        var events: [TerminalEvent] = []
        var anchors: [(token: UInt64, line: Int)] = []

        var isEmpty: Bool { replies.isEmpty && events.isEmpty && anchors.isEmpty }
    }

    private let ring: OutputRing
    private let queue = Mutex<(entries: [Entry], isSleeping: Bool, isBusy: Bool)>(([], false, false))
    private let screen: Mutex<HostScreen>
    private let wake: WakeEvent
    private let loopWake: WakeEvent
    private let loopWaits = Atomic<Bool>(false)
    let loopWaitsForRoom = Atomic<Bool>(false)

    init(ring: OutputRing, size: Size, identity: TerminalIdentity, loopWake: WakeEvent) throws(ProcessError) {
        self.ring = ring
        self.loopWake = loopWake
        screen = Mutex(HostScreen(size: size, identity: identity))
        wake = try WakeEvent()
    }

    func start() throws(ProcessError) {
        try WorkerThread.start(nice: 5) { [self] in run() }
    }

    /// Takes output that was just read: shown before this returns if it is small and nothing waits before it.
    /// - Returns: whether it was.
    func put(position: Int, count: Int) -> Bool {
        if count <= Self.inlineBytes, queue.withLock({ $0.entries.isEmpty && !$0.isBusy }) {
            withScreen { $0.feed(ring.bytes(at: position, count: count)) }
            ring.shown.wrappingAdd(UInt64(count), ordering: .releasing)
            return true
        }
        put(.output(position: position, count: count))
        return false
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

    /// Access for the loop, which goes before the lane's own thread.
    func withScreen<R>(_ body: (inout HostScreen) -> sending R) -> sending R {
        loopWaits.store(true, ordering: .relaxed)
        defer { loopWaits.store(false, ordering: .relaxed) }
        return screen.withLock { body(&$0) }
    }

    private func run() {
        while true {
            for entry in takeEntries() { show(entry) }
            queue.withLock { $0.isBusy = false }
            loopWake.signal()
        }
    }

    private func show(_ entry: Entry) {
        switch entry {
        case .resize(let size): screen.withLock { $0.resize(to: size) }
        case .anchor(let token): screen.withLock { $0.anchor(token) }
        case .output(let position, let count):
            var done = 0
            while done < count {
                let slice = min(Self.sliceBytes, count - done)
                screen.withLock { $0.feed(ring.bytes(at: position + done, count: slice)) }
                done += slice
                ring.shown.wrappingAdd(UInt64(slice), ordering: .releasing)
                if loopWaitsForRoom.load(ordering: .relaxed) { loopWake.signal() }
                while loopWaits.load(ordering: .relaxed) { ah_thread_yield() }
            }
            if screen.withLock({ $0.hasReplies }) { loopWake.signal() }
        }
    }

    private func takeEntries() -> [Entry] {
        while true {
            let entries = queue.withLock { queue -> [Entry] in
                defer { queue.entries.removeAll(keepingCapacity: queue.entries.count < 4096) }
                queue.isSleeping = queue.entries.isEmpty
                queue.isBusy = !queue.entries.isEmpty
                return queue.entries
            }
            if !entries.isEmpty { return entries }
            var poller = Poller()
            poller.add(wake.descriptor, .read)
            if poller.wait(milliseconds: nil) { wake.clear() }
        }
    }

    private static let inlineBytes = 8192
    private static let sliceBytes = 32 * 1024
}
