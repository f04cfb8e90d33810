import ScreenModel
import TestSupport
import Testing

@testable import WorkbenchModel

@Suite struct WorkbenchTests {
    private var workbench: Workbench

    init() {
        workbench = Workbench(window: Size(columns: 120, rows: 40), folder: "/work")
        workbench.agents = ["claude", "codex"]
        workbench.sessions.update([
            Self.entry("aaaa", "build", started: 1), Self.entry("bbbb", "ask", started: 2, .needsPermission),
            Self.entry("cccc", "old", started: 0, isRunning: false, .done),
            Self.entry("dddd", "asked-first", started: 3, .needsInput, since: 1),
        ])
    }

    private static func entry(
        _ id: String, _ name: String, started: Int64, isRunning: Bool = true, _ activity: SessionActivity = .working,
        since: Int64? = nil
    ) -> ListedSession {
        var entry = ListedSession(
            id: id, name: name, command: "claude", folder: "/project/\(name)", recordingPath: "/r/\(id).ahr",
            startedAt: started, isRunning: isRunning, activity: activity)
        entry.since = since
        return entry
    }

    @discardableResult
    private mutating func run(_ texts: String...) throws -> [WorkbenchEffect] {
        var effects: [WorkbenchEffect] = []
        for text in texts { effects += workbench.apply(try CommandTable.command(text)) }
        #expect(workbench.brokenInvariant == nil)
        return effects
    }

    /// The panes of the tab as a picture: `1 (2/3)`.
    private var picture: String {
        func text(_ layout: Layout) -> String {
            switch layout {
            case .pane(let id): id == workbench.tab?.focus ? "[\(id.rawValue)]" : "\(id.rawValue)"
            case .split(let axis, let parts):
                "(" + parts.map { text($0.layout) }.joined(separator: axis == .columns ? " " : "/") + ")"
            }
        }
        return workbench.tab.map { text($0.layout) } ?? "nothing"
    }

