import Processes
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    func openFiles(_ place: FilesPlace, in pane: PaneID) throws {
        let source = FilesSource(
            session: place.session, environment: options.environment, folder: workbench.folder)
        let point = timeline(of: place)?.snapshots.first { $0.id == place.snapshot }
        browsers[pane] = try FilesBrowser(source, number: place.snapshot, point: point)
    }

    /// That of the pane whose playhead the files belong to.
    private func timeline(of place: FilesPlace) -> ReplayTimeline? {
        guard let pane = place.player.flatMap({ workbench.panes[$0] }) else { return nil }
        return pane.replay?.timeline ?? pane.live.timeline
    }

    func apply(_ command: Command, toFilesOf pane: PaneID) {
        guard let browser = browsers[pane] else { return }
        let rows = workbench.contentSizes[pane]?.rows ?? 20
        browser.apply(command, page: max(1, rows - 1))
        publish(browser, pane)
    }

    /// What was read is shown.
    func receive(_ browser: FilesBrowser, _ pane: PaneID) {
        browser.receive()
        publish(browser, pane)
    }

    private func publish(_ browser: FilesBrowser, _ pane: PaneID) {
        needsDrawing = true
        // At once: the next key may be for a prompt that this one opened.
        workbench.update(pane) { $0.files = browser.model }
        for request in browser.takeOutside() { carryOut(request, of: pane) }
    }

    private func carryOut(_ request: FilesModel.Request, of pane: PaneID) {
        guard case .files(let place) = workbench.panes[pane]?.source else { return }
        switch request {
        case .moved(let number): if let player = player(of: place) { show(number, in: player) }
        case .jump(let number):
            if let player = player(of: place) {
                show(number, in: player)
            } else {
                workbench.openPlayer(for: pane, at: number)
                // Only where its player is has changed.
                opened[pane] = workbench.panes[pane]?.source
            }
        case .shell(let folder, let place): workbench.openLook(from: pane, folder: folder, snapshot: place.snapshot)
        case .follow(let follows):
            if follows, timeline(of: place) == nil {
                browsers[pane]?.say("there is no player to follow: open the files from one", isError: true)
            } else {
                browsers[pane]?.say(
                    follows ? "following the playhead" : "the snapshot stays, wherever the playhead is", isError: false)
                follow()
            }
            if let model = browsers[pane]?.model { workbench.update(pane) { $0.files = model } }
        default: break
        }
    }

    /// Another player takes the time of a snapshot.
    private func show(_ number: UInt64, in player: PaneID) {
        apply(.goTo(.snapshot(number)), toPlayerOf: player)
    }

    /// The pane of the files' player, if it plays a recording.
    private func player(of place: FilesPlace) -> PaneID? { place.player.flatMap { engines[$0] == nil ? nil : $0 } }

    /// Files that follow a playhead show the snapshot that it stands at.
    func follow() {
        for (pane, browser) in browsers where browser.model.follows {
            guard case .files(let place) = workbench.panes[pane]?.source, let player = place.player else { continue }
            let number: UInt64?
            if let model = engines[player]?.model {
                number = model.timeline.snapshot(at: model.target ?? model.playhead)?.id
            } else {
                number = workbench.panes[player]?.live.timeline.snapshots.last?.id
            }
            guard let number, number != browser.model.snapshot else { continue }
            apply(.goTo(.snapshot(number)), toFilesOf: pane)
        }
    }

    /// Comparisons that take long are shown as such.
    func tickFiles() {
        let now = MonotonicClock.now()
        for (pane, browser) in browsers where browser.tick(now) { publish(browser, pane) }
    }
}
