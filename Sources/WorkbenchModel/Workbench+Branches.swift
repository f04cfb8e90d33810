import ScreenModel

extension Workbench {
    // MARK: Tied clocks

    /// Ties the clocks of the tab's recordings, or lets them go: they play, pause and scrub together from then on.
    mutating func tie(_ pane: Pane) {
        guard let tab else { return }
        if pane.tie != nil {
            for id in tab.panes { panes[id]?.tie = nil }
            say("clocks go their own ways")
            return
        }
        let recordings = tab.panes.filter { if case .recording = panes[$0]?.source { true } else { false } }
        guard recordings.contains(pane.id), recordings.count > 1 else {
            say("two recordings side by side are needed to tie their clocks", isError: true)
            return
        }
        tie(recordings)
        say("the clocks of \(recordings.count) recordings are tied")
    }

    mutating func tie(_ ids: [PaneID]) {
        for id in ids {
            let beginning = panes[id]?.sessionID.map(sessions.beginning) ?? 0
            panes[id]?.tie = beginning
        }
    }

    /// The times that other panes of the tab should be at when one stands at a time; empty where it isn't tied.
    public func tiedTimes(of pane: PaneID, at time: Int64) -> [PaneID: Int64] {
        guard let own = panes[pane]?.tie, let tab else { return [:] }
        var times: [PaneID: Int64] = [:]
        for id in tab.panes where id != pane {
            guard let tie = panes[id]?.tie else { continue }
            times[id] = max(0, time + own - tie)
        }
        return times
    }

    // MARK: Comparing

    /// The branches of a session and of its siblings, in a tab: side by side from where they part, with a table below.
    mutating func compare(_ session: String) -> [WorkbenchEffect] {
        let family = sessions.family(of: session)
        guard family.count > 1 else {
            say("\(title(of: session)) has no branches, and is none of a session with others", isError: true)
            return []
        }
        compare(family.map(\.id), test: nil)
        return []
    }

    mutating func compare(_ ids: [String], test: String?) {
        let shown = ids.prefix(Self.comparedAtOnce).compactMap(sessions.entry)
        guard let first = shown.first else { return }
        var beside = open(start(of: first), .tab)
        var recordings = first.isRunning ? [] : [beside]
        for entry in shown.dropFirst() {
            beside = open(start(of: entry), .beside(beside, .right))
            if !entry.isRunning { recordings.append(beside) }
        }
        let main = tabs[current].layout.arranged(.evenColumns)
        let table = open(.comparison(Comparison(sessions: ids, test: test)), .beside(beside, .down))
        // Below all of them.
        tabs[current].layout = .split(.rows, [.init(main, weight: 0.7), .init(.pane(table), weight: 0.3)])
        if recordings.count > 1 { tie(recordings) }
    }

    /// A recording at the time at which the branches part.
    private func start(of entry: ListedSession) -> Pane.Source {
        guard !entry.isRunning else { return .session(entry.id) }
        let fork = sessions.entries.filter { $0.parent == entry.id }.compactMap(\.forkTime).min() ?? 0
        return .recording(
            RecordingPlace(
                path: entry.recordingPath, sessionID: entry.id, start: .time(milliseconds: fork), startsPaused: true))
    }

    private static let comparedAtOnce = 4

    /// The pane of a comparison gets what was found out.
    public mutating func show(_ rows: [Comparison.Row], in pane: PaneID, problem: String? = nil) {
        update(pane) { pane in
            guard case .comparison(var comparison) = pane.source else { return }
            comparison.show(rows)
            comparison.problem = problem
            pane.source = .comparison(comparison)
        }
    }

    mutating func apply(_ command: SessionListCommand, to comparison: Comparison, in pane: Pane) -> [WorkbenchEffect] {
        var comparison = comparison
        switch command {
        case .up: comparison.move(by: -1)
        case .down: comparison.move(by: 1)
        case .first: comparison.move(by: -comparison.rows.count)
        case .last: comparison.move(by: comparison.rows.count)
        case .open, .openBeside:
            guard let row = comparison.selectedRow, let entry = sessions.entry(row.session) else { return [] }
            show(entry, beside: command == .openBeside)
            return []
        case .leave: focus = .sessions
        case .pageUp, .pageDown, .toggleFinished: break
        }
        update(pane.id) { $0.source = .comparison(comparison) }
        return []
    }

