import ScreenModel
import Testing

@testable import WorkbenchModel

@Suite struct FilesLayoutTests {
    private func files(_ count: Int, selected: Int) -> FilesModel {
        var files = FilesModel(snapshot: 1)
        files.entries = (0..<count).map { .init(name: "f\($0)", kind: .file, size: 1) }
        files.selected = selected
        return files
    }

    @Test(arguments: [Size(columns: 100, rows: 30), Size(columns: 59, rows: 11), Size(columns: 3, rows: 2)])
    func `title, list and preview fill the pane and don't overlap`(size: Size) {
        let rect = Rect(row: 4, column: 7, columns: size.columns, rows: size.rows)
        let layout = FilesLayout(rect)
        let separator = layout.isWide ? layout.list.rows : 0
        let area = [layout.title, layout.list, layout.preview].reduce(0) { $0 + $1.columns * $1.rows }
        #expect(area + separator == size.columns * size.rows)
        #expect(
            layout.list.intersection(layout.preview).rows <= 0 || layout.list.intersection(layout.preview).columns <= 0)
        #expect(layout.preview.endRow == rect.endRow && layout.preview.endColumn == rect.endColumn)
    }

    @Test func `a click selects what is under it, wherever the list stands, and a second one opens`() {
        let layout = FilesLayout(Rect(row: 0, column: 0, columns: 100, rows: 11))
        let short = files(3, selected: 0)
        #expect(layout.press(Position(row: 3, column: 5), clicks: 1, short) == .select(2))
        #expect(layout.press(Position(row: 4, column: 5), clicks: 1, short) == nil)
        #expect(layout.press(Position(row: 0, column: 5), clicks: 1, short) == nil)
        #expect(layout.press(Position(row: 1, column: 60), clicks: 1, short) == nil)
        let long = files(100, selected: 50)
        #expect(layout.press(Position(row: 1, column: 5), clicks: 1, long) == .select(45))
        #expect(layout.press(Position(row: 10, column: 5), clicks: 1, files(100, selected: 99)) == .select(99))
        #expect(layout.press(Position(row: 1, column: 5), clicks: 2, long) == .open)
    }

    @Test func `the wheel moves the list, or the preview under it`() {
        let layout = FilesLayout(Rect(row: 0, column: 0, columns: 100, rows: 11))
        #expect(layout.wheel(up: false, at: Position(row: 3, column: 5)) == .down)
        #expect(layout.wheel(up: true, at: Position(row: 3, column: 90)) == .scroll(-3))
    }

    @Test func `a snapshot taken since the list was read is asked for`() {
        var files = FilesModel(snapshot: 1)
        _ = files.start()
        _ = files.take(.snapshots([.init(number: 1)], branches: []), for: .snapshots)
        #expect(files.show(2).contains(.snapshots))
        _ = files.take(.snapshots([.init(number: 1), .init(number: 2, label: "new")], branches: []), for: .snapshots)
        #expect(files.title.contains("new"))
        #expect(!files.show(1).contains(.snapshots))
    }
}
