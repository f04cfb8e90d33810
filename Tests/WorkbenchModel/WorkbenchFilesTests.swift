import ScreenModel
import Testing

@testable import WorkbenchModel

/// What the workbench makes of its files panes.
@Suite struct WorkbenchFilesTests {
    private var workbench = Workbench(window: Size(columns: 160, rows: 40), folder: "/work")
    private let files: PaneID

    init() {
        workbench.sessions.update([
            ListedSession(id: "aaaa", command: "make", recordingPath: "/r/a.ahr", startedAt: 1, isRunning: false)
        ])
        files = workbench.open(.files(FilesPlace(session: "aaaa", snapshot: 2, player: nil)), .tab)
        workbench.update(files) { $0.files = FilesModel(snapshot: 2) }
    }

    @Test mutating func `a player is opened at the snapshot's time, and the focus stays`() {
        workbench.openPlayer(for: files, at: 5)
        guard case .files(let place) = workbench.panes[files]?.source, let player = place.player,
            case .recording(let recording) = workbench.panes[player]?.source
        else {
            Issue.record("no player was opened")
            return
        }
        #expect(recording.start == .snapshot(5) && recording.path == "/r/a.ahr" && recording.startsPaused)
        #expect(workbench.focusedPane?.id == files && workbench.brokenInvariant == nil)
    }

    @Test mutating func `a shell in a snapshot takes no snapshots itself`() {
        workbench.openLook(from: files, folder: "src", snapshot: 2)
        guard case .starting(let request) = workbench.focusedPane?.source else {
            Issue.record("no shell was opened")
            return
        }
        #expect(request.program == .look(folder: "src") && request.snapshot == "aaaa@2" && request.isShell)
        #expect(request.provider == "disable")
    }

    @Test mutating func `while the files ask for something, keys are the prompt's`() {
        workbench.update(files) { _ = $0.files?.apply(.findName, page: 10) }
        #expect(workbench.keyContext == .prompt)
        #expect(workbench.apply(.prompt(.insert("a"))) == [.files(files, .prompt(.insert("a")))])
        #expect(workbench.apply(.workbench(.prefix)) == [] && workbench.keyContext == .prefix)
    }

    @Test mutating func `leaving goes out of what is open in the files first`() {
        workbench.update(files) { _ = $0.files?.apply(.findContent("text"), page: 10) }
        #expect(workbench.apply(Command.cancel) == [.files(files, .cancel)])
        workbench.update(files) { _ = $0.files?.leave() }
        #expect(workbench.apply(Command.cancel).isEmpty && workbench.panes.isEmpty)
    }

    @Test mutating func `inspecting again shows the snapshot at the playhead in the pane that is open`() throws {
        let player = workbench.open(.recording(RecordingPlace(path: "/r/a.ahr", sessionID: "aaaa")), .tab)
        var replay = ReplayModel()
        replay.timeline = ReplayTimeline(duration: 9, snapshots: [.init(id: 1, label: "", milliseconds: 0)])
        workbench.update(player) { $0.replay = replay }
        #expect(workbench.apply(.inspect).isEmpty)
        let opened = try #require(workbench.focusedPane?.id)
        workbench.focus(on: player)
        #expect(workbench.apply(.inspect) == [.files(opened, .goTo(.snapshot(1)))])
        #expect(workbench.focusedPane?.id == opened)
    }
}