    public mutating func selectCompared(_ row: Int, in pane: PaneID) {
        guard case .comparison(var comparison) = panes[pane]?.source else { return }
        comparison.move(by: row - comparison.selected)
        update(pane) { $0.source = .comparison(comparison) }
    }

    /// What a branch of a comparison changed, as a diff.
    mutating func showDifference() {
        guard let pane = focusedPane, case .comparison(let comparison) = pane.source, let row = comparison.selectedRow
        else {
            say("this belongs to a comparison: \(keys.text(of: .workbench(.compare))) makes one", isError: true)
            return
        }
        guard let fork = row.fork, let last = row.last else {
            say("\(row.name): \(row.note ?? "there is nothing to compare")", isError: true)
            return
        }
        open(
            .job(Job(title: "diff of \(row.name)", arguments: ["agent", "fs", "diff", fork, last])),
            .beside(pane.id, .right))
    }

    /// The same comparison with a test's results.
    mutating func testCompared(_ test: String) {
        guard let pane = focusedPane, case .comparison(let old) = pane.source else {
            say("this belongs to a comparison: \(keys.text(of: .workbench(.compare))) makes one", isError: true)
            return
        }
        change(pane.id, to: .comparison(Comparison(sessions: old.sessions, test: test)))
    }

    // MARK: Several branches at once

    mutating func askForFanOut(_ session: String) -> [WorkbenchEffect] {
        let place = focus == .panes ? focusedPane.flatMap(snapshot) : nil
        let name: String
        if let place, place.session == session {
            name = "\(place.session)@\(place.number)"
        } else if let count = sessions.entry(session)?.snapshotCount, count > 0 {
            name = "\(session)@\(count)"
        } else {
            say("there is no snapshot to branch from", isError: true)
            return []
        }
        mode = .form(
            Form(
                purpose: .fanOut(snapshot: name),
                title: "several branches of \(name.prefix(8))…\(name.drop { $0 != "@" })",
                fields: [
                    .text(
                        "agents", "Agents", hint: "claude, codex; empty: the same as the parent",
                        history: history["agents"]),
                    .text(
                        "prompts", "Prompts", hint: "one for each branch, with | between them",
                        history: history["prompts"]),
                    .text("name", "Name", hint: "of the branches, with a number after it", history: history["name"]),
                ]))
        return []
    }

    /// A branch for each agent and prompt, tiled in a tab of their own.
    mutating func fanOut(_ form: Form, _ snapshot: String) -> [WorkbenchEffect] {
        func parts(_ name: String, _ separator: Character) -> [String] {
            form.value(name).split(separator: separator).map { text in
                String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }.filter { !$0.isEmpty }
        }
        history.remember(form.value("agents"), as: "agents")
        history.remember(form.value("prompts"), as: "prompts")
        let agents = parts("agents", ",")
        let prompts = parts("prompts", "|")
        for agent in agents where !self.agents.contains(agent) && agent != "shell" {
            mode = .form(form)
            say(
                "“\(agent)” is not installed or not known; there are \(self.agents.joined(separator: ", "))",
                isError: true)
            return []
        }
        var programs: [SessionRequest.Program] = []
        for agent in agents.isEmpty ? [nil] : agents.map({ Optional($0) }) {
            for prompt in prompts.isEmpty ? [""] : prompts {
                programs.append(
                    agent.map { Self.program($0, prompt) ?? .shell } ?? .sameAsParent(message: prompt))
            }
        }
        guard programs.count > 1, programs.count <= Self.branchesAtOnce else {
            mode = .form(form)
            say(
                programs.count > 1
                    ? "these are \(programs.count) branches; \(Self.branchesAtOnce) can be started at once"
                    : "give two agents or two prompts at least", isError: true)
            return []
        }
        var beside: PaneID?
        for (index, program) in programs.enumerated() {
            let name = form.value("name").isEmpty ? nil : "\(form.value("name"))-\(index + 1)"
            let request = SessionRequest(program, name: name, snapshot: snapshot)
            beside = open(.starting(request), beside.map { .beside($0, .right) } ?? .tab)
        }
        tabs[current].layout = tabs[current].layout.arranged(.tiled)
        tabs[current].name = form.value("name").isEmpty ? "fan-out" : form.value("name")
        return []
    }

