import Rendering
import ScreenModel
import Testing
import Themes

@testable import WorkbenchModel

@Suite struct WorkbenchRendererTests {
    private let theme = Theme.standard("dark") ?? Theme(name: "none")

    private func workbench(_ window: Size) -> Workbench {
        var workbench = Workbench(window: window, folder: "/project")
        workbench.now = 1_000_000
        workbench.agents = ["claude", "codex"]
        var keys = WorkbenchKeys()
        keys.afterPrefix = legend([
            ("?", "help"), ("n", "next-needing-you"), ("a", "new-session"), ("%", "split right"), ("w", "sessions"),
            ("b", "history"), ("I", "intervene-at-once"), ("d", "detach"), ("]", "paste"), ("z", "zoom"),
        ])
        keys.replay = legend([
            ("?", "help"), ("Space", "play-pause"), ("[", "previous-moment"), ("]", "next-moment"), ("q", "quit"),
            ("/", "search"), ("y", "copy-mode"),
        ])
        keys.copy = legend([
            ("F1", "help"), ("y", "copy-text"), ("v", "copy-select characters"), ("/", "copy-search"),
            ("?", "copy-search-back"), ("q", "copy-leave"),
        ])
        workbench.keys = keys
        var asking = entry("aaaa", "fix-auth", "claude --model opus", .needsPermission)
        (asking.detail, asking.source, asking.since) = ("Bash rm -rf build", "hook", 880_000)
        var failed = entry("cccc", nil, "make -j4 test", .failed, isRunning: false)
        failed.exitStatus = 2
        workbench.sessions.update([
            asking, entry("bbbb", "a-branch-with-a-rather-long-name-for-a-list", "codex exec", .working), failed,
            entry("dddd", "文書を書く", "claude", .done, isRunning: false),
        ])
        return workbench
    }

    private func legend(_ keys: [(String, String)]) -> KeyLegend {
        KeyLegend(
            lines: keys.compactMap { key, text in
                guard let command = try? CommandTable.command(text),
                    let entry = CommandTable.entries.first(where: { text.hasPrefix($0.name) })
                else { return nil }
                return .init(
                    group: entry.group.rawValue, keys: [key], command: command,
                    help: entry.help(with: text.split(separator: " ").dropFirst().joined()))
            })
    }

    private func entry(
        _ id: String, _ name: String?, _ command: String, _ activity: SessionActivity, isRunning: Bool = true
    ) -> ListedSession {
        ListedSession(
            id: id, name: name, command: command, folder: "/project", recordingPath: "/r/\(id).ahr", startedAt: 400_000,
            isRunning: isRunning, activity: activity)
    }

    private func frame(_ size: Size, _ name: String) -> Frame {
        var surface = Surface(size: size)
        for row in 0..<size.rows { surface.text("\(name) row \(row) 漢字", row: row, column: 0) }
        return Frame(
            size: size, cells: surface.cells, cursor: Cursor(position: Position(row: 2, column: 4)),
            symbols: surface.symbols)
    }

    private func draw(_ workbench: Workbench, showsKeys: Bool = false, glyphs: Glyphs = .unicode) -> Surface {
        var surface = Surface(size: workbench.window)
        var frames: [PaneID: Frame] = [:]
        for (pane, size) in workbench.contentSizes { frames[pane] = frame(size, "pane \(pane.rawValue)") }
        WorkbenchRenderer(ReplayRenderer(theme: theme, glyphs: glyphs)).draw(
            workbench, frames: frames, showsKeys: showsKeys, on: &surface)
        return surface
    }

