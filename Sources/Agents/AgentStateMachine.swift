/// What an agent, or any other program, is doing, decided from all that is heard of it: the best source that has spoken
/// counts, a weaker one only where no better one has, or long after. Pure: times are given, nothing is waited for.
public struct AgentStateMachine: Hashable, Sendable {
    /// Who says so, the best last.
    public enum Source: Int, Comparable, Hashable, Sendable, CaseIterable {
        /// Something was written, or nothing for a while.
        case output
        /// A pattern of the agent's entry in the catalogue, on the live screen.
        case screen
        /// OSC 9, 99, 777, the bell, or the title.
        case terminal
        /// A shell's marks of its prompts and commands.
        case shell
        /// The agent's own hooks.
        case hook
        /// The program's end.
        case exit

        public static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }

        public var name: String {
            switch self {
            case .output: "output"
            case .screen: "screen rule"
            case .terminal: "terminal notification"
            case .shell: "shell mark"
            case .hook: "hook"
            case .exit: "exit"
            }
        }
    }

    /// A state, who told it, by what, and since when (milliseconds since the session's start).
    public struct Report: Hashable, Sendable {
        public var state: AgentState
        public var source: Source?
        public var evidence: String
        public var since: Int64
    }

    public enum Input: Hashable, Sendable {
        case hook(AgentSignal)
        /// A notification of the terminal's, with its text.
        case notification(String)
        case bell
        case title(String)
        /// A shell began to run a command.
        case commandStarted(String)
        /// A shell shows its prompt.
        case prompt
        /// What the patterns say of the live screen, and the line that says so; nil: none matches.
        case screen(AgentState?, line: String)
        /// The program wrote something.
        case output
        /// Nothing has been written for a while; with what stands before the cursor.
        case silent(milliseconds: Int64, lastLine: String)
        /// Somebody pressed a key.
        case typed
        /// Somebody typed something and Enter.
        case submitted
        case exited(hasFailed: Bool, evidence: String)
    }

    public private(set) var report: Report
    /// Whether it is an agent that is known, whose hooks or screen are going to tell more than its output does.
    let isAgent: Bool
    /// What a weaker source has been saying, and since when: it counts once it has said so for a while.
    private var candidate: Report?
    /// When the best source spoke last.
    private var heardAt: Int64 = 0
    private var wroteSinceHeard = false
    private var typedAt: Int64?
    /// Somebody has pressed a key since the agent asked, so that its screen may know better than its question.
    private var isAnswered = false
    /// The uses of tools that have begun and not ended.
    public private(set) var openTools: [AgentSignal.Tool] = []
    /// The one that waits for a permission; others go on meanwhile.
    private var asked: AgentSignal.Tool?
    private var abandoned: [AgentSignal.Tool] = []
    /// Refused as it looks on the screen, which may have been between two frames: the agent's next word decides.
    private var doubtful: [AgentSignal.Tool] = []
    /// The only hook that has spoken tells of ends of turns: it never says that the next turn has begun.
    private var hearsOnlyEnds = false
    /// The agent has ended, and what ran it goes on without its hooks.
    private var isReleased = false

    /// Milliseconds for which a screen has to say the same before it counts: frames are drawn in parts.
    public static let screenPatience: Int64 = 400
    /// Milliseconds after which a weaker source may contradict a better one that has been silent since.
    static let trust: Int64 = 10_000
    /// Milliseconds without output after which a prompt before the cursor is one that waits.
    public static let shortSilence: Int64 = 2_000
    /// Milliseconds without any output after which nobody can say what is going on.
    public static let longSilence: Int64 = 60_000
    /// Milliseconds within which output is the echo of a key.
    private static let echo: Int64 = 500

    public init(now: Int64, isAgent: Bool = true) {
        report = Report(state: .starting, source: nil, evidence: "it was started", since: now)
        self.isAgent = isAgent
    }

    /// Whether the screen has said something that counts once it has said so for ``screenPatience``.
    public var hasCandidate: Bool { candidate != nil }

    /// - Returns: the new report where the state, or who tells it, has changed.
    @discardableResult
    public mutating func handle(_ input: Input, now: Int64) -> Report? {
        guard !report.state.isFinal else { return nil }
        switch input {
        case .exited(let hasFailed, let evidence):
            abandoned += doubtful
            doubtful = []
            return set(hasFailed ? .failed : .done, .exit, evidence, now)
        case .hook(let signal): return hook(signal, now)
        case .notification(let text): return terminal(Self.asks(text) ? .waitsForPermission : .waitsForInput, text, now)
        case .bell: return terminal(.waitsForInput, "the bell", now)
        case .title(let text): return title(text, now)
        case .commandStarted(let command):
            return marked(.working, "it runs \(ToolUse.oneLine(command, limit: 80))", now)
        case .prompt: return marked(.idle, "its prompt", now)
        case .screen(let state, let line): return screen(state, line, now)
        case .output: return output(now)
        case .silent(let milliseconds, let line): return silence(milliseconds, line, now)
        case .typed:
            typedAt = now
            isAnswered = true
            return nil
        case .submitted: return submitted(now)
        }
    }

    private mutating func set(_ state: AgentState, _ source: Source, _ evidence: String, _ now: Int64) -> Report? {
        candidate = nil
        heardAt = now
        wroteSinceHeard = false
        isAnswered = false
        if report.state == state {
            // The same from a better source: who says so changes, since when doesn't.
            guard report.source.map({ source > $0 }) ?? true else { return nil }
            report.source = source
            report.evidence = evidence
            return report
        }
        report = Report(state: state, source: source, evidence: evidence, since: now)
        return report
    }

    /// Whether a source may say something else than what counts now.
    private func mayContradict(_ source: Source, _ now: Int64) -> Bool {
        guard let current = report.source, !isReleased, !hearsOnlyEnds else { return true }
        if source >= current || now - heardAt >= Self.trust && wroteSinceHeard { return true }
        // A question that was answered is over before the agent's next word, which may be long in coming.
        return source == .screen && isAnswered && report.state.waitsForPerson
    }
}

