import Display
import Glibc
import Processes
import Recording
import Rendering
import ScreenModel
import SessionHost
import Themes
import WorkbenchModel

/// A full-screen view of one live session: a client of its host, which goes on without it.
public final class LiveViewer {
    public enum Outcome: Sendable {
        case ended(ExitStatus, RecordingOutcome?)
        case detached
        /// The terminal is gone; the session goes on.
        case terminalClosed
        case failed(String)
    }

    private let tty: TTY
    private let client: HostClient
    private let signals: SignalQueue
    private var parser: InputParser
    private var encoder: FrameEncoder
    private var model: LiveModel
    private var view: LiveView
    private var capabilities: TerminalCapabilities
    private let appearance: ReplayAppearance
    private var surface: Surface
    private var frame: Frame
    private var mirrored: Modes?
    private var titleShown = ""
    private var needsDrawing = true
    /// What of the frame isn't drawn.
    private var change = FrameChange.nothing
    private var unacknowledged: UInt64?
    private var exit: ExitStatus?
    private var escapeDeadline: UInt64?
    private var nextTick: UInt64 = 0
    private var startedAt: Int64 = 0
    private var notices: [String] = []
    private var poller = Poller()
    /// Something was typed, and nothing has come since.
    private var awaitsEcho = false

    /// - Parameters:
    ///   - tty: entered already, so that its answers could shape the session.
    ///   - signals: must watch WINCH, TERM, HUP, INT, TSTP and CONT.
    init(
        tty: TTY, client: HostClient, signals: SignalQueue, title: String, gutter: LiveModel.Gutter,
        capabilities: TerminalCapabilities, appearance: ReplayAppearance
    ) {
        self.tty = tty
        self.client = client
        self.signals = signals
        parser = InputParser(capabilities: capabilities)
        encoder = FrameEncoder(capabilities: capabilities)
        model = LiveModel(title: title, gutter: gutter, window: tty.size, keys: appearance.keymap.liveKeys)
        view = LiveView(theme: appearance.theme(for: capabilities))
        self.capabilities = capabilities
        self.appearance = appearance
        surface = Surface(size: tty.size)
        frame = Frame(size: model.content.size)
    }

    /// The room that a session in this window has: the window less status line and gutter.
    public static func contentSize(window: Size, gutter: LiveModel.Gutter) -> Size {
        LiveModel(title: "", gutter: gutter, window: window).content.size
    }

    /// Lines that the host had for the user, to be printed once the screen is back.
    public var remarks: [String] { notices }

    /// Watches until the session ends, the user leaves, or the terminal goes.
    ///
    /// - Parameters:
    ///   - early: input that came while the terminal was asked about itself.
    ///   - setsSize: whether this window alone sets the size of the session's terminal.
    public func run(_ early: [InputEvent], setsSize: Bool = false) -> Outcome {
        client.send(.attach(model.content.size))
        if setsSize { client.send(.toggleSize) }
        for event in early { if let outcome = handle(event) { return outcome } }
        while true {
            do {
                if let outcome = try step() { return outcome }
            } catch {
                return .failed("\(error)")
            }
        }
    }

    private func step() throws -> Outcome? {
        poller.removeAll()
        let ttyInterest: Poller.Interest = client.hasRoom ? .read : []
        let ttyIndex = poller.add(tty.descriptor, tty.pendingOutput > 0 ? ttyInterest.union(.write) : ttyInterest)
        let hostIndex = poller.add(client.descriptor, client.wantsToWrite ? [.read, .write] : .read)
        let signalIndex = poller.add(signals.descriptor, .read)
        if poller.wait(milliseconds: timeout(), awakeFor: awaitsEcho ? Poller.echoTime : 0) {
            awaitsEcho = false
            // Before input: what is typed after a window changed is meant for the new size.
            if poller.isReadable(signalIndex), let outcome = try handleSignals() { return outcome }
            if poller.isReadable(hostIndex) {
                if let outcome = try receive() { return outcome }
            }
            if poller.isWritable(hostIndex) { client.flush() }
            if poller.isReadable(ttyIndex), let outcome = readTerminal() { return outcome }
            if poller.isWritable(ttyIndex) { try tty.flush() }
        }
        if let outcome = tick() { return outcome }
        try draw()
        return nil
    }

