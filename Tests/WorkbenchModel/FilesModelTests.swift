import Testing

@testable import WorkbenchModel

struct FilesModelTests {
    private func model() -> FilesModel {
        var model = FilesModel(snapshot: 3, title: "abc@3")
        let request = model.show(
            [
                .init(name: "src", kind: .folder, size: 0), .init(name: "a.txt", kind: .file, size: 3),
                .init(name: "b.txt", kind: .file, size: 4, change: .modified),
            ], for: model.start)
        #expect(request == nil, "a folder has no preview")
        return model
    }

    @Test func `a selected file is previewed`() {
        var model = model()
        #expect(model.apply(.down, page: 10) == .preview("a.txt", isDiff: false))
        model.show([.init(.text, "abc")], for: .preview("a.txt", isDiff: false))
        #expect(model.preview == [.init(.text, "abc")])
        #expect(model.apply(.toggleDiff, page: 10) == .preview("a.txt", isDiff: true))
        #expect(model.preview == nil)
        // An answer to what is not asked for any more changes nothing.
        model.show([.init(.text, "old")], for: .preview("a.txt", isDiff: false))
        #expect(model.preview == nil)
    }

    @Test func `folders are entered and left, and the selection is kept`() {
        var model = model()
        #expect(model.apply(.open, page: 10) == .folder("src"))
        _ = model.show([.init(name: "deep", kind: .folder, size: 0)], for: .folder("src"))
        #expect(model.apply(.open, page: 10) == .folder("src/deep"))
        _ = model.show([.init(name: "x.c", kind: .file, size: 1)], for: .folder("src/deep"))
        #expect(model.currentPath == "src/deep/x.c")
        #expect(model.apply(.parent, page: 10) == .folder("src"))
        _ = model.show(
            [.init(name: "aaa", kind: .file, size: 0), .init(name: "deep", kind: .folder, size: 0)], for: .folder("src")
        )
        #expect(model.current?.name == "deep")
        #expect(model.apply(.parent, page: 10) == .folder(""))
        _ = model.show([FilesModel.Entry](), for: .folder(""))
        #expect(model.apply(.parent, page: 10) == nil)
        #expect(model.currentPath == nil)
    }

    @Test func `the list of changes holds whole paths, and leads back to the folder`() {
        var model = model()
        #expect(model.apply(.toggleChanges, page: 10) == .changes)
        let request = model.show([.init(name: "src/deep/x.c", kind: .file, size: 1, change: .added)], for: .changes)
        #expect(request == .preview("src/deep/x.c", isDiff: false))
        #expect(model.view == .changes)
        #expect(model.apply(.toggleChanges, page: 10) == .folder(""))
    }

    @Test func `moving stops at both ends, and pages move by their length`() {
        var model = model()
        #expect(model.apply(.up, page: 10) == nil)
        #expect(model.apply(.pageDown, page: 10) == .preview("b.txt", isDiff: false))
        #expect(model.selected == 2)
        #expect(model.apply(.down, page: 10) == nil)
        #expect(model.apply(.first, page: 10) == nil)
        #expect(model.selected == 0)
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
        #expect(model.open(FilesModel(snapshot: 1, title: "")).last == .files(.folder("")))
        #expect(!model.isPlaying)
        _ = model.apply(.help)
        #expect(model.mode == .filesHelp(scroll: 0))
        _ = model.apply(Command.cancel)
        #expect(model.mode == .files)
        #expect(model.apply(.nextSnapshot) == [.seek(milliseconds: 4000), .inspect(snapshot: 2)])
        _ = model.apply(Command.cancel)
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
}
