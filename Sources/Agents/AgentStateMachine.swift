/// What an agent is doing, decided from all that is heard of it: the best source that has spoken counts, a weaker one only
/// where no better one has, or long after. Pure: times are given, nothing is waited for.
public struct AgentStateMachine: Hashable, Sendable {
    /// Who says so, the best last.
    public enum Source: Int, Comparable, Codable, Hashable, Sendable, CaseIterable {
        /// Nothing was written for a while.
        case silence
        /// A pattern of the agent's entry in the catalogue, on the live screen.
        case screen
        /// OSC 9, 99, 777, the bell, or the title.
        case terminal
        /// The agent's own hooks.
        case hook
        /// The program's end.
        case exit

        public static func < (a: Source, b: Source) -> Bool { a.rawValue < b.rawValue }

        public var name: String {
            switch self {
            case .silence: "silence"
            case .screen: "screen rule"
            case .terminal: "terminal notification"
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
        case hook(HookEvent)
        /// A notification of the terminal's, with its text.
        case notification(String)
        case bell
        case title(String)
        /// What the patterns say of the live screen, and the line that says so; nil: none matches.
        case screen(AgentState?, line: String)
        /// The program wrote something.
        case output
        /// Nothing has been written for a while; with the last line of the screen.
        case silent(milliseconds: Int64, lastLine: String)
        /// Somebody typed something and Enter.
        case submitted
        case exited(status: Int32)
    }

    public private(set) var report: Report
    /// What a weaker source has been saying, and since when: it counts once it has said so for a while.
    private var candidate: Report?
    /// When the best source spoke last.
    private var heardAt: Int64 = 0
    private var wroteSinceHeard = false

    /// Milliseconds for which a screen has to say the same before it counts: frames are drawn in parts.
    static let screenPatience: Int64 = 400
    /// Milliseconds after which a weaker source may contradict a better one that has been silent since.
    static let trust: Int64 = 10_000
    /// Milliseconds without any output after which nobody can say what is going on.
    static let longSilence: Int64 = 60_000

    public init(now: Int64) {
        report = Report(state: .starting, source: nil, evidence: "it was started", since: now)
    }

    /// - Returns: the new report where the state, or who tells it, has changed.
    @discardableResult
    public mutating func handle(_ input: Input, now: Int64) -> Report? {
        guard !report.state.isFinal else { return nil }
        switch input {
        case .exited(let status):
            return set(status == 0 ? .done : .failed, .exit, "it ended with status \(status)", now)
        case .hook(let event):
            guard let (state, evidence) = Self.meaning(event) else { return nil }
            return set(state, .hook, evidence, now)
        case .notification(let text): return terminal(Self.asks(text) ? .waitsForPermission : .waitsForInput, text, now)
        case .bell: return terminal(.waitsForInput, "the bell", now)
        case .title(let text): return title(text, now)
        case .screen(let state, let line): return screen(state, line, now)
        case .output: return output(now)
        case .silent(let milliseconds, let line): return silence(milliseconds, line, now)
        case .submitted: return submitted(now)
        }
    }

    private mutating func set(_ state: AgentState, _ source: Source, _ evidence: String, _ now: Int64) -> Report? {
        candidate = nil
        heardAt = now
        wroteSinceHeard = false
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
        guard let current = report.source else { return true }
        return source >= current || now - heardAt >= Self.trust && wroteSinceHeard
    }

    private static func asks(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["permission", "approv", "allow", "confirm"].contains { text.contains($0) }
    }

    /// A notification says that a person is wanted; a hook that has just said so knows better why.
    private mutating func terminal(_ state: AgentState, _ evidence: String, _ now: Int64) -> Report? {
        if report.state == .waitsForPermission || report.state == .waitsForInput || report.state == .idle { return nil }
        guard mayContradict(.terminal, now) else { return nil }
        return set(state, .terminal, "notification: \(ToolUse.oneLine(evidence, limit: 80))", now)
    }

    /// Many agents turn a wheel in their title while they work.
    private mutating func title(_ text: String, _ now: Int64) -> Report? {
        guard let first = text.unicodeScalars.first, (0x2800...0x28FF).contains(first.value),
            mayContradict(.terminal, now)
        else { return nil }
        return set(.working, .terminal, "title: \(ToolUse.oneLine(text, limit: 80))", now)
    }

    private mutating func screen(_ state: AgentState?, _ line: String, _ now: Int64) -> Report? {
        guard let state, state != report.state else {
            candidate = nil
            return nil
        }
        if candidate?.state != state {
            candidate = Report(state: state, source: .screen, evidence: line, since: now)
            return nil
        }
        guard let candidate, now - candidate.since >= Self.screenPatience, mayContradict(.screen, now) else {
            return nil
        }
        return set(state, .screen, "screen: \(ToolUse.oneLine(line, limit: 80))", now)
    }

    private mutating func output(_ now: Int64) -> Report? {
        wroteSinceHeard = true
        guard report.source == .silence else { return nil }
        return set(.working, .silence, "it writes again", now)
    }

    private mutating func silence(_ milliseconds: Int64, _ line: String, _ now: Int64) -> Report? {
        // What is known by hooks stays true however long it takes: a command may run silently for hours.
        guard report.source == nil || report.source == .silence || report.source == .screen && report.state == .working
        else { return nil }
        let last = line.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
        if ["$", "#", ">", "❯", "›", "%", "?", ":"].contains(where: { last.hasSuffix($0) }), milliseconds >= 2000 {
            return set(.waitsForInput, .silence, "silent at a prompt: \(ToolUse.oneLine(line, limit: 80))", now)
        }
        guard milliseconds >= Self.longSilence else { return nil }
        return set(.unknown, .silence, "it has written nothing for \(milliseconds / 1000) s", now)
    }

    private mutating func submitted(_ now: Int64) -> Report? {
        guard [.waitsForInput, .waitsForPermission, .idle, .unknown].contains(report.state) else { return nil }
        // With hooks, the agent tells by itself what it makes of it.
        guard report.source != .hook else { return nil }
        return set(.working, .silence, "something was entered", now)
    }

    private static func meaning(_ event: HookEvent) -> (AgentState, String)? {
        switch event.meaning {
        case .sessionStarted: (.idle, event.name)
        case .prompt: (.working, event.name)
        case .toolStarted(let use), .toolEnded(let use): (.working, "\(event.name): \(use.label)")
        case .question(let text, _): (.waitsForPermission, "\(event.name): \(ToolUse.oneLine(text, limit: 80))")
        case .waitsForInput: (.waitsForInput, event.name)
        case .turnEnded: (.idle, event.name)
        case .turnFailed(let reason): (.idle, "\(event.name): \(ToolUse.oneLine(reason, limit: 80))")
        case .sessionEnded, .other: nil
        }
    }
}

/// The patterns of an agent's entry in the catalogue, on the live screen.
public struct ScreenRules {
    private let rules: [(state: AgentState, pattern: LinePattern)]

    /// What asks for a person goes before what works, and that before idleness: a screen shows several at once.
    private static let order: [AgentState] = [
        .waitsForPermission, .waitsForInput, .working, .failed, .done, .idle, .starting, .unknown,
    ]

    public init(_ agent: AgentDefinition) {
        rules = Self.order.flatMap { state in
            (agent.screen[state] ?? []).compactMap { LinePattern($0) }.map { (state, $0) }
        }
    }

    /// The state that the lines of a live screen tell, and by which line; never of a scrolled view.
    public func state(of lines: [String]) -> (state: AgentState, line: String)? {
        for (state, pattern) in rules {
            if let line = lines.last(where: { pattern.matches($0) }) { return (state, line) }
        }
        return nil
    }
}
