import Display
import Glibc
import Processes
import ScreenModel
import SessionHost
import Themes
import WorkbenchModel

/// The user's terminal made ready to watch a session: taken, asked what it can do, and given back whatever happens.
public final class Watch {
    private let tty: TTY
    private let signals: SignalQueue
    private let gutter: LiveModel.Gutter
    private var parser: InputParser
    private var early: [InputEvent] = []
    private var capabilities: TerminalCapabilities
    private var foreground: Color?
    private var background: Color?
    private var viewer: LiveViewer?
    private let appearance: ReplayAppearance

    /// Takes the terminal and asks what it can do.
    ///
    /// - Parameters:
    ///   - awaitsAnswers: waits for them briefly, since a new session's program is told of them; a session that runs
    ///     is shown at once.
    ///   - keymap: a compiled-in one, or a file; nil for the user's own, if there is one.
    ///   - theme: likewise; nil follows the terminal where the user has none.
    public init(
        environment: [String: String], gutter: LiveModel.Gutter, awaitsAnswers: Bool, keymap: String? = nil,
        theme: String? = nil
    ) throws {
        appearance = try ReplayAppearance(environment: environment, keymap: keymap, theme: theme)
        signals = try SignalQueue([SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP])
        tty = try TTY.open(environment: environment)
        self.gutter = gutter
        capabilities = tty.capabilities
        parser = InputParser(capabilities: tty.capabilities)
        try tty.enter(TTY.Options())
        if awaitsAnswers { awaitAnswers() }
    }

    public var contentSize: Size { LiveViewer.contentSize(window: tty.size, gutter: gutter) }
    /// Lines for the user once the screen is back.
    public var remarks: [String] { appearance.problems.map(\.description) + (viewer?.remarks ?? []) }

    public func leave() { tty.leave() }

    /// Tells the session what the outer terminal can do, so that the child is told the truth.
    public func describe(_ configuration: inout HostConfiguration) {
        configuration.offersKittyKeyboard = capabilities.kittyKeyboard
        configuration.foreground = foreground.flatMap(Self.rgb)
        configuration.background = background.flatMap(Self.rgb)
    }

    /// - Parameter setsSize: whether this window alone sets the size of the session's terminal.
    public func run(_ client: HostClient, title: String, setsSize: Bool = false) -> LiveViewer.Outcome {
        let viewer = LiveViewer(
            tty: tty, client: client, signals: signals, title: title, gutter: gutter, capabilities: capabilities,
            appearance: appearance)
        self.viewer = viewer
        let outcome = viewer.run(early, setsSize: setsSize)
        tty.leave()
        return outcome
    }

    /// Every terminal answers DA1, which is asked last; one that is slow costs the limit, once.
    private func awaitAnswers() {
        guard capabilities.answersQueries else { return }
        let deadline = MonotonicClock.now() + 150_000_000
        var isAnswered = false
        while !isAnswered {
            let now = MonotonicClock.now()
            guard now < deadline else { return }
            var poller = Poller()
            poller.add(tty.descriptor, tty.pendingOutput > 0 ? [.read, .write] : .read)
            guard poller.wait(milliseconds: Int((deadline - now) / 1_000_000) + 1) else { return }
            if poller.isWritable(0) { _ = try? tty.flush() }
            guard poller.isReadable(0) else { continue }
            for event in read() {
                guard case .reply(let reply) = event.kind else {
                    early.append(event)
                    continue
                }
                _ = capabilities.apply(reply)
                if case .primaryAttributes = reply { isAnswered = true }
                if case .color(.foreground, let color) = reply { foreground = color }
                if case .color(.background, let color) = reply { background = color }
            }
        }
    }

    private func read() -> [InputEvent] {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            guard case .bytes(let count) = tty.read(into: buffer) else { return [] }
            return parser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func rgb(_ color: Color) -> UInt32? {
        color.components.map { UInt32($0.red) << 16 | UInt32($0.green) << 8 | UInt32($0.blue) }
    }
}
