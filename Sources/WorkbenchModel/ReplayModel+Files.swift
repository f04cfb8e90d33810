extension ReplayModel {
    /// Commands that need the snapshot at or before the playhead.
    mutating func useSnapshot(_ command: Command) -> [Effect] {
        guard command != .mark else {
            say("marking needs a running session: “ah agent moment” inside it does that", isError: true)
            return []
        }
        guard let number = files?.snapshot ?? timeline.snapshot(at: target ?? playhead)?.id else {
            let any = timeline.snapshots.isEmpty ? "in this recording" : "before this time"
            say("there are no snapshots \(any)", isError: true)
            return []
        }
        switch command {
        case .inspect: return [.inspect(snapshot: number)]
        case .interveneAtOnce: return [.intervene(snapshot: number, message: "")]
        default:
            mode = .prompt(Prompt(purpose: .message(snapshot: number), history: messages))
            return []
        }
    }

    /// The runtime has opened a snapshot: its files cover the screen, and the playhead stands still.
    public mutating func open(_ files: FilesModel) -> [Effect] {
        self.files = files
        mode = .files
        let effects: [Effect] = isPlaying ? [.clockChanged] : []
        isPlaying = false
        return effects + [.files(files.start)]
    }

    mutating func apply(_ command: FilesCommand) -> [Effect] {
        let page = max(1, layout.files.rows - 1)
        guard mode == .files, let request = files?.apply(command, page: page) else { return [] }
        return [.files(request)]
    }

    /// What was asked for has come.
    public mutating func show(_ entries: [FilesModel.Entry], for request: FilesModel.Request) -> [Effect] {
        files?.show(entries, for: request).map { [.files($0)] } ?? []
    }

    public mutating func show(_ lines: [FilesModel.Line], for request: FilesModel.Request) {
        files?.show(lines, for: request)
    }

    public mutating func failFiles(_ problem: String) { files?.problem = problem }

    /// To the next or previous snapshot while files are open: they change with it.
    mutating func moveFiles(_ command: Command) -> [Effect]? {
        guard mode == .files, let files, let index = timeline.snapshots.firstIndex(where: { $0.id == files.snapshot })
        else { return nil }
        let next = command == .nextSnapshot ? index + 1 : index - 1
        guard timeline.snapshots.indices.contains(next) else {
            self.files?.problem = command == .nextSnapshot ? "no later snapshot" : "no earlier snapshot"
            return []
        }
        let point = timeline.snapshots[next]
        return seek(to: point.milliseconds) + [.inspect(snapshot: point.id)]
    }
}
