import Processes
import ScreenModel

extension HostProcess {
    /// How the screen stands to the output.
    enum Following {
        case following
        /// Output goes by unseen; the recording has it.
        case behind
        /// The recorder was asked to write everything down; then the screen reads it.
        case waitingForFile
    }

    /// A ``RecordingLane/Entry/sync(token:)`` of our own, told from those of moments, which count from 1.
    static var catchUpToken: UInt64 { 0 }

    /// Shows output, or lets it go by while nobody watches and there is more of it than the screen keeps up with.
    func show(position: Int, count: Int) {
        switch following {
        case .following:
            // Parsing beside the child would take its processor: unwatched bulk waits until the child pauses, and
            // watched bulk is parsed in batches, since each wake-up costs the reader a part of the next read.
            let isUrgent =
                isWatched
                ? pacing.isInteractive(lastOutput) : scanner.asks
            if !isUrgent, count > Self.bulk || isLazy {
                screen.putLazily(position: position, count: count)
                if !isLazy { lazySince = lastOutput }
                isLazy = true
                if mayLetGo { letGo() }
            } else {
                screen.put(position: position, count: count)
                isLazy = false
            }
        case .waitingForFile: held.append(.output(position: position, count: count))
        case .behind:
            ring.shown.wrappingAdd(UInt64(count), ordering: .releasing)
            if scanner.asks { requestCatchUp() }
        }
    }

    /// Changes the screen's size after the output that was read so far.
    func resizeScreen(to size: Size) {
        switch following {
        case .following where screen.isCaughtUp: screen.withScreen { $0.resize(to: size) }
        case .following: screen.put(.resize(size))
        case .waitingForFile: held.append(.resize(size))
        // The recording has it, and from there it comes.
        case .behind: break
        }
    }

    private var isWatched: Bool { clients.contains { $0.window != nil } }

    private var mayLetGo: Bool {
        ring.unshown > Self.unwatchedLag && !isWatched && isRecordingWhole
    }

    /// Only from within a flood that was put lazily: it was looked at for queries then.
    private func letGo() {
        screen.letGo(total: ring.total)
        isLazy = false
        following = .behind
    }

    /// Comes back to following when somebody watches, or when output has paused.
    func followAgain(_ now: UInt64) {
        if isLazy, now >= lazyUntil || isWatched && ring.unshown >= Self.batch {
            isLazy = false
            screen.stir()
        }
        guard following == .behind, isRunning, isWatched || now >= lastOutput + Self.pause else { return }
        requestCatchUp()
    }

    /// When to look whether output has paused.
    var followingDue: UInt64? {
        if isLazy { return lazyUntil }
        return following == .behind && isRunning ? lastOutput + Self.pause : nil
    }

    /// When what was put lazily is parsed at the latest.
    private var lazyUntil: UInt64 { isWatched ? lazySince + Self.batchTime : lastOutput + Self.lull }

    private func requestCatchUp() {
        guard following == .behind else { return }
        following = .waitingForFile
        unseenEnd = ring.total
        recording.put(.sync(token: Self.catchUpToken))
    }

    /// Everything up to now is in the file: the screen reads it, and follows from there.
    func catchUp(_ problem: String?) {
        guard following == .waitingForFile else { return }
        if let problem { notice("the screen could not be rebuilt: \(problem)") }
        screen.put(.catchUp(path: configuration.recordingPath, end: unseenEnd))
        for entry in held { screen.put(entry) }
        held = []
        following = .following
    }

    /// Whether nothing more of the screen is wanted at the end.
    /// What was let go by isn't caught up with for nobody.
    var isScreenDone: Bool { following == .following ? !isLazy && screen.isCaughtUp : !isWatched }

    /// Bytes that an unwatched screen may be behind before it lets go.
    private static let unwatchedLag = 1 << 20
    /// Bytes of a read that count as bulk.
    private static let bulk = 2048
    /// Watched output that is parsed in one go: bytes, and nanoseconds that the first of them may wait.
    private static let batch = 256 << 10
    private static let batchTime: UInt64 = 5_000_000
    /// Nanoseconds without output after which lazily put output is parsed.
    private static let lull: UInt64 = 3_000_000
    /// Nanoseconds without output after which an unwatched screen catches up.
    private static let pause: UInt64 = 30_000_000
}