    private func timeout() -> Int {
        let now = MonotonicClock.now()
        let due = min(escapeDeadline ?? .max, max(nextTick, now))
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    private func tick() -> Outcome? {
        let now = MonotonicClock.now()
        if let deadline = escapeDeadline, now >= deadline {
            escapeDeadline = nil
            for event in parser.flush() { if let outcome = handle(event) { return outcome } }
        }
        if now >= nextTick {
            nextTick = now + 500_000_000
            if startedAt > 0, exit == nil {
                let elapsed = WallClock.now() - startedAt
                if elapsed / 1000 != model.elapsed / 1000 { needsDrawing = true }
                model.elapsed = elapsed
            }
        }
        return nil
    }

    private func receive() throws -> Outcome? {
        for message in try client.receive() {
            if let outcome = try handle(message) { return outcome }
        }
        guard client.isDisconnected else { return nil }
        if let exit { return .ended(exit, nil) }
        return .failed("lost the session host; the recording is whole up to its last 250 ms")
    }

    private func handle(_ message: HostMessage) throws -> Outcome? {
        if case .frame = message {} else { needsDrawing = true }
        switch message {
        case .welcome(let status):
            startedAt = status.startedAt
            take(status.statistics)
            for report in status.moments { place(report) }
            for report in status.snapshots { place(report) }
            model.takesSnapshots = status.takesSnapshots
            if let agent = status.agent { take(agent) }
        case .frame(let number, let update):
            change.formUnion(update.apply(to: &frame))
            if model.topLine != update.topLine { change = .whole }
            model.topLine = update.topLine
            unacknowledged = number
            try mirror()
        case .moment(let report):
            if place(report) { model.message = .init("moment “\(report.moment.label)” recorded") }
        case .snapshot(let report):
            place(report)
            let isByHand = report.reference.reason == "manual"
            if isByHand { model.message = .init("snapshot \(report.reference.id) taken") }
        case .refused(let reason), .notice(let reason):
            notices.append(reason)
            model.message = .init(reason, isError: true)
        case .statistics(let statistics): take(statistics)
        case .bell: try tty.write([7])
        case .clipboard(let selection, let base64):
            // Only what the child sets reaches the clipboard; what it asks to read does not.
            if base64 != "?" { try tty.write(Array("\u{1B}]52;\(selection);\(base64)\u{7}".utf8)) }
        case .notification(let title, let body):
            model.message = .init(title.isEmpty ? body : "\(title): \(body)")
        case .sized(let rule): model.message = .init(rule.text)
        case .exited(let status):
            exit = status
            model.isEnding = true
        case .state(let status): take(status)
        case .done, .terminal: break
        case .finished(let outcome): return .ended(exit ?? ExitStatus(code: 0), outcome)
        }
        return nil
    }

    /// What the program is doing; nothing while nobody has told.
    private func take(_ status: AgentStatus) {
        guard status.source != nil || status.isPaused else { return }
        let text = status.isPaused ? "paused" : status.state.rawValue.replacing("-", with: " ")
        model.state = .init(text: text, waitsForPerson: status.state.waitsForPerson)
    }

    private func take(_ statistics: RecordingStatistics) {
        model.rawBytes = statistics.rawBytes
        model.fileBytes = statistics.fileBytes
    }

    /// - Returns: whether it is new.
    @discardableResult
    private func place(_ report: MomentReport) -> Bool {
        let isNew = report.moment.id > model.momentCount
        model.momentCount = max(model.momentCount, Int(clamping: report.moment.id))
        if let line = report.line { model.place(.init(id: report.moment.id, line: line, isSnapshot: false)) }
        return isNew
    }

    private func place(_ report: SnapshotReport) {
        model.snapshotCount = max(model.snapshotCount, Int(clamping: report.reference.id))
        model.takesSnapshots = true
        if let line = report.line { model.place(.init(id: report.reference.id, line: line, isSnapshot: true)) }
    }

    /// The outer terminal must send what the child asked for: mouse, paste, focus, keyboard.
    private func mirror() throws {
        if frame.modes != mirrored {
            try tty.mirror(frame.modes)
            mirrored = frame.modes
        }
        if frame.title != titleShown {
            titleShown = frame.title
            try tty.setTitle(frame.title)
        }
    }

    private func draw() throws {
        guard tty.pendingOutput == 0 else { return }
        if needsDrawing || change != .nothing {
            var rows: ClosedRange<Int>?
            if !needsDrawing, case .rows(let changed) = change {
                rows = view.redraw(changed, model, frame: frame, on: &surface)
            }
            if rows == nil { view.draw(model, frame: frame, on: &surface) }
            needsDrawing = false
            change = .nothing
            try encoder.withEncoded(surface, rows: rows) { _ = try tty.write($0) }
        }
        if let number = unacknowledged, tty.pendingOutput == 0 {
            unacknowledged = nil
            client.send(.acknowledge(frame: number))
        }
    }

    private func readTerminal() -> Outcome? {
        var events: [InputEvent] = []
        let result = withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            let result = tty.read(into: buffer)
            if case .bytes(let count) = result {
                events = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return result
        }
        if result == .closed { return .terminalClosed }
        escapeDeadline = parser.hasPending ? MonotonicClock.now() + 25_000_000 : nil
        var forwarded: [UInt8] = []
        for event in events {
            if model.mode == .direct, isForThePlainPath(event) {
                forwarded += event.raw
                continue
            }
            send(&forwarded)
            if let outcome = handle(event) { return outcome }
        }
        send(&forwarded)
        return nil
    }

    private func send(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        client.send(.input(bytes))
        awaitsEcho = true
        bytes = []
    }

    /// Whether an event goes to the child as it is, whatever the mode.
    private func isForThePlainPath(_ event: InputEvent) -> Bool {
        switch event.kind {
        case .key(let chord), .keyRepeat(let chord), .keyRelease(let chord): chord != model.keys.prefix
        case .paste, .focus, .unknown: true
        case .mouse, .reply: false
        }
    }

    private func handle(_ event: InputEvent) -> Outcome? {
        switch event.kind {
        case .key(let chord), .keyRepeat(let chord):
            needsDrawing = true
            return carryOut(model.press(chord), event)
        case .keyRelease(let chord):
            // The child saw no press of what was ours, so it must not see the release.
            if model.mode == .direct, chord != model.keys.prefix { client.send(.input(event.raw)) }
        case .paste(let bytes):
            needsDrawing = true
            return carryOut(model.paste(String(decoding: bytes, as: UTF8.self)), event)
        case .mouse(let mouse):
            let origin = WorkbenchRenderer.origin(frame, in: model.content.size)
            if let bytes = MouseForwarding.bytes(
                for: mouse, raw: event.raw, in: model.content, origin: origin, modes: frame.modes)
            {
                client.send(.input(bytes))
            }
        case .focus, .unknown: client.send(.input(event.raw))
        case .reply(let reply):
            // It may come while the session is shown already.
            guard capabilities.apply(reply) else { break }
            encoder.capabilities = capabilities
            view = LiveView(theme: appearance.theme(for: capabilities))
            encoder.invalidate()
            needsDrawing = true
        }
        return nil
    }

    private func carryOut(_ effect: LiveModel.Effect, _ event: InputEvent) -> Outcome? {
        switch effect {
        case .none: break
        case .forward, .sendPrefix: client.send(.input(event.raw))
        case .mark(let label): client.send(.moment(MomentRequest(label: label)))
        case .snapshot: client.send(.snapshot(SnapshotDemand(label: "")))
        case .detach: return .detached
        case .stop: client.send(.stop(signal: SIGHUP))
        case .redraw: encoder.invalidate()
        case .ownSize: client.send(.toggleSize)
        }
        return nil
    }

    private func handleSignals() throws -> Outcome? {
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH: resized()
            case SIGTERM, SIGINT: client.send(.stop(signal: signal))
            case SIGHUP: return .terminalClosed
            case SIGTSTP:
                tty.suspend()
                raise(SIGSTOP)
                try tty.resume()
                mirrored = nil
                encoder.invalidate()
                resized()
            default: break
            }
        }
        return nil
    }

    private func resized() {
        needsDrawing = true
        let window = tty.size
        guard window != model.window else { return }
        model.window = window
        surface = Surface(size: window)
        encoder.invalidate()
        client.send(.resize(model.content.size))
    }
}
