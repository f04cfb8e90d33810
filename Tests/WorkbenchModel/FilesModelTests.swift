import Testing

@testable import WorkbenchModel

/// Before, keys, after.
@Suite struct FilesModelTests {
    private var model = FilesModel(snapshot: 3, label: "third", milliseconds: 12_000)
    private let place = FilesModel.Place(snapshot: 3)
    private var requests: [FilesModel.Request] = []

    init() {
        _ = model.start()
        _ = model.take(.snapshots((1...4).map { .init(number: $0) }, branches: ["idea", "other"]), for: .snapshots)
        give(
            [
                .init(name: "src", kind: .folder, size: 0), .init(name: "a.txt", kind: .file, size: 3),
                .init(name: "b.txt", kind: .file, size: 4, change: .modified),
            ], in: "")
    }

    private static func file(_ name: String, _ change: FilesModel.Entry.Change? = nil) -> FilesModel.Entry {
        .init(name: name, kind: .file, size: 1, change: change)
    }

    private mutating func give(_ entries: [FilesModel.Entry], in folder: String, asked: String? = nil) {
        requests = model.take(.entries(entries, folder: folder), for: .folder(asked ?? folder, model.place))
    }

    private mutating func run(_ texts: String...) throws {
        requests = []
        for text in texts {
            guard case .files(let command) = try CommandTable.command(text) else {
                throw CommandError.unknownName(text, nearest: nil)
            }
            requests += model.apply(command, page: 10)
        }
    }

    private mutating func type(_ text: String) -> [FilesModel.Request] {
        model.apply(.insert(text), page: 10)
    }

    @Test func `a folder, its comparison and the snapshots are asked for at first`() {
        var model = FilesModel(snapshot: 3)
        #expect(model.start() == [.folder("", place), .changes(place), .snapshots])
        #expect(model.comparison == "comparing … since the snapshot before")
        var newest = FilesModel(snapshot: 0)
        #expect(newest.start() == [.snapshots])
        let next = newest.take(.snapshots([.init(number: 7)], branches: []), for: .snapshots)
        #expect(newest.snapshot == 7 && next.contains(.folder("", .init(snapshot: 7))))
        _ = model.take(.snapshots([], branches: []), for: .snapshots)
        #expect(model.problem?.contains("no snapshots") == true)
    }

    @Test mutating func `a selected file is previewed, and late answers change nothing`() throws {
        try run("files-down")
        #expect(requests == [.preview("a.txt", place)])
        _ = model.take(.lines([.init(.text, "abc")]), for: .preview("a.txt", place))
        #expect(model.preview == [.init(.text, "abc")])
        try run("files-diff")
        #expect(requests == [.difference("a.txt", place)] && model.preview == nil)
        _ = model.take(.lines([.init(.text, "old")]), for: .preview("a.txt", place))
        #expect(model.preview == nil)
        _ = model.take(.lines([.init(.text, "old")]), for: .difference("a.txt", .init(snapshot: 2)))
        #expect(model.preview == nil)
    }

    @Test mutating func `folders are entered and left, and the selection is kept`() throws {
        try run("files-open")
        #expect(requests == [.folder("src", place)])
        #expect(model.currentPath == nil, "until the answer comes nothing is selected")
        give([.init(name: "deep", kind: .folder, size: 0)], in: "src")
        try run("files-open")
        give([Self.file("x.c")], in: "src/deep")
        #expect(model.currentPath == "src/deep/x.c" && requests == [.preview("src/deep/x.c", place)])
        try run("files-parent")
        #expect(requests == [.folder("src", place)])
        give([Self.file("aaa"), .init(name: "deep", kind: .folder, size: 0)], in: "src")
        #expect(model.current?.name == "deep")
        try run("files-parent")
        give([], in: "")
        try run("files-parent")
        #expect(requests.isEmpty && model.currentPath == nil)
    }

