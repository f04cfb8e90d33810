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

/// Plays a recording full screen: joins an engine, the renderer and the user's terminal.
///
/// One loop on one thread. Whatever takes long (a far seek, a search, indexing) is done in slices of a few
/// milliseconds, and between two slices keys are looked at. Of the recording only cells reach the terminal.
public final class ReplayRunner {
    let engine: ReplayEngine
    let appearance: ReplayAppearance
    let tty: TTY
    let signals: SignalQueue
    var capabilities: TerminalCapabilities
    var renderer: ReplayRenderer
    var parser: InputParser
    var encoder: FrameEncoder
    var surface: Surface
    var poller = Poller()
    var wantsSuspension = false
    var outcome: Int32?
    /// Set when the user leaves for a branch.
    var intervention: Intervention?
    // Deadlines, in nanoseconds of the monotonic clock.
    var escapeDeadline: UInt64?
    var nextDrawing: UInt64 = 0
    var dragOrigin: (start: Position, onBar: Bool)?
    var clicks = ClickCount()

    static let frameInterval: UInt64 = 10_000_000

    /// How a replay ended.
    public struct Ending: Hashable, Sendable {
        /// The exit status, 0 unless a signal ended it.
        public var status: Int32
        public var intervention: Intervention?
    }

    /// Plays until the user quits.
    public static func replay(_ options: ReplayOptions) throws -> Ending {
        let reader = try options.open()
        let appearance = try ReplayAppearance(
            environment: options.environment, keymap: options.keymap, theme: options.theme)
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
        self.appearance = appearance
        self.tty = tty
        self.signals = signals
        capabilities = tty.capabilities
        if !options.usesColors { capabilities.colors = .mono }
        renderer = appearance.renderer(for: capabilities)
        parser = InputParser(capabilities: capabilities)
        encoder = FrameEncoder(capabilities: capabilities)
        surface = Surface(size: tty.size)
        engine = ReplayEngine(options, player: player, keymap: appearance.keymap, window: tty.size)
        if let problem = appearance.problems.first { engine.model.say("\(problem)", isError: true) }
    }

    private func run() throws -> Int32 {
        while outcome == nil {
            let now = MonotonicClock.now()
            engine.advance(now)
            takeOutside()
            try draw(now)
            try wait()
            if wantsSuspension {
                wantsSuspension = false
                try suspend()
            }
        }
        return outcome ?? 0
    }

    func carryOut(_ effects: [Effect]) {
        engine.carryOut(effects)
        takeOutside()
    }

    /// What the engine leaves to whoever owns the terminal.
    private func takeOutside() {
        for effect in engine.takeOutside() {
            switch effect {
            case .redraw: encoder.invalidate()
            case .suspend: wantsSuspension = true
            case .quit: outcome = 0
            case .intervene(let number, let message):
                guard let wanted = engine.intervention(number, message) else { continue }
                intervention = wanted
                outcome = 0
            default: break
            }
        }
    }
}