    @Test mutating func `who needs a person comes first in the list, the longest waiting before others`() {
        #expect(workbench.sessions.ordered.map(\.id) == ["dddd", "bbbb", "aaaa", "cccc"])
        #expect(
            workbench.sessions.lines.compactMap { if case .heading(let text) = $0 { text } else { nil } }
                == ["needs you", "working", "ended"])
    }

    @Test mutating func `a session is shown, and shown again where it is`() throws {
        try run("open-session aaaa", "open-session bbbb")
        #expect(workbench.tabs.count == 2)
        try run("open-session build")
        #expect(workbench.current == 0 && workbench.focusedPane?.source == .session("aaaa"))
        #expect(workbench.keyContext == .program)
    }

    @Test mutating func `an ended session is shown as its recording`() throws {
        try run("open-session cccc")
        guard case .recording(let place) = workbench.focusedPane?.source else {
            Issue.record("\(String(describing: workbench.focusedPane))")
            return
        }
        #expect(place.path == "/r/cccc.ahr" && workbench.keyContext == .replay)
    }

    @Test mutating func `splits open shells in the folder of the session beside`() throws {
        try run("open-session aaaa", "split right", "split down")
        #expect(picture == "(1 (2/[3]))")
        guard case .starting(let request) = workbench.focusedPane?.source else {
            Issue.record("no shell is started")
            return
        }
        #expect(request.program == .shell)
        guard case .starting(let first) = workbench.panes[PaneID(2)]?.source else { return }
        #expect(first.folder == "/project/build")
    }

    @Test mutating func `the focus goes where it is sent, and to the list at the left edge`() throws {
        try run("open-session aaaa", "split right", "split down", "focus up")
        #expect(picture == "(1 ([2]/3))")
        try run("focus left")
        #expect(picture == "([1] (2/3))")
        try run("focus left")
        #expect(workbench.focus == .sessions && workbench.keyContext == .sessions)
        try run("focus right", "last-pane")
        #expect(picture == "(1 ([2]/3))")
    }

    @Test mutating func `a closed pane leaves the focus to who had it before`() throws {
        try run("open-session aaaa", "split right", "split down", "focus up", "focus left", "close-pane")
        #expect(picture == "([2]/3)")
        try run("close-pane", "close-pane")
        #expect(picture == "nothing" && workbench.focus == .sessions)
    }

    @Test mutating func `a zoomed pane is alone until another gets the focus`() throws {
        try run("open-session aaaa", "split right", "zoom")
        #expect(workbench.visiblePanes == [PaneID(2)])
        let size = workbench.contentSizes[PaneID(2)]
        #expect((size?.columns ?? 0) > 90)
        try run("next-pane")
        #expect(workbench.visiblePanes.count == 2)
    }

    @Test mutating func `a pane floats over the others and comes back`() throws {
        try run("open-session aaaa", "split right", "float")
        #expect(workbench.tab?.floating == PaneID(2))
        #expect(workbench.visiblePanes == [PaneID(1), PaneID(2)])
        try run("split down")
        #expect(picture == "(1/[3])")
        try run("float", "float")
        #expect(workbench.brokenInvariant == nil)
    }

    @Test mutating func `the next session that needs a person is shown, then the one after`() throws {
        try run("next-needing-you")
        #expect(workbench.focusedPane?.source == .session("dddd"))
        try run("next-needing-you")
        #expect(workbench.focusedPane?.source == .session("bbbb"))
        try run("next-needing-you")
        #expect(workbench.focusedPane?.source == .session("dddd"))
    }

    @Test mutating func `the end of a session makes its pane a replay at the end`() throws {
        try run("open-session aaaa")
        workbench.ended("aaaa", recording: "/r/aaaa.ahr")
        guard case .recording(let place) = workbench.focusedPane?.source else {
            Issue.record("\(String(describing: workbench.focusedPane))")
            return
        }
        #expect(place.startsPaused && place.start == .percent(100) && !place.returnsToLive)
    }

    @Test mutating func `back in time and to now again`() throws {
        try run("open-session aaaa", "history")
        #expect(workbench.keyContext == .replay)
        #expect(try run("scrub -10s") == [.replay(PaneID(1), .scrub(milliseconds: -10_000))])
        try run("quit")
        #expect(workbench.focusedPane?.source == .session("aaaa"))
        try run("history", "end")
        #expect(workbench.focusedPane?.source == .session("aaaa"))
    }

    @Test mutating func `a branch of a replay opens beside it, from the snapshot at its playhead`() throws {
        try run("open-session cccc")
        var replay = ReplayModel()
        replay.timeline = ReplayTimeline(
            duration: 10_000,
            snapshots: [.init(id: 4, label: "", milliseconds: 1000), .init(id: 7, label: "", milliseconds: 9000)])
        replay.update(playhead: 5000, screen: Size(columns: 80, rows: 24), cursor: Position(row: 0, column: 0))
        workbench.update(PaneID(1)) { $0.replay = replay }
        try run("intervene-at-once")
        #expect(picture == "(1 [2])")
        guard case .starting(let request) = workbench.focusedPane?.source else { return }
        #expect(request == SessionRequest(.sameAsParent(message: ""), snapshot: "cccc@4"))
        try run("focus left", "intervene")
        guard case .form(let form) = workbench.mode else {
            Issue.record("no form: \(workbench.mode)")
            return
        }
        #expect(form.title == "branch from snapshot 4")
        _ = workbench.apply(.prompt(.insert("try again")))
        _ = workbench.apply(.prompt(.accept))
        guard case .starting(let second) = workbench.focusedPane?.source else { return }
        #expect(second.program == .sameAsParent(message: "try again"))
        try run("focus left", "inspect")
        #expect(
            workbench.focusedPane?.source
                == .files(FilesPlace(session: "cccc", snapshot: 4, player: PaneID(1))))
        #expect(workbench.keyContext == .files)
        try run("quit")
        #expect(picture == "([1] 3 2)")
    }

    @Test mutating func `broadcast goes to marked panes only, and from a marked one`() throws {
        try run("open-session aaaa", "broadcast")
        #expect(workbench.message?.isError == true)
        try run("mark-pane")
        workbench.open(.session("bbbb"), .beside(PaneID(1), .right))
        try run("mark-pane")
        workbench.open(.session("dddd"), .beside(PaneID(1), .down))
        #expect(workbench.receivers == [PaneID(3)])
        try run("focus up", "broadcast")
        #expect(workbench.receivers == [PaneID(1), PaneID(2)])
        try run("broadcast")
        #expect(workbench.receivers == [PaneID(1)])
    }

    @Test mutating func `ending a session asks first`() throws {
        try run("open-session aaaa", "end-session")
        #expect(workbench.confirm(false).isEmpty)
        try run("end-session")
        #expect(workbench.confirm(true) == [.end(session: "aaaa")])
    }

    @Test mutating func `the palette finds commands by parts of their names and does them`() throws {
        try run("open-session aaaa", "palette")
        for letter in "split d" { _ = workbench.apply(.prompt(.insert(String(letter)))) }
        guard case .palette(let palette) = workbench.mode else { return }
        #expect(palette.selectedItem?.title == "split down")
        _ = workbench.apply(.prompt(.accept))
        #expect(picture == "(1/[2])")
    }

    @Test mutating func `the form of a new session starts what it says`() throws {
        try run("new-session")
        _ = workbench.apply(.prompt(.right))
        _ = workbench.apply(.prompt(.nextField))
        _ = workbench.apply(.prompt(.insert("fix it")))
        _ = workbench.apply(.prompt(.accept))
        guard case .starting(let request) = workbench.focusedPane?.source else {
            Issue.record("nothing is started")
            return
        }
        #expect(request.program == .agent("codex", prompt: "fix it"))
        #expect(request.folder == "/work" && request.provider == "auto" && request.name == nil)
    }

    @Test(arguments: [
        ("make test", ["make", "test"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]), ("a\\ b", ["a b"]), ("  ", []),
        ("''", [""]), ("a'b'\"c\"", ["abc"]),
    ])
    func `a command is cut into words as a shell does`(text: String, words: [String]) {
        #expect(ShellWords.split(text) == words)
    }

    @Test mutating func `in a narrow window the list and the panes take turns`() throws {
        workbench.resize(to: Size(columns: 40, rows: 10))
        try run("open-session aaaa")
        #expect(workbench.regions.sidebar == nil && workbench.regions.panes.columns == 40)
        try run("sessions")
        #expect(workbench.regions.isSidebarAlone)
    }

    /// Whatever is asked for, in whatever order and window: what must hold holds.
    @Test(arguments: 0..<30) mutating func `any commands in any order keep the workbench whole`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let commands = CommandTable.entries.flatMap { entry -> [Command] in
            let choices = (entry.argument ?? "").filter { $0 != "[" && $0 != "]" }.split(separator: "|").map(
                String.init)
            return ([nil] + choices.map { Optional($0) }).compactMap(entry.make)
        }
        for _ in 0..<400 {
            let effects = workbench.apply(commands[Int.random(in: 0..<commands.count, using: &random)])
            for effect in effects { if case .detach = effect { continue } }
            if Int.random(in: 0..<20, using: &random) == 0 {
                workbench.resize(
                    to: Size(
                        columns: Int.random(in: 1...300, using: &random), rows: Int.random(in: 1...100, using: &random))
                )
            }
            if Int.random(in: 0..<15, using: &random) == 0,
                let pane = workbench.panes.keys.sorted().randomElement(using: &random)
            {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    workbench.started(pane, session: ["aaaa", "bbbb", "dddd"].randomElement(using: &random) ?? "aaaa")
                case 1: workbench.failed(pane, "no such program")
                case 2: workbench.ended("aaaa", recording: "/r/aaaa.ahr")
                default: workbench.close(pane)
                }
            }
            if case .confirm = workbench.mode { _ = workbench.confirm(Bool.random(using: &random)) }
            #expect(workbench.brokenInvariant == nil)
            let window = Rect(row: 0, column: 0, columns: workbench.window.columns, rows: workbench.window.rows)
            for size in workbench.contentSizes.values {
                #expect(size.columns <= window.columns && size.rows <= window.rows)
            }
        }
    }
}
