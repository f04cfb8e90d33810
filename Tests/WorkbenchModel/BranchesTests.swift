import ScreenModel
import Testing

@testable import WorkbenchModel

/// Branches side by side: whose clocks are tied how, what is compared, what is started.
@Suite struct BranchesTests {
    private var workbench: Workbench

    /// `root`, its branches `left` and `right` parted at 5 s, and `leaf` of `right` at 2 s of that.
    init() {
        workbench = Workbench(window: Size(columns: 160, rows: 50), folder: "/work")
        workbench.agents = ["claude", "codex"]
        workbench.sessions.update([
            Self.entry("root", nil, nil), Self.entry("left", "root", 5000), Self.entry("right", "root", 5000),
            Self.entry("leaf", "right", 2000), Self.entry("other", nil, nil),
        ])
    }

    private static func entry(_ id: String, _ parent: String?, _ fork: Int64?) -> ListedSession {
        var entry = ListedSession(
            id: id, name: id, command: "claude", recordingPath: "/r/\(id).ahr", startedAt: Int64(id.count),
            isRunning: false,
            activity: .done)
        entry.parent = parent
        entry.forkTime = fork
        entry.snapshotCount = 3
        return entry
    }

    @discardableResult
    private mutating func run(_ text: String) throws -> [WorkbenchEffect] {
        defer { #expect(workbench.brokenInvariant == nil) }
        return workbench.apply(try CommandTable.command(text))
    }

    private func pane(_ session: String) throws -> PaneID { try #require(workbench.pane(showing: session)) }

    private mutating func show(_ session: String, beside: String? = nil) throws {
        let place = RecordingPlace(path: "/r/\(session).ahr", sessionID: session)
        try workbench.open(.recording(place), beside.map { .beside(try pane($0), .right) } ?? .tab)
    }

    @Test mutating func `tied clocks run together from the common fork`() throws {
        try show("root")
        try show("right", beside: "root")
        try show("leaf", beside: "right")
        try run("tie-clocks")
        // 8 s of the leaf is 2 + 8 of its parent and 5 more of the root.
        let times = workbench.tiedTimes(of: try pane("leaf"), at: 8000)
        #expect(times == [try pane("right"): 10_000, try pane("root"): 15_000])
        // Before a branch began it stands at its beginning.
        #expect(workbench.tiedTimes(of: try pane("root"), at: 1000)[try pane("leaf")] == 0)
        try run("tie-clocks")
        #expect(workbench.tiedTimes(of: try pane("leaf"), at: 8000).isEmpty)
    }

    @Test mutating func `one recording has nobody to be tied to`() throws {
        try show("root")
        try run("tie-clocks")
        #expect(workbench.message?.isError == true && workbench.focusedPane?.tie == nil)
    }

    @Test mutating func `branches are compared side by side, tied, with a table below`() throws {
        try show("left")
        try run("compare")
        #expect(workbench.tabs.count == 2)
        let panes = try #require(workbench.tab?.layout.panes).compactMap { workbench.panes[$0] }
        #expect(panes.count == 3)
        #expect(panes[0].sessionID == "left" && panes[1].sessionID == "right")
        #expect(panes[0].tie == 5000 && panes[1].tie == 5000)
        #expect(panes[2].source == .comparison(Comparison(sessions: ["left", "right"])))
        #expect(workbench.keyContext == .comparison)
    }

    @Test mutating func `a session with one branch is compared with it, from where it parted`() throws {
        try show("right")
        try run("compare")
        let panes = try #require(workbench.tab?.layout.panes).compactMap { workbench.panes[$0] }
        #expect(panes.map(\.sessionID) == ["right", "leaf", nil])
        guard case .recording(let place) = panes[0].source else { return }
        #expect(place.start == .time(milliseconds: 2000) && place.startsPaused)
    }

    @Test mutating func `what has no branches is not compared`() throws {
        try show("other")
        try run("compare")
        #expect(workbench.message?.isError == true && workbench.tabs.count == 1)
    }

    @Test func `the test decides, then the exit, then lines, time and cost`() {
        func row(
            _ name: String, test: Int32? = nil, exit: Int32? = 0, lines: Int? = 1, time: Int64 = 1, cost: Double? = nil
        )
            -> Comparison.Row
        {
            var row = Comparison.Row(session: name, name: name, duration: time)
            (row.test, row.exit, row.added, row.cost) = (test, exit, lines, cost)
            return row
        }
        let rows = [
            row("fails", test: 1, lines: 0), row("large", test: 0, lines: 9), row("crashed", test: 0, exit: 139),
            row("slow", test: 0, time: 7), row("dear", test: 0, cost: 2), row("best", test: 0, cost: 1),
        ]
        #expect(
            Comparison.ranked(rows).map(\.name) == ["best", "dear", "slow", "large", "crashed", "fails"])
    }

    @Test mutating func `a row of the comparison is shown, its diff beside it, a test runs it anew`() throws {
        try show("left")
        try run("compare")
        let table = try #require(workbench.focusedPane?.id)
        var first = Comparison.Row(session: "right", name: "right", duration: 1)
        (first.fork, first.last, first.exit) = ("root@2", "right@3", 0)
        workbench.show([first, Comparison.Row(session: "left", name: "left", duration: 9)], in: table)
        try run("compare-diff")
        guard case .job(let job) = workbench.focusedPane?.source else {
            Issue.record("no diff: \(String(describing: workbench.focusedPane))")
            return
        }
        #expect(job.arguments == ["agent", "fs", "diff", "root@2", "right@3"])
        workbench.focus(on: table)
        try run("list-down")
        try run("list-open")
        #expect(workbench.focusedPane?.sessionID == "left")
        workbench.focus(on: table)
        try run("compare-test make test")
        #expect(
            workbench.panes[table]?.source == .comparison(Comparison(sessions: ["left", "right"], test: "make test")))
    }

