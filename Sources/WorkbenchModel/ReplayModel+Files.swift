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

    /// A snapshot's files cover the screen, and the playhead stands still.
    public mutating func open(_ number: UInt64) -> [Effect] {
        if mode == .files, files != nil { return effects { $0.show(number) } }
        let point = timeline.snapshots.first { $0.id == number }
        files = FilesModel(snapshot: number, label: point?.label ?? "", milliseconds: point?.milliseconds)
        mode = .files
        let effects: [Effect] = isPlaying ? [.clockChanged] : []
        isPlaying = false
        return effects + self.effects { $0.start() }
    }

    mutating func apply(_ command: FilesCommand) -> [Effect] {
        guard mode == .files else { return [] }
        let page = max(1, layout.files.rows - 1)
        return effects { $0.apply(command, page: page) }
    }

    mutating func editFiles(_ edit: PromptCommand) -> [Effect] {
        let page = max(1, layout.files.rows - 1)
        return mode == .files ? effects { $0.apply(edit, page: page) } : []
    }

    /// What was asked for has come.
    public mutating func take(_ answer: FilesModel.Answer, for request: FilesModel.Request) -> [Effect] {
        effects { $0.take(answer, for: request) }
    }

    /// To the next or previous snapshot while files are open: they change with it.
    mutating func moveFiles(_ command: Command) -> [Effect] {
        effects { $0.move(by: command == .nextSnapshot ? 1 : -1) }
    }

    /// What the files ask for, but for what is done here: they cover the player, which goes along.
    mutating func effects(_ body: (inout FilesModel) -> [FilesModel.Request]) -> [Effect] {
        guard var files else { return [] }
        let requests = body(&files)
        self.files = files
        return requests.flatMap { request -> [Effect] in
            switch request {
            case .moved(let number), .jump(let number):
                let point = timeline.snapshots.first { $0.id == number }
                return point.map { seek(to: $0.milliseconds) } ?? []
            case .shell:
                self.files?.say("the workbench opens a shell there: “ah”, or “ah agent fs shell”", isError: true)
                return []
            case .follow:
                self.files = files.withoutFollowing()
                return []
            default: return [.files(request)]
            }
        }
    }
}

extension FilesModel {
    /// Where the files cover the player there is nothing to follow.
    fileprivate func withoutFollowing() -> FilesModel {
        var files = self
        files.follows = false
        files.say("the files cover the player here; beside it, in the workbench, they can follow", isError: true)
        return files
    }
}
