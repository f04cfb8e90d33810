extension FilesModel {
    /// - Parameter page: rows that a page has.
    public mutating func apply(_ command: FilesCommand, page: Int) -> [Request] {
        problem = nil
        message = nil
        switch command {
        case .up: return select(selected - 1)
        case .down: return select(selected + 1)
        case .pageUp: return select(selected - page)
        case .pageDown: return select(selected + page)
        case .first: return select(0)
        case .last: return select((entries?.count ?? 1) - 1)
        case .select(let index): return select(index)
        case .scroll(let lines): scroll(lines)
        case .open: return open()
        case .parent: return parent()
        case .toggleDiff:
            isDiff.toggle()
            return previewRequest()
        case .toggleChanges: return toggleChanges()
        case .scrollUp: scroll(-page / 2)
        case .scrollDown: scroll(page / 2)
        case .against(let side): return compare(with: side)
        case .history: return showHistory()
        case .findName, .findContent(nil): return ask(command == .findName ? .name : .content)
        case .findContent(let text?): return search(SearchQuery(text: text))
        case .copyOut: return askForTarget()
        case .shell: return [.shell(shellFolder, place)]
        case .toggleFollow:
            follows.toggle()
            return [.follow(follows)]
        }
        return []
    }

    /// Leaves the running work, else the history or what was found.
    public mutating func leave() -> [Request] {
        problem = nil
        message = nil
        if work != nil {
            // What is not wanted any more is not waited for either.
            work = nil
            return [.stop]
        }
        guard hasMore else { return [] }
        return showTree(selecting: currentPath)
    }

    /// To the next or previous snapshot of the session.
    public mutating func move(by step: Int) -> [Request] {
        problem = nil
        message = nil
        guard let next = number(by: step) else {
            // The session may have gone on since.
            pendingStep = step
            return [.snapshots]
        }
        return show(next) + [.moved(next)]
    }

    func number(by step: Int) -> UInt64? {
        guard let index = snapshots.firstIndex(where: { $0.number == snapshot }) else { return nil }
        return snapshots.indices.contains(index + step) ? snapshots[index + step].number : nil
    }

    /// Another snapshot in the same view, with the same entry selected where that can be.
    public mutating func show(_ number: UInt64) -> [Request] {
        guard number != snapshot else { return [] }
        place.snapshot = number
        // One that was taken since the list was read has a label and a time, too.
        let isKnown = snapshots.contains { $0.number == number }
        return fetchAll() + (isKnown ? [] : [.snapshots])
    }

    /// Everything that depends on the place: asked for anew. What is shown stays until the answers come.
    mutating func fetchAll() -> [Request] {
        wanted = current?.name ?? wanted
        changes = nil
        counts = nil
        comparisonNote = nil
        isComparing = true
        if case .changes = work?.request { work = nil }
        var requests: [Request] = [.changes(place)]
        switch view {
        case .tree:
            awaitedList = .folder(folder, place)
            requests.insert(.folder(folder, place), at: 0)
        case .changes: awaitedList = .changes(place)
        case .names: if let prompt { requests += findNames(prompt.string) }
        case .history, .found: break
        }
        return requests
    }

    private mutating func scroll(_ lines: Int) {
        previewTop = min(max(0, previewTop + lines), max(0, (preview?.count ?? 0) - 1))
    }

    mutating func select(_ index: Int) -> [Request] {
        guard let entries, !entries.isEmpty else { return [] }
        let index = min(max(0, index), entries.count - 1)
        guard index != selected else { return [] }
        selected = index
        wanted = nil
        return previewRequest()
    }

    /// - Parameter keeps: the old preview is shown until the new one comes, and its place in it is kept.
    mutating func previewRequest(keeps: Bool = false) -> [Request] {
        let old = awaitedPreview
        awaitedPreview = nil
        if let current, let path = currentPath {
            if let item = current.snapshot {
                awaitedPreview = .difference(path, Place(snapshot: item.number))
            } else if isDiff {
                awaitedPreview = .difference(path, place)
            } else if current.kind != .folder {
                awaitedPreview = .preview(path, place)
            }
            wantedLine = isDiff ? nil : current.line
        }
        if !(keeps && Self.isSameFile(old, awaitedPreview)) {
            preview = nil
            previewTop = 0
        }
        return awaitedPreview.map { [$0] } ?? []
    }

    private static func isSameFile(_ old: Request?, _ new: Request?) -> Bool {
        switch (old, new) {
        case (.preview(let first, _), .preview(let second, _)), (.difference(let first, _), .difference(let second, _)):
            first == second
        default: false
        }
    }

    private mutating func open() -> [Request] {
        guard let current, let path = currentPath else { return [] }
        if let item = current.snapshot {
            // The history stays: from here on one goes through it.
            let requests = show(item.number)
            message = "snapshot \(item.number)\(item.description)"
            return requests + [.jump(item.number)]
        }
        if view == .names { return showTree(selecting: path) }
        guard current.kind == .folder, view == .tree else {
            isDiff.toggle()
            return previewRequest()
        }
        return showFolder(path)
    }

    mutating func showFolder(_ path: String, selecting name: String? = nil) -> [Request] {
        if view != .tree || path != folder { isListCurrent = false }
        wanted = name
        view = .tree
        awaitedList = .folder(path, place)
        return [.folder(path, place)]
    }

    /// The folder that holds a path, with it selected.
    mutating func showTree(selecting path: String?) -> [Request] {
        prompt = nil
        guard let path else { return showFolder(folder) }
        let parts = path.split(separator: "/")
        return showFolder(parts.dropLast().joined(separator: "/"), selecting: parts.last.map(String.init))
    }

    private mutating func parent() -> [Request] {
        guard view == .tree else { return showTree(selecting: currentPath) }
        guard !folder.isEmpty else { return [] }
        return showTree(selecting: folder)
    }

    private mutating func toggleChanges() -> [Request] {
        guard view != .changes else { return showFolder(folder) }
        wanted = currentPath
        view = .changes
        guard let changes else {
            awaitedList = .changes(place)
            entries = nil
            // It was given up before.
            guard !isComparing else { return [] }
            isComparing = true
            return [.changes(place)]
        }
        return showList(changes)
    }

    /// A list of whole paths takes the list's place.
    mutating func showList(_ list: [Entry], keeps: Bool = false) -> [Request] {
        let name = wanted
        wanted = nil
        let isSame = name != nil && current?.name == name
        entries = list
        isListCurrent = true
        selected = name.flatMap { name in list.firstIndex { $0.name == name } } ?? 0
        return previewRequest(keeps: keeps || isSame)
    }

    private mutating func compare(with side: FilesCommand.Side) -> [Request] {
        switch side {
        case .previous: place.baseline = .previous
        case .next: place.baseline = .next
        case .live: place.baseline = .live
        case .branch:
            guard !branches.isEmpty else {
                problem = "there is no branch of this workspace"
                return []
            }
            // Again: the next one.
            var index = 0
            if case .branch(let name) = place.baseline, let now = branches.firstIndex(of: name) {
                index = (now + 1) % branches.count
            }
            place.baseline = .branch(branches[index])
        }
        if case .history = view { view = .changes }
        if case .found = view { view = .changes }
        isDiff = true
        return fetchAll() + (view == .tree ? previewRequest() : [])
    }

    private mutating func showHistory() -> [Request] {
        guard let path = currentPath else { return [] }
        guard case .history = view else {
            view = .history(path)
            entries = nil
            awaitedList = .history(path)
            begin("looking for the changes of \(path)", .history(path))
            preview = nil
            return [.history(path)]
        }
        return showTree(selecting: path)
    }

    mutating func begin(_ text: String, _ request: Request) { work = Work(text: text, part: nil, request: request) }

    /// The selected folder, else the one that holds the selected file.
    private var shellFolder: String {
        guard let path = currentPath else { return folder }
        if view == .tree, current?.kind == .folder { return path }
        return path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