    /// A live pane and a replay beside it.
    private func twoPanes(_ window: Size = Size(columns: 100, rows: 20)) -> Workbench {
        var workbench = workbench(window)
        let live = workbench.open(.session("aaaa"), .tab)
        workbench.update(live) {
            $0.live.elapsed = 125_000
            $0.live.timeline = ReplayTimeline(
                duration: 125_000, moments: [.init(id: 1, label: "m", milliseconds: 40_000)],
                snapshots: [.init(id: 1, label: "s", milliseconds: 90_000)])
        }
        let replay = workbench.open(
            .recording(RecordingPlace(path: "/r/bbbb.ahr", sessionID: "bbbb")), .beside(live, .right))
        var model = ReplayModel()
        model.isPane = true
        model.name = "bbbb"
        model.isPlaying = false
        model.timeline = ReplayTimeline(duration: 600_000)
        let size = workbench.contentSizes[replay] ?? window
        model.resize(to: size)
        model.update(playhead: 192_000, screen: size, cursor: Position(row: 0, column: 0))
        model.signs = [.init(row: 3, isSnapshot: true)]
        workbench.update(replay) { $0.replay = model }
        return workbench
    }

    @Test func `rows of a live pane drawn again are what drawing all shows`() throws {
        var workbench = twoPanes()
        _ = workbench.apply(.workbench(.focus(.left)))
        let live = try #require(workbench.focusedPane)
        let size = try #require(workbench.contentSizes[live.id])
        let renderer = WorkbenchRenderer(ReplayRenderer(theme: theme, glyphs: .unicode))
        var frames: [PaneID: Frame] = [:]
        for (pane, size) in workbench.contentSizes { frames[pane] = frame(size, "pane \(pane.rawValue)") }
        var (partly, wholly) = (Surface(size: workbench.window), Surface(size: workbench.window))
        renderer.draw(workbench, frames: frames, on: &partly)
        for index in 0..<40 {
            var frame = try #require(frames[live.id])
            let (row, column) = (index * 7 % size.rows, index * 5 % size.columns)
            frame.cells[row * size.columns + column] = Style.plain.cell(UInt32(65 + index % 26))
            frame.cursor.position = Position(row: row, column: column)
            frames[live.id] = frame
            let rows = try #require(renderer.redraw(row...row, of: frame, in: live.id, workbench, on: &partly))
            renderer.draw(workbench, frames: frames, on: &wholly)
            #expect(partly == wholly)
            #expect(rows.count == 1)
        }
        _ = workbench.apply(.help)
        let frame = try #require(frames[live.id])
        #expect(renderer.redraw(0...0, of: frame, in: live.id, workbench, on: &partly) == nil)
    }

    @Test func `sessions, a live pane and a replay have their places`() {
        Golden.expect(draw(twoPanes()), is: "workbench-two-panes")
    }

    @Test func `a zoomed pane is alone`() {
        var workbench = twoPanes()
        _ = workbench.apply(.workbench(.focus(.left)))
        _ = workbench.apply(.workbench(.zoom))
        Golden.expect(draw(workbench), is: "workbench-zoomed")
    }

    @Test func `a floating pane has a border and lies over the others`() {
        var workbench = twoPanes()
        _ = workbench.apply(.workbench(.float))
        Golden.expect(draw(workbench), is: "workbench-floating")
    }

    @Test func `tabs are at the end of the bottom line, and a click finds what is drawn`() {
        var workbench = twoPanes(Size(columns: 80, rows: 16))
        for id in ["bbbb", "cccc", "dddd", "bbbb", "cccc"] { workbench.open(.session(id), .tab) }
        workbench.selectTab(1)
        let surface = draw(workbench)
        Golden.expect(surface, is: "workbench-tabs")
        let renderer = WorkbenchRenderer(ReplayRenderer(theme: theme))
        let row = (0..<80).map { surface.symbols.text(of: surface[15, $0]) }
        let column = row.firstIndex(of: "3") ?? 0
        #expect(renderer.command(atColumn: column, of: workbench) == .workbench(.selectTab(2)))
        #expect(renderer.command(atColumn: 0, of: workbench) == nil)
    }