    @Test mutating func `what changed is counted, marks the tree, and is a list of its own`() throws {
        try run("files-down")
        let changes = [Self.file("b.txt", .modified), Self.file("gone", .deleted), Self.file("src/x.c", .added)]
        let next = model.take(.changes(changes, note: nil), for: .changes(place))
        #expect(next == [.folder("", place)] && model.comparison == "A1 M1 D1 since @2")
        give(
            [
                .init(name: "src", kind: .folder, size: 0, change: .modified), Self.file("a.txt"),
                Self.file("b.txt", .modified), Self.file("gone", .deleted),
            ], in: "")
        #expect(model.current?.name == "a.txt", "marks don't move the selection")
        try run("files-changes")
        #expect(model.view == .changes && model.entries == changes && requests == [.preview("b.txt", place)])
        try run("files-changes")
        #expect(model.view == .tree && requests == [.folder("", place)])
    }

    @Test mutating func `each side has a key, and branches are gone through`() throws {
        try run("files-down", "files-against next")
        #expect(model.isDiff && model.comparison == "comparing … → @4")
        let next = FilesModel.Place(snapshot: 3, baseline: .next)
        #expect(requests.contains(.changes(next)) && requests.contains(.difference("a.txt", next)))
        _ = model.take(.changes([], note: nil), for: .changes(place))
        #expect(model.isComparing, "the old comparison came too late")
        try run("files-against live")
        #expect(model.place.baseline == .live)
        try run("files-against branch", "files-against branch")
        #expect(model.place.baseline == .branch("other"))
        try run("files-against branch")
        #expect(model.place.baseline == .branch("idea"))
        try run("files-against previous")
        #expect(model.place == place)
        model.branches = []
        try run("files-against branch")
        #expect(model.problem == "there is no branch of this workspace" && model.place == place)
    }

    @Test mutating func `another snapshot keeps folder and selection, or goes up to what is there`() throws {
        try run("files-open")
        give([Self.file("m.c"), Self.file("n.c")], in: "src")
        try run("files-down")
        let next = model.move(by: 1)
        #expect(next.contains(.moved(4)) && next.contains(.folder("src", .init(snapshot: 4))))
        give([Self.file("l.c"), Self.file("m.c"), Self.file("n.c")], in: "src")
        #expect(model.currentPath == "src/n.c")
        _ = model.show(1)
        give([Self.file("a.txt"), .init(name: "src", kind: .folder, size: 0)], in: "src")
        _ = model.show(2)
        give([Self.file("a.txt")], in: "", asked: "src")
        #expect(model.folder.isEmpty && model.current?.name == "a.txt")
    }

    @Test mutating func `after the last known snapshot it is asked whether there are more`() {
        _ = model.move(by: 1)
        #expect(model.move(by: 1) == [.snapshots])
        let next = model.take(.snapshots((1...5).map { .init(number: $0) }, branches: []), for: .snapshots)
        #expect(model.snapshot == 5 && next.contains(.moved(5)))
        #expect(model.move(by: 1) == [.snapshots])
        _ = model.take(.snapshots((1...5).map { .init(number: $0) }, branches: []), for: .snapshots)
        #expect(model.problem == "no later snapshot" && model.snapshot == 5)
    }

    @Test mutating func `a file's history lists its snapshots, and Enter jumps there`() throws {
        try run("files-down", "files-history")
        #expect(requests.last == .history("a.txt") && model.work?.text == "looking for the changes of a.txt")
        _ = model.take(.progress(0.5), for: .history("a.txt"))
        #expect(model.work?.part == 0.5)
        let entries = [1, 3, 4].map { (number: UInt64) -> FilesModel.Entry in
            var entry = Self.file("a.txt", number == 1 ? .added : .modified)
            entry.snapshot = .init(number: number)
            return entry
        }
        let shown = model.take(.history(entries), for: .history("a.txt"))
        #expect(model.work == nil && model.selected == 1, "the one that is shown, or the last before it")
        #expect(shown == [.difference("a.txt", place)])
        try run("files-up", "files-open")
        #expect(requests.last == .jump(1) && model.snapshot == 1 && model.view == .history("a.txt"))
        #expect(model.hasMore)
        #expect(model.leave() == [.folder("", .init(snapshot: 1))] && model.view == .tree)
        give([Self.file("0"), Self.file("a.txt")], in: "")
        #expect(model.current?.name == "a.txt" && !model.hasMore)
    }

