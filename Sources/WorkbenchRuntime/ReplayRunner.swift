// WorkbenchRuntime: joins models to the world. Runners own a terminal, a clock and what they show (a recording, or a
// connection to a session host), turn input into commands, and carry out the effects. No drawing and no decisions.
//
// Parts: ReplayRunner (a recording full screen), ReplayPrinter (a recording as text), Watch and LiveViewer (a live session),
// PassthroughTerminal (a session without a viewer).

import Display
import Glibc
import Keymaps
import Playback
import Processes
import Recording
import Rendering
import ScreenModel
import SessionHost
import WorkbenchModel

/// Plays a recording full screen: joins the player, the model, the renderer and the user's terminal.
///
/// One loop on one thread. Whatever takes long (a far seek, a search, indexing) is done in slices of a few
/// milliseconds, and between two slices keys are looked at. Of the recording only cells reach the terminal.
public final class ReplayRunner {
    let player: Player
    let appearance: ReplayAppearance
    let tty: TTY
    let signals: SignalQueue
    var capabilities: TerminalCapabilities
    var renderer: ReplayRenderer
    var parser: InputParser
    var encoder: FrameEncoder
    var model: ReplayModel
    var clock = PlayheadClock()
    var surface: Surface
    var frame: Frame
    var poller = Poller()

    var pendingSeek: SessionTime?
    var seekOrigin = SessionTime.zero
    var isSearching = false
    var searchesForward = true
    var slice = WorkSlice()
    /// The recording may still be written: it has no end yet.
    var isFollowing: Bool
    /// It was seen growing, so somebody writes it.
    var hasGrown = false
    var wantsSuspension = false
    var outcome: Int32?
    /// Set when the user leaves for a branch.
    var intervention: Intervention?
    /// The recorded session's id; empty where the recording doesn't say.
    let sessionID: String
    /// Below which the snapshots' stores lie.
    let stateFolder: String
    /// The PATH on which their programs are looked for.
    let searchPath: String
    var browser: SnapshotBrowser?

    var needsDrawing = true
    /// The player moved: its frame must be fetched before drawing.
    var needsFrame = true
    var shownMessage: ReplayModel.Message?
    var shownSecond: Int64 = -1
    var known = KnownTimeline()
    // Deadlines, in nanoseconds of the monotonic clock.
    var escapeDeadline: UInt64?
    var messageDeadline: UInt64?
    var nextDrawing: UInt64 = 0
    var nextRefresh: UInt64 = 0
    var nextTimeline: UInt64 = 0
    /// A replayed program began an update (DEC 2026) that is not complete.
    var heldSince: UInt64?
    var dragOrigin: (start: Position, onBar: Bool)?

    static let frameInterval: UInt64 = 10_000_000
    static let refreshInterval: UInt64 = 200_000_000
    static let holdLimit: UInt64 = 150_000_000

    /// How a replay ended.
    public struct Ending: Hashable, Sendable {
        /// The exit status, 0 unless a signal ended it.
        public var status: Int32
        public var intervention: Intervention?
    }

    /// Plays until the user quits.
    public static func replay(_ options: ReplayOptions) throws -> Ending {
        let reader = try options.open()
        let appearance = try ReplayAppearance(options)
        let signals = try SignalQueue([SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])
        let tty = try TTY.open(environment: options.environment)
        var wanted = TTY.Options()
        wanted.mouse = .drag
        wanted.title = "ah replay: \(options.name)"
        try tty.enter(wanted)
        defer { tty.leave() }
        let runner = ReplayRunner(
            options, player: Player(reader), appearance: appearance, tty: tty, signals: signals)
        return Ending(status: try runner.run(), intervention: runner.intervention)
    }

    init(_ options: ReplayOptions, player: Player, appearance: ReplayAppearance, tty: TTY, signals: SignalQueue) {
        self.player = player
        self.appearance = appearance
        self.tty = tty
        self.signals = signals
        capabilities = tty.capabilities
        if !options.usesColors { capabilities.colors = .mono }
        renderer = appearance.renderer(for: capabilities)
        parser = InputParser(capabilities: capabilities)
        encoder = FrameEncoder(capabilities: capabilities)
        surface = Surface(size: tty.size)
        frame = player.frame()
        model = ReplayModel()
        isFollowing = !player.timeline.isFinished
        sessionID = player.timeline.metadata?.sessionID ?? ""
        stateFolder = SessionFolders(environment: options.environment).home
        searchPath = ChildProcess.Launch.searchPath(options.environment)
        prepare(options)
    }

    private func prepare(_ options: ReplayOptions) {
        let metadata = player.timeline.metadata
        model.name = metadata?.name ?? options.name
        model.command = metadata?.command.joined(separator: " ") ?? ""
        model.gutter = options.gutter
        model.isPlaying = !options.startsPaused
        if let limit = options.idleLimit { model.idleLimit = max(1, limit) }
        model.start(speed: options.speed, skipsIdle: options.idleLimit != nil)
        model.legend = appearance.keymap.legend(for: .replay)
        model.filesLegend = appearance.keymap.legend(for: .files)
        model.resize(to: tty.size)
        report()
        updateTimeline(force: true)
        updateModel()
        setClock()
        if let place = options.start { carryOut(model.apply(.goTo(place))) }
    }

    /// One line about what is wrong with the recording or the user's files.
    private func report() {
        if let problem = appearance.problems.first {
            model.say("\(problem)", isError: true)
        } else if let warning = (player.reader.warnings + player.warnings).first {
            model.say("\(warning)", isError: true)
        }
    }

    private func run() throws -> Int32 {
        while outcome == nil {
            let now = MonotonicClock.now()
            play(now)
            work()
            follow(now)
            updateTimeline(force: false)
            try draw(now)
            try wait()
            if wantsSuspension {
                wantsSuspension = false
                try suspend()
            }
        }
        return outcome ?? 0
    }

    func setClock() {
        clock.set(
            playing: model.isPlaying, speed: model.speed, idleLimit: model.skipsIdle ? model.idleLimit : nil,
            at: MonotonicClock.now())
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
