import FoundationEssentials
import ScreenModel
import Testing

@testable import WorkbenchModel

@Suite struct SavedLayoutTests {
    private func entry(_ id: String, isRunning: Bool) -> ListedSession {
        ListedSession(
            id: id, name: id, command: "claude", recordingPath: "/r/\(id).ahr", startedAt: 1, isRunning: isRunning,
            activity: isRunning ? .working : .done)
    }

    private func workbench(_ running: Set<String> = ["one", "two"]) -> Workbench {
        var workbench = Workbench(window: Size(columns: 120, rows: 40), folder: "/work")
        workbench.sessions.update(["one", "two", "three"].map { entry($0, isRunning: running.contains($0)) })
        return workbench
    }

    /// Two tabs: `one | (files of two / shell that starts)`, zoomed, and `three` under a floating `two`.
    private func arranged() -> Workbench {
        var workbench = workbench()
        let first = workbench.open(.session("one"), .tab)
        let files = workbench.open(
            .files(FilesPlace(session: "two", snapshot: 3, player: nil)), .beside(first, .right))
        workbench.open(.starting(SessionRequest(.shell)), .beside(files, .down))
        workbench.focus(on: files)
        workbench.open(.recording(RecordingPlace(path: "/r/three.ahr", sessionID: "three")), .tab)
        workbench.open(.session("two"), .beside(PaneID(4), .right))
        _ = workbench.apply(.workbench(.float))
        return workbench
    }

    private func sources(_ workbench: Workbench) -> [[Pane.Source]] {
        workbench.tabs.map { tab in tab.panes.compactMap { workbench.panes[$0]?.source } }
    }

    @Test func `what was saved comes back as it was, from its file too`() throws {
        let saved = arranged().savedLayout
        let read = try JSONDecoder().decode(SavedLayout.self, from: try JSONEncoder().encode(saved))
        #expect(read == saved)
        var fresh = workbench()
        #expect(fresh.restore(read) { _ in true } == 0)
        #expect(fresh.brokenInvariant == nil)
        #expect(fresh.savedLayout == saved)
        #expect(fresh.tabs.count == 2 && fresh.current == 1)
        #expect(fresh.tabs[1].floating != nil && fresh.tabs[1].focus == fresh.tabs[1].floating)
        #expect(fresh.panes[fresh.tabs[0].focus]?.sessionID == "two")
    }

    @Test func `a session that ended since is shown as its recording, one that is gone is left out`() {
        var fresh = workbench(["two"])
        #expect(fresh.restore(arranged().savedLayout) { $0 != "/r/three.ahr" } == 1)
        #expect(fresh.brokenInvariant == nil)
        guard case .recording(let place) = sources(fresh)[0][0] else {
            Issue.record("\(sources(fresh))")
            return
        }
        #expect(place.path == "/r/one.ahr" && place.startsPaused)
        // The floating pane is the tab's only one now.
        #expect(sources(fresh)[1] == [.session("two")])
    }

    @Test func `a file's nonsense does no harm`() {
        var saved = arranged().savedLayout
        saved.current = 99
        saved.tabs[0].focus = 77
        if case .split(let axis, var parts) = saved.tabs[0].layout {
            parts[0].weight = -.infinity
            parts[1].weight = .nan
            saved.tabs[0].layout = .split(axis, parts + [.init(weight: 0, node: .split(axis, []))])
        }
        var fresh = workbench()
        fresh.restore(saved) { _ in true }
        #expect(fresh.brokenInvariant == nil)
        #expect(fresh.contentSizes.values.allSatisfy { $0.columns > 0 && $0.rows > 0 })
    }
}