    @Test mutating func `typing narrows the paths, and Enter goes to the one that is selected`() throws {
        try run("files-find")
        #expect(requests == [.names("", place)])
        #expect(type("x") == [.names("x", place)] && type(".c") == [.names("x.c", place)])
        _ = model.take(.names([Self.file("no")], count: 1), for: .names("x", place))
        #expect(model.entries == nil, "an answer to what was typed before")
        _ = model.take(.names([Self.file("src/a/x.c"), Self.file("src/b/x.c")], count: 2), for: .names("x.c", place))
        #expect(model.location == "2 found")
        #expect(model.apply(.newer, page: 10) == [.preview("src/b/x.c", place)])
        #expect(model.apply(.accept, page: 10) == [.folder("src/b", place)] && model.prompt == nil)
        give([Self.file("w.c"), Self.file("x.c")], in: "src/b")
        #expect(model.currentPath == "src/b/x.c")
        try run("files-find")
        #expect(model.apply(.cancel, page: 10) == [.folder("src/b", place)] && model.view == .tree)
    }

    @Test mutating func `the first snapshot with a text is shown with its files, and the search can be left`() throws {
        try run("files-search")
        _ = type("Needle")
        let query = SearchQuery(text: "Needle")
        #expect(model.apply(.accept, page: 10) == [.content(query)] && model.hasMore)
        #expect(model.leave() == [.stop] && model.work == nil)
        _ = model.take(.content(.init(number: 1), [Self.file("a")]), for: .content(query))
        #expect(model.snapshot == 3, "it was left")
        try run("files-search Needle")
        var found = Self.file("deep/file")
        found.line = 40
        let next = model.take(.content(.init(number: 2), [found]), for: .content(query))
        #expect(model.snapshot == 2 && model.view == .found("Needle") && next.contains(.moved(2)))
        _ = model.take(.lines((1...99).map { .init(.text, "\($0)") }), for: .preview("deep/file", .init(snapshot: 2)))
        #expect(model.previewTop == 36)
        try run("files-search nowhere")
        _ = model.take(.content(nil, []), for: .content(SearchQuery(text: "nowhere")))
        #expect(model.problem?.contains("no snapshot") == true && model.view == .found("Needle"))
    }

    @Test mutating func `a copy asks where to, and before it replaces a file`() throws {
        try run("files-down", "files-copy")
        #expect(model.prompt?.string == "a.txt")
        _ = model.apply(.deleteAll, page: 10)
        _ = type("/tmp/x")
        let request = FilesModel.Request.copy("a.txt", place, to: "/tmp/x", replacing: false)
        #expect(model.apply(.accept, page: 10) == [request])
        _ = model.take(.exists("/tmp/x", canBeReplaced: true), for: request)
        _ = type("n")
        #expect(model.apply(.accept, page: 10).isEmpty && model.message == "nothing was copied")
        _ = model.take(.exists("/tmp/x", canBeReplaced: true), for: request)
        _ = type("y")
        #expect(model.apply(.accept, page: 10) == [.copy("a.txt", place, to: "/tmp/x", replacing: true)])
        _ = model.take(.exists("/tmp/x", canBeReplaced: false), for: request)
        #expect(model.prompt == nil && model.problem == "/tmp/x exists already: give another name")
    }

    @Test mutating func `a shell starts in the selected folder, or in the one of the selected file`() throws {
        try run("files-shell")
        #expect(requests == [.shell("src", place)])
        try run("files-down", "files-shell")
        #expect(requests.last == .shell("", place))
    }