extension AgentStateMachine {
    /// The agent's own word, but that a tool which goes on beside an open question doesn't answer it.
    private mutating func hook(_ signal: AgentSignal, _ now: Int64) -> Report? {
        hearsOnlyEnds = signal.tellsOnlyEnds
        if let tool = signal.tool {
            note(tool)
        } else if signal.state != .waitsForPermission {
            abandonQuestion()
            abandoned += doubtful
            doubtful = []
        }
        guard let state = signal.state else { return nil }
        if state == .working, asked != nil, report.state == .waitsForPermission { return nil }
        let changed = set(state, .hook, signal.evidence, now)
        isReleased = signal.endsConversation
        return changed
    }

    private mutating func note(_ tool: AgentSignal.Tool) {
        /// Questions don't always say which of the uses they are about.
        func isSame(_ other: AgentSignal.Tool) -> Bool {
            if let id = tool.id, let known = other.id { return id == known }
            return tool.label == other.label
        }
        switch tool.phase {
        case .started:
            if openTools.count < Self.mostOpenTools { openTools.append(tool) }
        case .asked: asked = openTools.last(where: isSame) ?? tool
        case .ended:
            if let index = openTools.firstIndex(where: isSame) { openTools.remove(at: index) }
            if let index = doubtful.firstIndex(where: isSame) { doubtful.remove(at: index) }
            if asked.map(isSame) == true { asked = nil }
        }
    }

    /// A person has refused what was asked for, and the agent goes on to something else: nothing tells of that use again.
    private mutating func abandonQuestion() {
        if let asked, let index = openTools.firstIndex(of: asked) { abandoned.append(openTools.remove(at: index)) }
        asked = nil
    }

    /// The uses of tools that were refused since this was last asked.
    public mutating func takeAbandoned() -> [AgentSignal.Tool] {
        defer { abandoned = [] }
        return abandoned
    }

    private static let mostOpenTools = 200

    private static func asks(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["permission", "approv", "allow", "confirm"].contains { text.contains($0) }
    }