    private static let branchesAtOnce = 16

    // MARK: Jobs

    /// Below the pane with the focus: its output while it runs.
    mutating func run(_ job: Job) {
        // A bisection says little, a difference much.
        let share = if case .bisect = job.purpose { 0.3 } else { 0.5 }
        open(.job(job), focusedPane.map { .beside($0.id, .down) } ?? .tab, share: share)
    }

    mutating func bisect(_ session: String, _ test: String) {
        run(
            Job(
                title: "bisect \(title(of: session)): \(test)",
                arguments: ["agent", "bisect", session, "--json", "--", "sh", "-c", test],
                purpose: .bisect(session: session)))
    }

    /// A bisection has found the snapshot: the session's player in that tab goes there, or one opens.
    public mutating func found(_ session: String, at time: Int64, beside pane: PaneID, _ text: String) {
        guard let path = sessions.entry(session)?.recordingPath else { return }
        let place = RecordingPlace(
            path: path, sessionID: session, start: .time(milliseconds: time), startsPaused: true)
        let neighbours = tabs.first { $0.layout.contains(pane) }?.layout.panes ?? []
        let player = neighbours.first { id in
            if case .recording(let shown) = panes[id]?.source { return shown.sessionID == session }
            return false
        }
        if let player {
            update(player) { $0.source = .recording(place) }
            focus(on: player)
        } else {
            open(.recording(place), .beside(pane, .up))
        }
        say(text)
    }

    mutating func askForAdoption(_ session: String) {
        guard sessions.entry(session)?.parent != nil else {
            say("\(title(of: session)) is no branch: there is nothing to adopt", isError: true)
            return
        }
        mode = .form(
            Form(
                purpose: .adopt(session: session), title: "keep the result of \(title(of: session))",
                fields: [
                    .choice("way", "As", ["git branch", "patch", "changes in the workspace"]),
                    .text("target", "Name", hint: "of the git branch, or the patch's file", history: history["target"]),
                ]))
    }

    mutating func adopt(_ form: Form, _ session: String) -> [WorkbenchEffect] {
        let target = form.value("target")
        var words = ["agent", "fs", "adopt", session]
        switch form.value("way") {
        case "changes in the workspace": words.append("--apply")
        case let way:
            guard !target.isEmpty else {
                mode = .form(form)
                say("a name is needed", isError: true)
                return []
            }
            history.remember(target, as: "target")
            words += [way == "patch" ? "--patch" : "--git-branch", target]
        }
        run(Job(title: "adopt \(title(of: session))", arguments: words))
        return []
    }
}

extension SessionList {
    /// Where a session's time begins on the clock of its first ancestor, milliseconds: branches that part from one snapshot
    /// have the same.
    func beginning(of session: String) -> Int64 {
        var sum: Int64 = 0
        var seen: Set<String> = []
        var next = entry(session)
        while let entry = next, let parent = entry.parent, seen.insert(entry.id).inserted {
            sum += entry.forkTime ?? 0
            next = self.entry(parent)
        }
        return sum
    }

    /// A session's branches, and if it has none its siblings; with one of them only, its parent too. The oldest first.
    func family(of session: String) -> [ListedSession] {
        var branches = entries.filter { $0.parent == session }
        var root = session
        if branches.isEmpty, let parent = entry(session)?.parent {
            root = parent
            branches = entries.filter { $0.parent == parent }
        }
        branches.sort { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        if branches.count == 1, let entry = entry(root) { branches.insert(entry, at: 0) }
        return branches
    }
}