    @Test mutating func `a comparison that takes long is shown and can be left`() {
        #expect(!model.hasMore)
        model.compareSlowly()
        #expect(model.work?.text == "comparing with the snapshot before" && model.hasMore)
        #expect(model.leave() == [.stop])
        _ = model.take(.stopped, for: .changes(place))
        #expect(!model.isComparing && model.comparison == "not compared")
        model.compareSlowly()
        #expect(model.work == nil)
    }

    @Test mutating func `moving stops at both ends, and pages move by their length`() throws {
        try run("files-up")
        #expect(requests.isEmpty)
        try run("files-page-down")
        #expect(requests == [.preview("b.txt", place)] && model.selected == 2)
        try run("files-down")
        #expect(requests.isEmpty)
        try run("files-first", "files-first")
        #expect(model.selected == 0)
    }

    @Test mutating func `what fails is said, unless it isn't asked for any more`() throws {
        _ = model.take(.failed("broken"), for: .preview("other", place))
        #expect(model.problem == nil)
        _ = model.take(.failed("broken"), for: .changes(place))
        #expect(model.problem == "broken" && model.comparison == "not compared")
        try run("files-down")
        #expect(model.problem == nil)
    }
}

extension ReplayModelTests {
    @Test func `inspecting needs a snapshot at or before the playhead`() {
        var model = ReplayModel()
        model.timeline = ReplayTimeline(duration: 10_000, snapshots: [.init(id: 1, label: "start", milliseconds: 5000)])
        #expect(model.apply(.inspect).isEmpty)
        #expect(model.message?.isError == true)
        model.update(playhead: 6000, screen: model.screen, cursor: model.cursor)
        #expect(model.apply(.inspect) == [.inspect(snapshot: 1)])
    }

    @Test func `an open snapshot covers the screen until it is left, and its help comes back to it`() {
        var model = ReplayModel()
        model.timeline = ReplayTimeline(
            duration: 10_000,
            snapshots: [.init(id: 1, label: "", milliseconds: 0), .init(id: 2, label: "", milliseconds: 4000)])
        #expect(model.open(1).contains(.files(.folder("", .init(snapshot: 1)))))
        #expect(!model.isPlaying)
        _ = model.apply(.help)
        #expect(model.mode == .filesHelp(scroll: 0))
        _ = model.apply(Command.cancel)
        #expect(model.mode == .files)
        _ = model.take(.snapshots([.init(number: 1), .init(number: 2)], branches: []), for: .snapshots)
        let effects = model.apply(.nextSnapshot)
        #expect(effects.contains(.seek(milliseconds: 4000)) && effects.contains(.files(.changes(.init(snapshot: 2)))))
        #expect(model.apply(Command.cancel) == [.stopFiles])
        #expect(model.mode == .normal)
        #expect(model.files == nil)
    }

    @Test func `intervening asks for a message and branches from the snapshot`() {
        var model = ReplayModel()
        model.timeline = ReplayTimeline(duration: 10, snapshots: [.init(id: 7, label: "", milliseconds: 0)])
        #expect(model.apply(.interveneAtOnce) == [.intervene(snapshot: 7, message: "")])
        #expect(model.apply(.intervene).isEmpty)
        _ = model.apply(.prompt(.insert("try B")))
        #expect(model.apply(.prompt(.accept)) == [.intervene(snapshot: 7, message: "try B")])
    }

    @Test func `where files cover the player, its prompt is theirs, and a shell and following are for the workbench`() {
        var model = ReplayModel()
        model.timeline = ReplayTimeline(duration: 10, snapshots: [.init(id: 1, label: "", milliseconds: 0)])
        _ = model.open(1)
        #expect(model.apply(.files(.findName)) == [.files(.names("", .init(snapshot: 1)))])
        #expect(model.apply(.prompt(.insert("a"))) == [.files(.names("a", .init(snapshot: 1)))])
        _ = model.apply(.prompt(.cancel))
        #expect(model.apply(.files(.shell)).isEmpty && model.files?.problem != nil)
        #expect(model.apply(.files(.toggleFollow)).isEmpty && model.files?.follows == false)
    }
}
