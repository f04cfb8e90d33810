// SessionHost: the process that runs one session. It owns the PTY and the terminal state, answers terminal queries,
// writes the recording, takes moments, and sends frames to viewers. It is not a viewer and draws nothing.
//
// Parts: HostProcess (the loop), OutputRing (bytes from the PTY), RecordingLane and ScreenLane (their two consumers, each
// with a thread), ClientConnection and Messages (the socket), HostClient (its other end), SessionFolders (where things lie).

import Agents
import Emulation
import FoundationEssentials
import Glibc
import Processes
import Recording
import ScreenModel
import Snapshots

/// A session: its child, its recording and its clients, run by one poll loop.
public final class HostProcess {
    let configuration: HostConfiguration
    let clock: SessionClock
    let terminal: PseudoTerminal
    let child: ChildProcess
    let ring: OutputRing
    let recording: RecordingLane
    let screen: ScreenLane
    let wake: WakeEvent
    let signals: SignalQueue
    let listener: UnixSocket
    /// The user's own terminal, when bytes go straight through.
    var ports: PassthroughPorts?

    var clients: [ClientConnection] = []
    var nextClient: UInt64 = 1
    /// The viewer whose window alone sets the terminal's size.
    var sizeOwner: UInt64?
    var moments: [MomentReport] = []
    var nextMoment: UInt64 = 1
    var pending = PendingRequests()
    /// Nil when no snapshots are taken.
    let snapshots: SnapshotLane?
    private let branchUse: BranchUse?
    var snapshotReports: [SnapshotReport] = []
    var pendingSnapshots = PendingSnapshots()
    var snapshotExplanation: String?
    var lastSnapshotProblem: String?
    /// Said once that snapshots lack something.
    var hasSkippedPaths = false
    /// Whether changes of the files are looked for when there is output.
    var hintsAtActivity = false
    var hasActivity = false
    var lastActivity: UInt64 = 0
    var hasLastSnapshot = false
    /// Until when the session's end waits for its last snapshot.
    var snapshotsEnd: UInt64?
    var input = PendingBytes(limit: 1 << 20)
    var passthroughOutput = PendingBytes(limit: 256 << 10)
    var phase = Phase.running
    var size: Size
    var pacing = FramePacing()
    var stopping: Stopping?
    /// What the child has started, where the session's end is to be theirs too.
    var family: Set<ProcessFamily.Member> = []
    var endsWholly = false
    /// When they are killed that outlive the child, monotonic nanoseconds.
    var leftoversEnd: UInt64?
    /// What a pause has stopped, besides the child.
    var pausedFamily: [ProcessFamily.Member] = []
    /// Since when the recorder has not taken anything although the ring is full, monotonic nanoseconds.
    var stalledSince: UInt64?
    var droppedBytes: UInt64 = 0
    var terminalHasEnded = false
    var drainDeadline: UInt64 = 0
    var statisticsDue: UInt64 = 0
    /// Lines for the user, in the order they came; also sent to every viewer.
    public private(set) var notices: [String] = []
    var following = Following.following
    var scanner = OutputScanner()
    var shell = ShellTracker()
    /// What the program is doing.
    var agent: AgentWatch
    var stateHistory: [StateReport] = []
    var toldStatus: AgentStatus?
    var newsDue: UInt64 = 0
    var hasNotedEnd = false
    /// Whether output waits in the screen's queue until the child pauses.
    var isLazy = false
    var lastOutput: UInt64 = 0
    /// When the ring gives the memory of a flood back.
    var ringDue: UInt64?
    /// When the oldest of it was read.
    var lazySince: UInt64 = 0
    /// Output bytes that the screen must read from the recording.
    var unseenEnd: UInt64 = 0
    /// What comes after them, until it can be queued.
    var held: [ScreenLane.Entry] = []
    /// What is typed for others than the viewers, one after the other.
    var injections: [Injection] = []
    var readiness = Readiness(start: MonotonicClock.now())
    /// Those that the agent hasn't told of yet.
    var sentPrompts: [SentPrompt] = []
    /// Whether every byte of output is in the recording, at its place.
    var isRecordingWhole = true
    private var poller = Poller()

    enum Phase {
        case running
        /// The child has ended; what it wrote is still being read.
        case draining(ExitStatus, until: UInt64)
        /// The recorder is closing the file.
        case finishing(ExitStatus)
        case closing(ExitStatus, RecordingOutcome, until: UInt64)
    }

    public var recordingPath: String { configuration.recordingPath }
    public var sessionID: String { configuration.sessionID }