    @Test mutating func `agents times prompts are so many branches, tiled`() throws {
        try show("root")
        try run("fan-out")
        for (text, edit) in [
            ("claude, codex", PromptCommand.nextField), ("do it | do it well", .nextField), ("try", .accept),
        ] {
            _ = workbench.apply(.prompt(.insert(text)))
            _ = workbench.apply(.prompt(edit))
        }
        let requests = try #require(workbench.tab).panes.compactMap { id -> SessionRequest? in
            if case .starting(let request) = workbench.panes[id]?.source { return request }
            return nil
        }
        #expect(requests.map(\.name) == ["try-1", "try-2", "try-3", "try-4"])
        #expect(requests.allSatisfy { $0.snapshot == "root@3" })
        #expect(requests.map(\.program).last == .agent("codex", prompt: "do it well"))
        #expect(workbench.brokenInvariant == nil)
    }

    @Test mutating func `an agent that isn't there is said, and the form stays`() throws {
        try show("root")
        try run("fan-out")
        _ = workbench.apply(.prompt(.insert("cloude, codex")))
        _ = workbench.apply(.prompt(.accept))
        #expect(workbench.message?.text.contains("cloude") == true)
        guard case .form = workbench.mode else {
            Issue.record("the form is gone")
            return
        }
    }

    @Test mutating func `a bisection ends with the player at the snapshot`() throws {
        try show("root")
        try run("bisect make test")
        guard case .job(let job) = workbench.focusedPane?.source else { return }
        #expect(job.arguments == ["agent", "bisect", "root", "--json", "--", "sh", "-c", "make test"])
        let pane = try #require(workbench.focusedPane?.id)
        workbench.found("root", at: 7000, beside: pane, "root@2 is the first bad snapshot")
        guard case .recording(let place) = workbench.focusedPane?.source else { return }
        #expect(place.start == .time(milliseconds: 7000))
        // The next one takes that player along instead of opening one more.
        let player = try #require(workbench.focusedPane?.id)
        let count = workbench.panes.count
        workbench.focus(on: pane)
        workbench.found("root", at: 9000, beside: pane, "root@3 is the first bad snapshot")
        #expect(workbench.panes.count == count && workbench.focusedPane?.id == player)
        guard case .recording(let next) = workbench.focusedPane?.source else { return }
        #expect(next.start == .time(milliseconds: 9000))
    }

    @Test mutating func `only a branch is adopted`() throws {
        try show("root")
        try run("adopt")
        #expect(workbench.message?.isError == true)
        try show("left")
        try run("adopt")
        _ = workbench.apply(.prompt(.nextField))
        _ = workbench.apply(.prompt(.insert("kept")))
        _ = workbench.apply(.prompt(.accept))
        guard case .job(let job) = workbench.focusedPane?.source else {
            Issue.record("nothing runs")
            return
        }
        #expect(job.arguments == ["agent", "fs", "adopt", "left", "--git-branch", "kept"])
    }
}
