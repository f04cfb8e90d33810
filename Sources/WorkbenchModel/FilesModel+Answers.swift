extension FilesModel {
    /// What was asked for has come. What is no longer wanted changes nothing.
    ///
    /// - Returns: what that makes it ask for.
    public mutating func take(_ answer: Answer, for request: Request) -> [Request] {
        switch answer {
        case .snapshots(let all, let branches): return take(all, branches)
        case .entries(let entries, let folder): return take(entries, folder, for: request)
        case .changes(let all, let note): return take(all, note, for: request)
        case .lines(let lines): take(lines, for: request)
        case .history(let entries):
            finish(request)
            guard request == awaitedList else { return [] }
            if entries.isEmpty { problem = "it is in no snapshot of this session" }
            wanted = nil
            let requests = showList(entries)
            guard let shown = entries.lastIndex(where: { ($0.snapshot?.number ?? 0) <= snapshot }) else {
                return requests
            }
            selected = shown
            return previewRequest()
        case .names(let entries, let count):
            guard request == awaitedList else { return [] }
            foundCount = count
            wanted = nil
            return showList(entries)
        case .content(let item, let entries): return take(item, entries, for: request)
        case .progress(let part): if work?.request == request { work?.part = part }
        case .copied(let text):
            finish(request)
            message = text
        case .exists(let target, let canBeReplaced): exists(target, canBeReplaced, request)
        case .failed(let text): fail(text, request)
        case .stopped:
            finish(request)
            if case .changes(let place) = request, place == self.place {
                isComparing = false
                comparisonNote = "not compared"
            }
        }
        return []
    }

    private mutating func finish(_ request: Request) { if work?.request == request { work = nil } }

    private mutating func take(_ all: [SnapshotItem], _ branches: [String]) -> [Request] {
        snapshots = all
        self.branches = branches
        let step = pendingStep
        pendingStep = nil
        guard let last = all.last else {
            problem = "this session has no snapshots: its workspace was not snapshotted, or they were deleted"
            entries = entries ?? []
            return []
        }
        if snapshot == 0 { return show(last.number) }
        guard let step else { return [] }
        guard let next = number(by: step) else {
            problem = step > 0 ? "no later snapshot" : "no earlier snapshot"
            return []
        }
        return show(next) + [.moved(next)]
    }

    private mutating func take(_ list: [Entry], _ folder: String, for request: Request) -> [Request] {
        guard request == awaitedList, view == .tree else { return [] }
        let isSame = folder == self.folder && isListCurrent
        if isSame {
            wanted = wanted ?? current?.name
        } else if case .folder(let asked, _) = request, asked != folder {
            // It isn't there: of the folder above, the way to it is what to select.
            let rest = folder.isEmpty ? asked[...] : asked.dropFirst(folder.count + 1)
            wanted = rest.split(separator: "/").first.map(String.init)
        }
        self.folder = folder
        let (old, name) = (selected, wanted)
        let requests = showList(list, keeps: isSame)
        // What was selected is gone: its neighbour then.
        guard isSame, let name, current?.name != name, old > 0 else { return requests }
        selected = min(old, max(0, list.count - 1))
        return previewRequest()
    }

    private mutating func take(_ all: [Entry], _ note: String?, for request: Request) -> [Request] {
        guard request == .changes(place) else { return [] }
        finish(request)
        isComparing = false
        changes = all
        counts = note == nil ? Counts(all) : nil
        comparisonNote = note
        switch view {
        case .changes:
            wanted = wanted ?? current?.name
            return showList(all, keeps: true)
        case .tree:
            // With what changed marked, and with what the other side alone has.
            wanted = wanted ?? current?.name
            let path: String = if case .folder(let path, _) = awaitedList { path } else { folder }
            awaitedList = .folder(path, place)
            return [.folder(path, place)]
        case .history, .names, .found: return []
        }
    }

    private mutating func take(_ lines: [Line], for request: Request) {
        guard request == awaitedPreview else { return }
        let isNew = preview == nil
        preview = lines
        if isNew { previewTop = wantedLine.map { max(0, $0 - 4) } ?? 0 }
        previewTop = min(previewTop, max(0, lines.count - 1))
        wantedLine = nil
    }

    private mutating func take(_ item: SnapshotItem?, _ list: [Entry], for request: Request) -> [Request] {
        guard work?.request == request, case .content(let query) = request else { return [] }
        finish(request)
        guard let item else {
            problem = "no snapshot of this session has a file with “\(query.text)”"
            return []
        }
        message = "snapshot \(item.number)\(item.description) is the first with “\(query.text)”"
        view = .found(query.text)
        isDiff = false
        let requests = show(item.number)
        wanted = nil
        return requests + [.moved(item.number)] + showList(list)
    }

    private mutating func exists(_ target: String, _ canBeReplaced: Bool, _ request: Request) {
        finish(request)
        guard case .copy(let path, _, let asked, _) = request else { return }
        guard canBeReplaced, prompt == nil else {
            problem = "\(target) exists already: give another name"
            return
        }
        question = .replace(path, target: asked)
        prompt = Prompt(
            purpose: .question(label: "\(target) exists: replace it? (y) ", short: "replace it? (y) "))
    }

    private mutating func fail(_ text: String, _ request: Request) {
        finish(request)
        if case .changes(let place) = request {
            guard place == self.place else { return }
            isComparing = false
            comparisonNote = "not compared"
        }
        // Of what isn't asked for any more it matters as little.
        if case .preview = request, request != awaitedPreview { return }
        if case .folder = request, request != awaitedList { return }
        if request == awaitedList { entries = entries ?? [] }
        problem = text
    }
}
