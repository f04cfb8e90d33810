import Glibc
import Processes
import Recording
import ScreenModel

extension HostProcess {
    /// What the loop wants of the PTY now: reading only while there is room for what is read.
    var terminalInterest: Poller.Interest {
        guard !terminalHasEnded else { return [] }
        var interest: Poller.Interest = input.isEmpty ? [] : .write
        if passthroughOutput.hasRoom, roomForOutput > 0 || isDropping { interest.insert(.read) }
        return interest
    }

    /// Bytes that may be read: the ring's room, and less when a viewer watches, so that what it sees is never far behind.
    private var roomForOutput: Int {
        let room = ring.capacity - ring.backlog
        let isWatched = clients.contains { $0.window != nil }
        let waits: Bool
        let allowed: Int
        if isWatched {
            let lag = pacing.isInteractive(MonotonicClock.now()) ? Self.interactiveLag : Self.watchedLag
            allowed = min(room, lag - ring.unshown)
            waits = allowed <= 0
        } else {
            allowed = room
            waits = allowed < Self.readBytes
        }
        if waits != screen.loopWaitsForRoom.load(ordering: .relaxed) {
            screen.loopWaitsForRoom.store(waits, ordering: .relaxed)
            recording.loopWaitsForRoom.store(waits, ordering: .relaxed)
        }
        noteStall(room <= 0)
        return max(0, allowed)
    }

    private func noteStall(_ isFull: Bool) {
        if !isFull {
            stalledSince = nil
        } else if stalledSince == nil {
            stalledSince = MonotonicClock.now()
        }
    }

    /// Whether the disk has held the child back for so long that output goes on unrecorded.
    private var isDropping: Bool {
        stalledSince.map { MonotonicClock.now() - $0 >= Self.longestStall } ?? false
    }

    func readTerminal() {
        let room = min(roomForOutput, Self.readBytes)
        guard room > 0 else {
            if isDropping { readUnrecorded() }
            return
        }
        endGap()
        let buffer = ring.writable(atMost: room)
        var count = 0
        while count < buffer.count {
            guard let read = terminal.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...])) else {
                terminalHasEnded = true
                break
            }
            count += read
            // Nothing more is to be expected behind a few bytes. In a flood there is: the kernel's next buffer is under
            // way, and asking for it costs less than going round the loop.
            if read < Self.floodRead { break }
        }
        guard count > 0 else { return }
        lastOutput = MonotonicClock.now()
        let position = ring.commit(count)
        if ring.isStretched { ringDue = lastOutput + Self.ringRest }
        var done = 0
        // A command's moment stands at the byte where its mark ends.
        for mark in scanner.scan(ring.bytes(at: position, count: count)) {
            pass(position: position + done, count: mark.end - done)
            done = mark.end
            note(mark, unread: count - done)
        }
        pass(position: position + done, count: count - done)
        pacing.noteOutput(count)
        if hintsAtActivity { noteActivity(lastOutput) }
        readiness.noteOutput(at: lastOutput)
        if !injections.isEmpty { injections[0].noteOutput(at: lastOutput) }
    }

    /// Hands output to the recorder and to whoever sees it.
    private func pass(position: Int, count: Int) {
        guard count > 0 else { return }
        recording.put(.output(position: position, count: count, time: clock.now()))
        shell.noteOutput(ring.bytes(at: position, count: count))
        agent.noteOutput(ring.bytes(at: position, count: count))
        if ports != nil {
            ring.shown.wrappingAdd(UInt64(count), ordering: .releasing)
            passthroughOutput.append(ring.bytes(at: position, count: count))
            flushPassthrough()
        } else {
            show(position: position, count: count)
        }
    }

    /// The disk hangs and the ring is full: the child goes on, viewers see it, and the recording will say what it lacks.
    private func readUnrecorded() {
        guard ports != nil || following == .following && screen.isCaughtUp else { return }
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            guard let count = terminal.read(into: buffer) else {
                terminalHasEnded = true
                return
            }
            if droppedBytes == 0, count > 0 {
                notice("the disk has not answered for 2 s: output is shown but not recorded until it does")
            }
            droppedBytes += UInt64(count)
            isRecordingWhole = false
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if ports != nil {
                passthroughOutput.append(bytes)
                flushPassthrough()
            } else {
                screen.withScreen { $0.feed(bytes) }
            }
        }
    }

    private func endGap() {
        guard droppedBytes > 0 else { return }
        recording.put(
            .event(.gap(Gap(bytes: droppedBytes, reason: "the disk did not keep up")), time: clock.now()))
        droppedBytes = 0
    }

    /// Gives memory back when a flood is over.
    func trimRing(_ now: UInt64) {
        guard let due = ringDue, now >= due else { return }
        ringDue = ring.trim() ? nil : now + Self.ringRest
    }

    /// Replies, events and anchors that the terminal produced since the last round.
    func handleScreen() {
        guard ports == nil else { return }
        let outcome = screen.withScreen { $0.takeOutcome() }
        guard !outcome.isEmpty else { return }
        if let problem = outcome.problem { notice("the screen could not be rebuilt: \(problem)") }
        if !outcome.replies.isEmpty {
            input.append(outcome.replies)
            writeInput()
        }
        for event in outcome.events { forward(event) }
        for anchor in outcome.anchors { noteLine(anchor.line, token: anchor.token) }
    }

    /// Hands waiting input to the child, as far as its terminal takes it.
    func writeInput() {
        while !input.isEmpty {
            guard let count = input.withBytes({ terminal.write($0) }) else {
                input.removeAll()
                return
            }
            if count == 0 { return }
            input.drop(count)
        }
    }

    /// Bytes that a person or program sends to the child; recorded if asked for, unless it's a password.
    func takeInput(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if configuration.recordsInput {
            let kind: Event.Kind =
                terminal.hidesInput ? .redaction(Redaction(stream: "input", rule: "password")) : .input(bytes)
            recording.put(.event(kind, time: clock.now()))
        }
        noteInput(bytes)
        input.append(bytes)
        writeInput()
    }

    /// The child has got, or gets, something that was typed.
    func noteInput(_ bytes: [UInt8]) {
        pacing.noteInput(MonotonicClock.now())
        noteTyping(bytes)
    }

    func resize(to new: Size) {
        let new = Size(columns: max(2, new.columns), rows: max(1, new.rows))
        guard new != size else { return }
        // What was printed for the old size must not be taken for output at the new one.
        readTerminal()
        size = new
        do {
            try terminal.resize(columns: new.columns, rows: new.rows)
        } catch {
            notice("\(error)")
        }
        recording.put(.event(.resize(columns: new.columns, rows: new.rows), time: clock.now()))
        if ports == nil { resizeScreen(to: new) }
        agent.noteResize()
    }

    private static let readBytes = 64 << 10
    /// Nanoseconds without output after which the ring gives memory back.
    private static let ringRest: UInt64 = 1_000_000_000
    /// Bytes of a read that is one of many: the kernel's buffer has 4 KiB.
    private static let floodRead = 1024
    /// Bytes that a watched screen may be behind the PTY: some 10 ms of parsing, or 2 ms of skimming.
    private static let watchedLag = 2 << 20
    /// The same while somebody types, whose echo comes after them.
    private static let interactiveLag = 24 << 10
}
