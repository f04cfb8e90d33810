extension Workbench {
    /// A player for a files pane that has none, at the time of a snapshot. The focus stays with the files.
    public mutating func openPlayer(for files: PaneID, at number: UInt64) {
        guard case .files(var place) = panes[files]?.source else { return }
        guard let path = sessions.entry(place.session)?.recordingPath, !path.isEmpty else {
            say("the recording of this session is not known", isError: true)
            return
        }
        let recording = RecordingPlace(
            path: path, sessionID: place.session, start: .snapshot(number), startsPaused: true)
        place.player = open(.recording(recording), .beside(files, .right))
        place.snapshot = number
        update(files) { $0.source = .files(place) }
        focus(on: files)
    }

    /// The user's shell in a read-only copy of a snapshot, in a pane of its own.
    public mutating func openLook(from files: PaneID, folder: String, snapshot number: UInt64) {
        guard case .files(let place) = panes[files]?.source else { return }
        let request = SessionRequest(
            .look(folder: folder), name: nil, folder: self.folder, snapshot: "\(place.session)@\(number)",
            provider: "disable")
        open(.starting(request), .beside(files, .down))
    }
}
