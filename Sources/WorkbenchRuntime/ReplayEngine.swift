import Keymaps
import Playback
import Processes
import Recording
import ScreenModel
import SessionHost
import WorkbenchModel

/// A recording that is played: joins the player, its clock and the model. It knows no terminal.
///
/// ``advance(_:)`` does what is due, in slices of a few milliseconds; ``deadline(_:)`` says when to come back.
final class ReplayEngine {
    let player: Player
    var model: ReplayModel
    var clock = PlayheadClock()
    var frame: Frame

    var pendingSeek: SessionTime?
    var seekOrigin = SessionTime.zero
    var isSearching = false
    var searchesForward = true
    var slice = WorkSlice()
    /// The recording may still be written: it has no end yet.
    var isFollowing: Bool
    /// It was seen growing, so somebody writes it.
    var hasGrown = false
    /// The recorded session's id; empty where the recording doesn't say.
    let sessionID: String
    let filesSource: FilesSource
    /// What reads a snapshot's files, while they are open.
    var files: FilesFetcher?
    private var outside: [Effect] = []

    var needsDrawing = true
    /// The player moved: its frame must be fetched before drawing.
    var needsFrame = true
    var shownMessage: ReplayModel.Message?
    var shownSecond: Int64 = -1
    var known = KnownTimeline()
    // Deadlines, in nanoseconds of the monotonic clock.
    var messageDeadline: UInt64?
    var nextRefresh: UInt64 = 0
    var nextTimeline: UInt64 = 0
    /// A replayed program began an update (DEC 2026) that is not complete.
    var heldSince: UInt64?

    static let refreshInterval: UInt64 = 200_000_000
    static let holdLimit: UInt64 = 150_000_000

    init(_ options: ReplayOptions, player: Player, keymap: Keymap, window: Size, isPane: Bool = false) {
        self.player = player
        frame = player.frame()
        model = ReplayModel()
        model.isPane = isPane
        isFollowing = !player.timeline.isFinished
        sessionID = player.timeline.metadata?.sessionID ?? ""
        filesSource = FilesSource(
            session: sessionID, environment: options.environment, folder: options.workingDirectory)
        prepare(options, keymap, window)
    }

    private func prepare(_ options: ReplayOptions, _ keymap: Keymap, _ window: Size) {
        let metadata = player.timeline.metadata
        model.name = metadata?.name ?? options.name
        model.command = metadata?.command.joined(separator: " ") ?? ""
        model.gutter = options.gutter
        model.isPlaying = !options.startsPaused
        if let limit = options.idleLimit { model.idleLimit = max(1, limit) }
        model.start(speed: options.speed, skipsIdle: options.idleLimit != nil)
        model.legend = keymap.legend(for: .replay)
        model.filesLegend = keymap.legend(for: .files)
        model.resize(to: window)
        if let warning = (player.reader.warnings + player.warnings).first {
            model.say("\(warning)", isError: true)
        }
        updateTimeline(force: true)
        updateModel()
        setClock()
        if let place = options.start { carryOut(model.apply(.goTo(place))) }
    }

    /// Plays, works and looks for news, as is due.
    func advance(_ now: UInt64) {
        play(now)
        work()
        follow(now)
        updateTimeline(force: false)
        expireMessage(now)
    }

    /// What was asked for and is not the engine's to do, once.
    func takeOutside() -> [Effect] {
        defer { outside = [] }
        return outside
    }

    func apply(_ command: Command) {
        carryOut(model.apply(command))
    }

    func carryOut(_ effects: [Effect]) {
        needsDrawing = true
        for effect in effects {
            switch effect {
            case .seek(let milliseconds): seek(to: SessionTime(milliseconds: milliseconds))
            case .seekToEnd: seek(to: player.timeline.duration)
            case .stepRead: step(.nextRead)
            case .stepFrame(let forward): step(forward ? .nextFrame : .previousFrame)
            case .clockChanged: setClock()
            case .search(let forward): search(forward: forward)
            case .stopWork: stopWork()
            case .inspect(let number): inspect(number)
            case .files(let request): fetch(request)
            case .stopFiles: files = nil
            case .intervene, .redraw, .suspend, .quit: outside.append(effect)
            }
        }
    }

    func setClock() {
        clock.set(
            playing: model.isPlaying, speed: model.speed, idleLimit: model.skipsIdle ? model.idleLimit : nil,
            at: MonotonicClock.now())
    }

    /// Whether there is something new to show now: a half drawn update of a playing program isn't.
    func wantsDrawing(_ now: UInt64) -> Bool {
        (needsDrawing || needsFrame) && !isHeld(now)
    }

    /// Fetches the player's frame if that moved. Call it before drawing.
    func prepareFrame() {
        if needsFrame {
            frame = player.frame()
            model.signs = player.signs
        }
        needsFrame = false
        needsDrawing = false
    }

    /// While playing, half drawn updates (DEC 2026) are not shown, for a time.
    private func isHeld(_ now: UInt64) -> Bool {
        guard model.isPlaying, pendingSeek == nil, needsFrame, player.modes.synchronizedUpdate else {
            heldSince = nil
            return false
        }
        let since = heldSince ?? now
        heldSince = since
        return now - since < Self.holdLimit
    }

    private func expireMessage(_ now: UInt64) {
        if model.message != shownMessage {
            shownMessage = model.message
            messageDeadline = model.message.map { now + ($0.isError ? 8 : 4) * 1_000_000_000 }
            needsDrawing = true
        } else if let deadline = messageDeadline, now >= deadline {
            messageDeadline = nil
            shownMessage = nil
            model.message = nil
            needsDrawing = true
        }
    }

    /// When something is due next, in nanoseconds of the monotonic clock; nil when nothing is, drawing apart.
    func deadline(_ now: UInt64) -> UInt64? {
        if hasWork { return now }
        var due = messageDeadline ?? .max
        if isFollowing { due = min(due, nextRefresh) }
        if let delay = playingDelay() { due = min(due, now + delay) }
        return due == .max ? nil : due
    }

    /// Until the next output is due or the elapsed time must be shown anew.
    private func playingDelay() -> UInt64? {
        let second = SessionTime(milliseconds: (player.time.milliseconds / 1000 + 1) * 1000)
        let next = min(player.nextStepTime ?? player.timeline.duration, second)
        let last = player.lastStepTime
        guard !player.isAtEnd, let delay = clock.delay(until: next, last: last) else { return nil }
        return max(delay, 1_000_000)
    }
}

/// What of the timeline the model was told already: its lists are copied only when they grew.
struct KnownTimeline: Equatable {
    var moments = -1
    var snapshots = 0
    var resizes = 0
    var gaps = 0
    var duration: Int64 = 0
    var isLive = false
}

/// How much to do before looking at the keys again: as many bytes as take some eight milliseconds.
struct WorkSlice {
    private(set) var bytes = 256 << 10
    private static let target: UInt64 = 8_000_000

    /// Learns from how long the last slice took.
    mutating func took(_ nanoseconds: UInt64) {
        let factor = Double(Self.target) / Double(max(nanoseconds, 100_000))
        bytes = min(max(Int(Double(bytes) * min(max(factor, 0.25), 2)), 16 << 10), 8 << 20)
    }
}
