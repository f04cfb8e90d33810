import Agents
import Recording

/// Follows what a session's program is doing, and what of note it does: decides when to look at the screen and what is
/// new. It does nothing itself; ``HostProcess`` carries out what it finds.
struct AgentWatch {
    /// What a look at the live screen shows.
    struct Glimpse {
        /// Without trailing blanks.
        var lines: [String]
        /// What stands before the cursor on its line; empty on the alternate screen.
        var promptLine: String
    }

    enum Finding {
        case state(AgentStateMachine.Report)
        case milestone(Milestone, command: String?)
    }

    private(set) var machine: AgentStateMachine
    private(set) var model: String?
    private(set) var usage: ConversationUsage?
    var title = ""
    var isPaused = false
    /// Something that viewers are shown has changed since they were told.
    var hasNews = false
    /// Uses of tools that a person has refused, for the host to record.
    var refused: [AgentSignal.Tool] = []
    private let screenRules: ScreenRules
    private lazy var milestoneRules: MilestoneRules = {
        let standard = MilestoneRules.standard()
        return ownRules.map { standard.overlaid(by: $0, file: "milestones.toml").rules } ?? standard
    }()
    private let ownRules: String?
    private var screenMilestones = ScreenMilestones()
    private var history = MilestoneHistory()
    private var hasHooks = false
    /// The command that is run now, as a shell or the session's own start told, if a rule is about its end.
    private var runs: (command: String, output: OutputTail)?

    // Monotonic nanoseconds.
    private var lastOutput: UInt64
    private var nextLook: UInt64 = 0
    private var isStale = false
    private var hasOutput = false
    private var silences = 0

    init(agent: AgentFacts?, ownRules: String?, now: UInt64) {
        machine = AgentStateMachine(now: 0, isAgent: agent != nil)
        model = agent?.model
        screenRules = ScreenRules(agent?.screen ?? [:])
        self.ownRules = ownRules
        lastOutput = now
    }

    // MARK: What is heard

    /// The program wrote something. Called for each read, so that it only takes note.
    mutating func noteOutput(_ bytes: UnsafeRawBufferPointer) {
        hasOutput = true
        runs?.output.append(bytes)
    }

    /// - Parameter time: milliseconds of session time.
    mutating func hear(_ input: AgentStateMachine.Input, _ time: Int64) -> Finding? {
        if case .hook(let signal) = input {
            if !signal.tellsOnlyEnds { hasHooks = true }
            if let new = signal.model { model = new }
            if let new = signal.usage, !new.isEmpty { usage = new }
            // A line that stands on the screen already may come anew with another use of a tool.
            if signal.tool?.phase == .started || signal.tool == nil { history.beginRun() }
            hasNews = true
        }
        let report = machine.handle(input, now: time)
        refused += machine.takeAbandoned()
        guard let report else { return nil }
        hasNews = true
        return .state(report)
    }

    /// The screen was made anew: what stands on it is not new.
    mutating func noteResize() {
        screenMilestones.forget()
        isStale = true
    }

    /// What the end of a use of a tool tells. Each use is a run of its own.
    mutating func milestones(of signal: AgentSignal) -> [Finding] {
        guard let tool = signal.tool, tool.phase == .ended, !tool.wasInterrupted, let command = tool.command else {
            return []
        }
        return milestoneRules.milestones(ofCommand: command, output: tool.output ?? "", status: tool.exitStatus)
            .map { .milestone($0, command: command) }
    }

    /// A shell, or the session itself, begins to run a command.
    mutating func commandStarted(_ command: String) {
        history.beginRun()
        runs = milestoneRules.applies(to: command) ? (command, OutputTail()) : nil
    }

    /// The command has ended.
    mutating func commandEnded(_ command: String, status: Int?) -> [Finding] {
        let output = runs.map { $0.command == command ? PlainText.text($0.output.bytes) : "" } ?? ""
        runs = nil
        guard milestoneRules.applies(to: command) else { return [] }
        screenMilestones.drop()
        return milestoneRules.milestones(ofCommand: command, output: output, status: status)
            .filter { history.isNew($0) }.map { .milestone($0, command: command) }
    }