    @Test func `the palette, a form, help and keys lie over it`() {
        var workbench = twoPanes()
        _ = workbench.apply(.workbench(.palette))
        for letter in "copy" { _ = workbench.apply(.prompt(.insert(String(letter)))) }
        Golden.expect(draw(workbench), is: "workbench-palette")
        _ = workbench.apply(.prompt(.cancel))
        _ = workbench.apply(.workbench(.newSession))
        _ = workbench.apply(.prompt(.nextField))
        _ = workbench.apply(.prompt(.insert("fix the 漢字 test")))
        Golden.expect(draw(workbench), is: "workbench-form")
        _ = workbench.apply(.prompt(.cancel))
        _ = workbench.apply(.help)
        Golden.expect(draw(workbench), is: "workbench-help")
        _ = workbench.apply(.help)
        _ = workbench.apply(.workbench(.prefix))
        Golden.expect(draw(workbench, showsKeys: true), is: "workbench-keys")
    }

    @Test func `forty columns and ten rows are enough`() {
        var workbench = twoPanes(Size(columns: 40, rows: 10))
        _ = workbench.apply(.workbench(.focus(.left)))
        Golden.expect(draw(workbench), is: "workbench-40x10")
        _ = workbench.apply(.workbench(.sessions))
        Golden.expect(draw(workbench), is: "workbench-40x10-sessions")
    }

    @Test func `without UTF-8 the signs keep their meaning`() {
        Golden.expect(draw(twoPanes(), glyphs: .ascii), is: "workbench-ascii")
    }

    /// The live pane, in copy mode.
    private func copying(_ window: Size = Size(columns: 100, rows: 12)) -> Workbench {
        var workbench = twoPanes(window)
        _ = workbench.apply(.workbench(.focus(.left)))
        let pane = workbench.focusedPane?.id ?? PaneID(0)
        let size = workbench.contentSizes[pane] ?? window
        var frame = frame(size, "text")
        for column in 0..<4 where size.rows > 1 && size.columns > 3 {
            frame.cells[size.columns + column].foreground = .indexed(1)
        }
        workbench.beginCopying(pane, CopyModel(frame, window: size, history: .read))
        return workbench
    }

    @Test func `copy mode says where one is and what was found`() {
        var workbench = copying()
        _ = workbench.apply(.copy(.search(forward: false)))
        _ = workbench.apply(.prompt(.insert("row 1")))
        _ = workbench.apply(.prompt(.accept))
        Golden.expect(draw(workbench), is: "workbench-copying")
    }

    @Test func `hits are turned over, what is selected has a background, and colours stay`() throws {
        var workbench = copying()
        let pane = try #require(workbench.focusedPane?.id)
        let tab = try #require(workbench.tab)
        let content = workbench.content(of: pane, in: workbench.frames(of: tab))
        _ = workbench.apply(.copy(.search(forward: true)))
        _ = workbench.apply(.prompt(.insert("字")))
        _ = workbench.apply(.prompt(.accept))
        for command in [CopyCommand.first, .down, .select(.characters), .right, .right] {
            _ = workbench.apply(.copy(command))
        }
        let surface = draw(workbench)
        let row = content.row + 1
        let cells = (0..<20).map { surface[row, content.column + $0] }
        #expect((0..<20).filter { cells[$0].attributes.contains(.inverse) } == [13, 14])
        #expect((0..<20).filter { cells[$0].background == theme[.copySelection].background } == [0, 1, 2])
        #expect((0..<4).allSatisfy { cells[$0].foreground == .indexed(1) })
        #expect(surface.cursor?.position == Position(row: row, column: content.column + 2))
    }

    @Test func `any window is drawn, whatever lies over it`() {
        for columns in [1, 2, 5, 20, 40, 71, 73, 120, 500] {
            for rows in [1, 2, 3, 5, 9, 10, 40] {
                let window = Size(columns: columns, rows: rows)
                for base in [twoPanes(window), copying(window)] {
                    for commands in [
                        [], [Command.help], [.workbench(.palette)], [.workbench(.newSession)], [.workbench(.float)],
                        [.workbench(.sessions)], [.workbench(.prefix)], [.copy(.select(.lines)), .copy(.last)],
                    ] {
                        var workbench = base
                        for command in commands { _ = workbench.apply(command) }
                        #expect(draw(workbench, showsKeys: true).size == window)
                        #expect(workbench.brokenInvariant == nil)
                    }
                }
            }
        }
    }
}
