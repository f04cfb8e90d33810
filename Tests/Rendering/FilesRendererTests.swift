import Rendering
import ScreenModel
import Testing
import Themes
import WorkbenchModel

struct FilesRendererTests {
    private func files() -> FilesModel {
        var files = FilesModel(snapshot: 2, label: "tests pass", milliseconds: 72_000)
        _ = files.start()
        _ = files.take(
            .snapshots([.init(number: 1), .init(number: 2, label: "tests pass", milliseconds: 72_000)], branches: []),
            for: .snapshots)
        let place = FilesModel.Place(snapshot: 2)
        var changed = FilesModel.Entry(name: "auth.ts", kind: .file, size: 900, change: .modified)
        (changed.added, changed.deleted) = (12, 3)
        _ = files.take(.changes([changed], note: nil), for: .changes(place))
        _ = files.take(
            .entries(
                [
                    changed, .init(name: "gone.ts", kind: .file, size: 10, change: .deleted),
                    .init(name: "link", kind: .link, size: 4), .init(name: "src", kind: .folder, size: 0),
                ], folder: ""), for: .folder("", place))
        _ = files.apply(.toggleDiff, page: 10)
        _ = files.take(
            .lines([
                .init(.note, "--- a/auth.ts"), .init(.place, "@@ -1,2 +1,2 @@"), .init(.removed, "-let a = 1"),
                .init(.added, "+let a = 2"), .init(.text, " let b = 3"),
            ]), for: .difference("auth.ts", place))
        return files
    }

    private func draw(_ size: Size, _ change: (inout FilesModel) -> Void = { _ in }) -> Surface {
        var workbench = Workbench(window: size, folder: "/work")
        let pane = workbench.open(.files(FilesPlace(session: "s", snapshot: 2, player: nil)), .tab)
        var files = files()
        change(&files)
        workbench.update(pane) { $0.files = files }
        var surface = Surface(size: size)
        let theme = Theme.standard("dark") ?? Theme(name: "none")
        WorkbenchRenderer(ReplayRenderer(theme: theme)).draw(workbench, frames: [:], on: &surface)
        return surface
    }

    @Test func `a wide pane has the list and the difference side by side`() {
        Golden.expect(draw(Size(columns: 120, rows: 14)), is: "files-wide")
    }

    @Test func `a narrow pane has the difference below the list`() {
        Golden.expect(draw(Size(columns: 50, rows: 16)), is: "files-narrow")
    }

    @Test func `lines of a difference have the theme's colours`() throws {
        let surface = draw(Size(columns: 120, rows: 14))
        let theme = try #require(Theme.standard("dark"))
        func colour(of text: String) -> Color? {
            for row in 0..<14 {
                let cells = (0..<120).map { surface.symbols.text(of: surface[row, $0]) }
                if let range = cells.joined().firstRange(of: text), cells.allSatisfy({ $0.count == 1 }) {
                    let column = cells.joined().distance(from: "".startIndex, to: range.lowerBound)
                    return surface[row, column].foreground
                }
            }
            return nil
        }
        #expect(colour(of: "+let a") == theme[.diffAdded].foreground)
        #expect(colour(of: "-let a") == theme[.diffRemoved].foreground)
        #expect(colour(of: "@@ -1") == theme[.accent].foreground)
    }

    @Test func `any pane size is drawn without trapping, whatever it shows`() {
        for columns in [1, 2, 5, 13, 40, 73, 200] {
            for rows in [1, 2, 3, 7, 40] {
                _ = draw(Size(columns: columns, rows: rows))
                _ = draw(Size(columns: columns, rows: rows)) { files in
                    _ = files.apply(.history, page: 3)
                }
                _ = draw(Size(columns: columns, rows: rows)) { files in
                    _ = files.apply(.findName, page: 3)
                }
            }
        }
    }
}
