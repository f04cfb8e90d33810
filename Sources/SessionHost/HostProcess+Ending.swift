import FoundationEssentials
import Glibc
import Processes
import Recording
import ScreenModel

/// A session that was asked to end: what comes next if it doesn't.
struct Stopping {
    var signal: Int32
    /// Monotonic nanoseconds.
    var next: UInt64
}

extension HostProcess {
    func handleSignals() {
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH:
                if let size = ports?.size() { resize(to: size) }
            case SIGTSTP:
                ports?.suspend()
            case SIGINT where ports == nil && stopping == nil:
                // As a terminal would: the program decides what an interrupt means. A second one ends the session.
                signalChild(SIGINT)
                stopping = Stopping(signal: SIGINT, next: .max / 4)
            case SIGTERM, SIGHUP, SIGINT:
                stop(signal == SIGINT ? SIGTERM : signal)
            default: break
            }
        }
    }

    /// What can't be removed now is left to the next start.
    func removePrivateFolder() {
        guard let folder = configuration.privateFolder, access(folder, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            notice("\(folder) is left: \(error.localizedReason)")
        }
    }

    /// Ends the session: the signal, SIGHUP a second later (shells heed that), SIGKILL five seconds after that.
    ///
    /// - Parameter wholly: with all that the child has started, wherever it runs: somebody wants the session to end, where
    ///   a terminal that closes leaves what was meant to outlive it.
    func stop(_ signal: Int32, wholly: Bool = false) {
        guard isRunning else { return }
        if wholly { prepareEnd(signal) }
        signalChild(signal)
        let patience: UInt64 = signal == SIGHUP ? 5_000_000_000 : 1_000_000_000
        stopping = Stopping(signal: signal, next: MonotonicClock.now() + patience)
    }

    /// A signal to the child's group and, where that is another, to the one in its terminal's foreground.
    func signalChild(_ signal: Int32) {
        let foreground = tcgetpgrp(terminal.descriptor)
        child.signal(signal)
        if foreground > 1, foreground != child.pid { kill(-foreground, signal) }
        // A stopped program can't act on what it is sent.
        guard signal != SIGSTOP, signal != SIGKILL else { return }
        child.signal(SIGCONT)
        if foreground > 1, foreground != child.pid { kill(-foreground, SIGCONT) }
    }

    private func escalate(_ now: UInt64) {
        guard isRunning, let stopping, now >= stopping.next else { return }
        if stopping.signal == SIGKILL {
            self.stopping = nil
        } else if stopping.signal == SIGHUP {
            if endsWholly { prepareEnd(SIGKILL) }
            signalChild(SIGKILL)
            self.stopping = Stopping(signal: SIGKILL, next: now + 1_000_000_000)
        } else {
            if endsWholly { prepareEnd(SIGHUP) }
            signalChild(SIGHUP)
            self.stopping = Stopping(signal: SIGHUP, next: now + 5_000_000_000)
        }
    }

    func noteExit(_ now: UInt64) {
        guard isRunning, let termination = child.reap() else { return }
        let exit =
            switch termination {
            case .exited(let code): ExitStatus(code: code)
            case .signalled(let signal): ExitStatus(signal: signal)
            }
        hearLastWords()
        endLeftovers(now)
        terminal.releaseSlave()
        phase = .draining(exit, until: now + Self.drainTime)
        drainDeadline = now + Self.longestDrain
    }

    /// Moves from the child's end to the file's.
    func advance(_ now: UInt64) {
        escalate(now)
        guard case .draining(let exit, let until) = phase else { return }
        if !terminalHasEnded, terminalInterest.contains(.read) {
            let before = ring.total
            readTerminal()
            // Another process still holds the terminal and writes: what comes soon is kept, but nobody waits for ever.
            if ring.total != before, now < drainDeadline { phase = .draining(exit, until: now + Self.drainTime) }
        }
        guard hasNoLeftovers(now) else {
            phase = .draining(exit, until: now + Self.leftoverPause)
            return
        }
        let isDrained = terminalHasEnded || now >= until
        guard isDrained, ports != nil || isScreenDone, passthroughOutput.isEmpty || now >= drainDeadline else {
            return
        }
        if !hasNotedEnd {
            hasNotedEnd = true
            handleScreen()
            noteEnd(exit)
        }
        guard isDoneWithSnapshots(now) else { return }
        handleScreen()
        pacing.noteChange()
        pacing.forceNext()
        publishFrames(now)
        recording.put(.finish(exit, time: clock.now()))
        phase = .finishing(exit)
        for client in clients { client.send(.exited(exit)) }
    }

    func writeFacts() {
        let facts = SessionFacts(
            sessionID: configuration.sessionID, pid: getpid(), socketPath: configuration.socketPath,
            recordingPath: configuration.recordingPath, command: configuration.command, name: configuration.name,
            startedAt: clock.startedAt)
        do {
            let data = try JSONEncoder().encode(facts)
            try data.write(to: URL(fileURLWithPath: configuration.factsPath), options: .atomic)
            chmod(configuration.factsPath, 0o600)
        } catch {
            notice("\(configuration.factsPath): \(error.localizedReason); the session can't be found by its id")
        }
    }

    /// A recording elsewhere is found by a link among the others.
    func linkRecording() {
        var target = configuration.recordingPath
        var info = stat()
        // Devices and pipes are nothing to come back to.
        guard let link = configuration.linkPath, stat(target, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            return
        }
        if let real = realpath(target, nil) {
            target = String(cString: real)
            free(real)
        }
        do throws(SessionError) {
            try SessionFolders.makePrivate(link.parentFolder)
        } catch {
            return notice("\(error); the recording is whole, but no list shows it")
        }
        if symlink(target, link) != 0 {
            notice("\(link): \(String(cString: strerror(errno))); the recording is whole, but no list shows it")
        }
    }

    /// Nanoseconds without output after which a dead child's terminal counts as read, though somebody has it open.
    private static let drainTime: UInt64 = 100_000_000
    private static let longestDrain: UInt64 = 2_000_000_000
    /// Nanoseconds between two looks at what the child has left behind.
    private static let leftoverPause: UInt64 = 50_000_000
}
