import Display
import Glibc
import Processes
import Recording
import ScreenModel
import WorkbenchModel

extension ReplayRunner {
    /// Draws what changed, unless the terminal still takes the last picture or a replayed update is half done.
    func draw(_ now: UInt64) throws {
        expireMessage(now)
        guard needsDrawing || needsFrame, tty.pendingOutput == 0, now >= nextDrawing, !isHeld(now) else { return }
        if needsFrame {
            frame = player.frame()
            model.signs = player.signs
        }
        needsFrame = false
        needsDrawing = false
        nextDrawing = now + Self.frameInterval
        renderer.draw(model, frame: frame, on: &surface)
        try encoder.withEncoded(surface) { _ = try tty.write($0) }
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

    /// Waits for keys, signals, or the next thing that is due.
    func wait() throws {
        poller.removeAll()
        let ttyIndex = poller.add(tty.descriptor, tty.pendingOutput > 0 ? [.read, .write] : .read)
        let signalIndex = poller.add(signals.descriptor, .read)
        if poller.wait(milliseconds: timeout()) {
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
        if hasWork { return 0 }
        let now = MonotonicClock.now()
        var due = min(escapeDeadline ?? .max, messageDeadline ?? .max)
        if needsDrawing || needsFrame, tty.pendingOutput == 0 {
            due = min(due, max(nextDrawing, (heldSince ?? 0) + Self.frameInterval))
        }
        if isFollowing { due = min(due, nextRefresh) }
        if let delay = playingDelay() { due = min(due, now + delay) }
        guard due != .max else { return nil }
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    /// Until the next output is due or the elapsed time must be shown anew.
    private func playingDelay() -> UInt64? {
        let second = SessionTime(milliseconds: (player.time.milliseconds / 1000 + 1) * 1000)
        let next = min(player.nextStepTime ?? player.timeline.duration, second)
        let last = player.lastStepTime
        guard !player.isAtEnd, let delay = clock.delay(until: next, last: last) else { return nil }
        return max(delay, 1_000_000)
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
        clock.move(to: player.time, at: MonotonicClock.now())
        encoder.invalidate()
        resized()
    }

    func resized() {
        let window = tty.size
        needsDrawing = true
        guard window != model.window else { return }
        model.resize(to: window)
        surface = Surface(size: window)
        encoder.invalidate()
    }
}