    public struct Outcome: Sendable {
        public var exit: ExitStatus
        public var recording: RecordingOutcome
    }

    /// Starts the child under a new recording.
    ///
    /// Call it before any other thread runs, since it blocks the signals that the loop handles.
    public init(_ configuration: HostConfiguration, ports: PassthroughPorts? = nil) throws(SessionError) {
        self.configuration = configuration
        self.ports = ports
        size = Size(columns: max(2, configuration.columns), rows: max(1, configuration.rows))
        clock = SessionClock()
        agent = AgentWatch(
            agent: configuration.agent, ownRules: configuration.milestoneRules, now: MonotonicClock.now())
        try SessionFolders.makePrivate(configuration.socketPath.parentFolder)
        try SessionFolders.makePrivate(configuration.factsPath.parentFolder)
        do {
            signals = try SignalQueue([SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGPIPE])
            wake = try WakeEvent()
            unlink(configuration.socketPath)
            listener = try UnixSocket.listen(at: configuration.socketPath)
            terminal = try PseudoTerminal(columns: size.columns, rows: size.rows)
            guard let ring = OutputRing(capacity: Self.ringBytes) else {
                throw ProcessError.system(operation: "map", target: "the output ring", code: ENOMEM)
            }
            self.ring = ring
            recording = try RecordingLane(ring: ring, clock: clock, quality: configuration.quality, loopWake: wake)
            screen = try ScreenLane(ring: ring, size: size, identity: configuration.identity, loopWake: wake)
            let writer = try Self.recordingWriter(configuration, clock: clock, size: size)
            let (path, launch) = (writer.path, Self.launch(configuration))
            // A mistyped command should not cost a snapshot.
            if launch.mounts.isEmpty { try Self.check(launch, recording: path) }
            try recording.start(writer)
            branchUse = try configuration.runsIn.map { branch throws(SnapshotError) in
                try BranchList(SnapshotStore(opening: branch.store)).use(branch)
            }
            if let wanted = configuration.snapshots {
                let lane = try SnapshotLane(
                    wanted, sessionID: configuration.sessionID,
                    searchPath: ChildProcess.Launch.searchPath(configuration.environment), clock: clock,
                    loopWake: wake)
                try lane.start()
                snapshots = lane
            } else {
                snapshots = nil
            }
            child = try Self.startChild(launch, on: terminal, recording: path)
            if ports == nil { try screen.start() }
        } catch let error as SessionError {
            unlink(configuration.socketPath)
            throw error
        } catch let error as ProcessError {
            unlink(configuration.socketPath)
            throw .process(error)
        } catch {
            unlink(configuration.socketPath)
            throw .host(reason: "\(error)")
        }
        if configuration.agent == nil { agent.commandStarted(configuration.command.joined(separator: " ")) }
        injections = configuration.injection.map { [Injection($0, now: MonotonicClock.now())] } ?? []
        writeFacts()
        linkRecording()
    }

    private static func recordingWriter(
        _ configuration: HostConfiguration, clock: SessionClock, size: Size
    ) throws(SessionError) -> RecordingWriter {
        var metadata = SessionMetadata(
            sessionID: configuration.sessionID, command: configuration.command, startedAt: clock.startedAt)
        metadata.cwd = configuration.workingDirectory
        metadata.name = configuration.name
        metadata.terminal = configuration.environment["TERM"]
        metadata.origin = configuration.origin
        metadata.agent = configuration.agent?.id
        metadata.prompt = configuration.agent?.prompt
        metadata.model = configuration.agent?.model
        metadata.permissionMode = configuration.agent?.permissionMode
        do {
            var options = RecordingWriter.Options()
            options.replacesExisting = configuration.replacesRecording
            return try RecordingWriter.create(
                at: configuration.recordingPath, metadata: metadata, branch: configuration.branch, size: size,
                options: options)
        } catch {
            throw .host(reason: "\(error)")
        }
    }

    private static func launch(_ configuration: HostConfiguration) -> ChildProcess.Launch {
        var environment = configuration.environment
        environment["AH_SESSION_ID"] = configuration.sessionID
        environment["AH_RECORDER_IPC_SOCKET"] = configuration.socketPath
        return ChildProcess.Launch(
            arguments: configuration.command, environment: environment,
            workingDirectory: configuration.workingDirectory,
            mounts: configuration.binds.map { .bind(source: $0.source, target: $0.target) })
    }

