import Processes
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    func openFiles(_ place: FilesPlace, in pane: PaneID) throws {
        let folders = SessionFolders(environment: options.environment)
        let browser = SnapshotBrowser(
            sessionID: place.session, stateFolder: folders.home,
            searchPath: ChildProcess.Launch.searchPath(options.environment))
        browsers[pane] = try FilesBrowser(browser, number: place.snapshot, points: points(of: place))
    }

    /// The session's snapshots on its timeline, for their labels and times.
    private func points(of place: FilesPlace) -> [ReplayTimeline.Point] {
        guard let pane = place.player.flatMap({ workbench.panes[$0] }) else { return [] }
        return pane.replay?.timeline.snapshots ?? pane.live.timeline.snapshots
    }

    func apply(_ command: Command, toFilesOf pane: PaneID) {
        guard let browser = browsers[pane], case .files(let place) = workbench.panes[pane]?.source else { return }
        let rows = workbench.contentSizes[pane]?.rows ?? 20
        let before = browser.model.snapshot
        browser.apply(command, page: max(1, rows - 1), points: points(of: place))
        // Files left, player right: another snapshot takes the player along.
        if browser.model.snapshot != before, let player = place.player {
            apply(.goTo(.snapshot(browser.model.snapshot)), toPlayerOf: player)
        }
        needsDrawing = true
    }
}