    /// The line with which the program asks for a permission on its screen; nil where it doesn't.
    func question(on glimpse: Glimpse) -> String? {
        guard !screenRules.isEmpty, let told = screenRules.state(of: glimpse.lines),
            told.state == .waitsForPermission
        else { return nil }
        return told.line
    }

    // MARK: Time

    /// Looks at what is due.
    ///
    /// - Parameters:
    ///   - now: monotonic nanoseconds.
    ///   - time: milliseconds of session time.
    ///   - look: the screen, if it shows all that was written.
    mutating func tick(_ now: UInt64, _ time: Int64, look: () -> Glimpse?) -> [Finding] {
        var found: [Finding] = []
        if hasOutput {
            hasOutput = false
            lastOutput = now
            silences = 0
            isStale = true
            if let finding = hear(.output, time) { found.append(finding) }
        }
        let isQuiet = now >= lastOutput + Self.rest
        let isSilent = silenceDue.map { now >= $0 } ?? false
        guard isSilent || now >= nextLook && wantsLook(isQuiet) else { return found }
        guard let glimpse = look() else {
            nextLook = now + Self.pause
            return found
        }
        if isStale || machine.hasCandidate {
            isStale = false
            nextLook = now + Self.pause
            found += see(glimpse, time)
        }
        if isQuiet { found += settle() }
        if isSilent {
            silences += 1
            let milliseconds = Int64((now - lastOutput) / 1_000_000)
            let input = AgentStateMachine.Input.silent(milliseconds: milliseconds, lastLine: glimpse.promptLine)
            if let finding = hear(input, time) { found.append(finding) }
        }
        return found
    }

    /// The screen as it was last, when nothing more will come.
    mutating func lookLast(_ glimpse: Glimpse?) -> [Finding] {
        if let glimpse, looksForMilestones { screenMilestones.look(at: glimpse.lines, rules: milestoneRules) }
        return settle()
    }

    private func wantsLook(_ isQuiet: Bool) -> Bool {
        isStale || machine.hasCandidate || isQuiet && screenMilestones.hasFound
    }

    private mutating func see(_ glimpse: Glimpse, _ time: Int64) -> [Finding] {
        if looksForMilestones { screenMilestones.look(at: glimpse.lines, rules: milestoneRules) }
        guard !screenRules.isEmpty else { return [] }
        let told = screenRules.state(of: glimpse.lines)
        return hear(.screen(told?.state, line: told?.line ?? ""), time).map { [$0] } ?? []
    }

    private mutating func settle() -> [Finding] {
        guard screenMilestones.hasFound else { return [] }
        return screenMilestones.settle().filter { history.isNew($0) }.map { .milestone($0, command: nil) }
    }

    /// Hooks, and the ends of commands that are known, tell of milestones better than a screen.
    private var looksForMilestones: Bool { !hasHooks && runs == nil }

    /// When something is due, monotonic nanoseconds; nil while nothing is.
    var due: UInt64? {
        var due: UInt64?
        func consider(_ time: UInt64) { due = min(due ?? .max, time) }
        if isStale || machine.hasCandidate { consider(nextLook) }
        if screenMilestones.hasFound { consider(max(nextLook, lastOutput + Self.rest)) }
        if let silenceDue, !machine.report.state.isFinal { consider(max(nextLook, silenceDue)) }
        return due
    }

    private var silenceDue: UInt64? {
        guard silences < Self.silences.count else { return nil }
        let milliseconds: Int64 = Self.silences[silences]
        return lastOutput + UInt64(milliseconds) * 1_000_000
    }

    /// Nanoseconds between two looks, at least, and after which a screen rests.
    private static let pause: UInt64 = 200_000_000
    private static let rest: UInt64 = 700_000_000
    /// Milliseconds of silence that are told.
    private static let silences = [AgentStateMachine.shortSilence, AgentStateMachine.longSilence]
}

/// The end of a command's output.
struct OutputTail {
    private(set) var bytes: [UInt8] = []
    private static let limit = ToolUse.outputLimit

    mutating func append(_ new: UnsafeRawBufferPointer) {
        if new.count >= Self.limit {
            bytes = Array(new[(new.count - Self.limit)...])
            return
        }
        bytes.append(contentsOf: new)
        if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
    }
}
