import Display
import Glibc
import Processes
import ScreenModel
import WorkbenchModel

extension ReplayRunner {
    /// Draws what changed, unless the terminal still takes the last picture or a replayed update is half done.
    func draw(_ now: UInt64) throws {
        guard tty.pendingOutput == 0, now >= nextDrawing, engine.wantsDrawing(now) else { return }
        engine.prepareFrame()
        nextDrawing = now + Self.frameInterval
        renderer.draw(engine.model, frame: engine.frame, on: &surface)
        try encoder.withEncoded(surface) { _ = try tty.write($0) }
    }

    /// Waits for keys, signals, or the next thing that is due.
    func wait() throws {
        poller.removeAll()
        let ttyIndex = poller.add(tty.descriptor, tty.pendingOutput > 0 ? [.read, .write] : .read)
        let signalIndex = poller.add(signals.descriptor, .read)
        let filesIndex = engine.files.map { poller.add($0.descriptor, .read) }
        if poller.wait(milliseconds: timeout()) {
            if let filesIndex, poller.isReadable(filesIndex) { engine.receiveFiles() }
            if poller.isReadable(ttyIndex) { readTerminal() }
            if poller.isWritable(ttyIndex) { try tty.flush() }
            if poller.isReadable(signalIndex) { try handleSignals() }
        }
        if let deadline = escapeDeadline, MonotonicClock.now() >= deadline {
            escapeDeadline = nil
            for event in parser.flush() { handle(event) }
        }
    }

    private func timeout() -> Int? {
        let now = MonotonicClock.now()
        var due = min(escapeDeadline ?? .max, engine.deadline(now) ?? .max)
        if engine.needsDrawing || engine.needsFrame, tty.pendingOutput == 0 {
            due = min(due, max(nextDrawing, (engine.heldSince ?? 0) + Self.frameInterval))
        }
        guard due != .max else { return nil }
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    private func readTerminal() {
        var events: [InputEvent] = []
        let result = withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 16) { buffer in
            let result = tty.read(into: buffer)
            if case .bytes(let count) = result {
                events = parser.parse(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return result
        }
        if result == .closed { outcome = 128 + SIGHUP }
        escapeDeadline = parser.hasPending ? MonotonicClock.now() + 25_000_000 : nil
        for event in events { handle(event) }
    }

    private func handleSignals() throws {
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH: resized()
            case SIGTERM, SIGINT, SIGHUP: outcome = 128 + signal
            case SIGTSTP: try suspend()
            default: break
            }
        }
    }

    /// Gives the terminal to the shell until it continues us. The time of the pause is not played.
    func suspend() throws {
        tty.suspend()
        raise(SIGSTOP)
        try tty.resume()
        engine.clock.move(to: engine.player.time, at: MonotonicClock.now())
        encoder.invalidate()
        resized()
    }

    func resized() {
        let window = tty.size
        engine.needsDrawing = true
        guard window != engine.model.window else { return }
        engine.model.resize(to: window)
        surface = Surface(size: window)
        encoder.invalidate()
    }
}