    private static func check(_ launch: ChildProcess.Launch, recording: String) throws(ProcessError) {
        do {
            _ = try launch.executable()
        } catch {
            unlink(recording)
            throw error
        }
    }

    private static func startChild(
        _ launch: ChildProcess.Launch, on terminal: PseudoTerminal, recording: String
    ) throws(ProcessError) -> ChildProcess {
        do {
            return try ChildProcess(launch, on: terminal)
        } catch {
            // Nothing happened, so there is nothing to keep.
            unlink(recording)
            throw error
        }
    }

    /// Runs until the child has ended and its recording is closed.
    public func run() -> Outcome {
        handleSnapshots()
        while true {
            if case .closing(let exit, let outcome, let until) = phase,
                clients.allSatisfy({ !$0.wantsToWrite }) || MonotonicClock.now() >= until
            {
                unlink(configuration.socketPath)
                unlink(configuration.factsPath)
                removePrivateFolder()
                return Outcome(exit: exit, recording: outcome)
            }
            step()
        }
    }

    private func step() {
        poller.removeAll()
        let wakeIndex = poller.add(wake.descriptor, .read)
        let signalIndex = poller.add(signals.descriptor, .read)
        let listenerIndex = poller.add(listener.descriptor, .read)
        let childIndex = isRunning ? poller.add(child.descriptor, .read) : nil
        let terminalInterest = self.terminalInterest
        let terminalIndex = terminalInterest.isEmpty ? nil : poller.add(terminal.descriptor, terminalInterest)
        let inputIndex = ports.flatMap { input.hasRoom && !$0.inputHasEnded ? poller.add($0.input, .read) : nil }
        let outputIndex = ports.flatMap { passthroughOutput.isEmpty ? nil : poller.add($0.output, .write) }
        let clientIndices = clients.map { client in
            let interest: Poller.Interest = client.wantsToWrite ? [.read, .write] : .read
            // A client whose input the child doesn't take is not read until it does.
            return input.hasRoom || client.wantsToWrite
                ? poller.add(client.descriptor, input.hasRoom ? interest : .write) : nil
        }
        let isReady = poller.wait(milliseconds: timeout())
        let now = MonotonicClock.now()
        if isReady {
            // Before input: what is typed after a window changed is meant for the new size.
            if poller.isReadable(signalIndex) { handleSignals() }
            if let terminalIndex {
                if poller.isReadable(terminalIndex) { readTerminal() }
                if poller.isWritable(terminalIndex) { writeInput() }
            }
            if poller.isReadable(wakeIndex) { wake.clear() }
            for (client, index) in zip(clients, clientIndices) {
                if let index { serve(client, poller, index) }
            }
            if let inputIndex, poller.isReadable(inputIndex) { readPassthrough() }
            if let outputIndex, poller.isWritable(outputIndex) { flushPassthrough() }
            if poller.isReadable(listenerIndex) { acceptClients() }
            if let childIndex, poller.isReadable(childIndex) { noteExit(now) }
        }
        handleReports()
        handleSnapshots()
        inject(now)
        followAgain(now)
        trimRing(now)
        handleScreen()
        watchAgent(now)
        advance(now)
        publishFrames(MonotonicClock.now())
        grantTerminals()
        recording.stir()
        dropClientsThatLeft()
    }

    var isRunning: Bool {
        if case .running = phase { return true }
        return false
    }

    func notice(_ text: String) {
        notices.append(text)
        for client in clients { client.send(.notice(text)) }
        ports?.notice(text)
    }

    /// Milliseconds until something is due.
    private func timeout() -> Int? {
        var due = pacing.due(clients: clients)
        func consider(_ time: UInt64?) {
            if let time { due = min(due ?? .max, time) }
        }
        switch phase {
        case .running: break
        case .draining(_, let until), .closing(_, _, let until): consider(until)
        case .finishing: break
        }
        consider(stopping?.next)
        consider(followingDue)
        consider(snapshotsDue)
        consider(agentDue)
        consider(injectionDue)
        consider(ringDue)
        consider(stalledSince.map { $0 + Self.longestStall })
        guard let due else { return nil }
        let now = MonotonicClock.now()
        return due <= now ? 0 : Int((due - now + 999_999) / 1_000_000)
    }

    /// Bytes of output between the PTY and the slower of recorder and screen.
    static let ringBytes = 32 << 20
    /// Nanoseconds that a disk may hold the child back before output goes unrecorded, as a gap.
    static let longestStall: UInt64 = 2_000_000_000
}

extension String {
    /// The folder of a path; `.` for a bare name.
    var parentFolder: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