    /// A notification says that a person is wanted; a hook that has just said so knows better why.
    private mutating func terminal(_ state: AgentState, _ evidence: String, _ now: Int64) -> Report? {
        if report.state.waitsForPerson || report.state == .idle { return nil }
        // A shell's bell is about its line, and a program's may be about anything.
        guard isAgent || evidence != "the bell", mayContradict(.terminal, now) else { return nil }
        return set(state, .terminal, "notification: \(ToolUse.oneLine(evidence, limit: 80))", now)
    }

    /// Many agents turn a wheel in their title while they work.
    private mutating func title(_ text: String, _ now: Int64) -> Report? {
        if text.contains("Action Required") { return terminal(.waitsForPermission, text, now) }
        guard let first = text.unicodeScalars.first, (0x2800...0x28FF).contains(first.value),
            mayContradict(.terminal, now)
        else { return nil }
        return set(.working, .terminal, "title: \(ToolUse.oneLine(text, limit: 80))", now)
    }

    private mutating func marked(_ state: AgentState, _ evidence: String, _ now: Int64) -> Report? {
        // Marks of shells that an agent uses are not its own.
        guard isReleased || report.source.map({ $0 <= .shell }) ?? true else { return nil }
        isReleased = false
        return set(state, .shell, evidence, now)
    }

    private mutating func screen(_ state: AgentState?, _ line: String, _ now: Int64) -> Report? {
        // A question that only its screen told of is over when it has gone from there.
        let isOver = state == nil && report.source == .screen && report.state.waitsForPerson
        guard let state = isOver ? .working : state, state != report.state else {
            candidate = nil
            return nil
        }
        let line = isOver ? "the question has gone" : line
        if candidate?.state != state {
            candidate = Report(state: state, source: .screen, evidence: line, since: now)
            return nil
        }
        guard let candidate, now - candidate.since >= Self.screenPatience, mayContradict(.screen, now) else {
            return nil
        }
        if state == .idle, let asked, let index = openTools.firstIndex(of: asked) {
            doubtful.append(openTools.remove(at: index))
        }
        asked = nil
        return set(state, .screen, "screen: \(ToolUse.oneLine(line, limit: 80))", now)
    }

    private mutating func output(_ now: Int64) -> Report? {
        wroteSinceHeard = true
        if let typedAt, now - typedAt < Self.echo { return nil }
        if report.source == nil {
            guard !isAgent || now - report.since >= Self.trust else { return nil }
            return set(.working, .output, "it writes", now)
        }
        guard report.source == .output, report.state != .working else { return nil }
        return set(.working, .output, "it writes again", now)
    }

    private mutating func silence(_ milliseconds: Int64, _ line: String, _ now: Int64) -> Report? {
        // What is known by hooks stays true however long it takes: a command may run silently for hours.
        guard report.source == nil || report.source == .output || report.source == .screen && report.state == .working
        else { return nil }
        if Self.isPrompt(line), milliseconds >= Self.shortSilence {
            return set(.waitsForInput, .output, "silent at a prompt: \(ToolUse.oneLine(line, limit: 80))", now)
        }
        guard milliseconds >= Self.longSilence else { return nil }
        return set(.unknown, .output, "it has written nothing for \(milliseconds / 1000) s", now)
    }

    /// Whether what stands before the cursor asks for something.
    private static func isPrompt(_ line: String) -> Bool {
        let last = line.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        return ["$", "#", ">", "❯", "›", "%", "?", ":", "]"].contains { last.hasSuffix($0) }
            || last.hasSuffix(")") && last.contains("/")
    }

    private mutating func submitted(_ now: Int64) -> Report? {
        typedAt = nil
        isAnswered = true
        guard report.state.waitsForPerson || report.state == .idle || report.state == .unknown else { return nil }
        // With hooks or marks, the program tells by itself what it makes of it.
        guard hearsOnlyEnds || report.source.map({ $0 < .shell }) ?? true else { return nil }
        return set(.working, .output, "something was entered", now)
    }
}
