import ScreenModel
import TestSupport
import Testing

@testable import WorkbenchModel

@Suite struct LayoutTests {
    private let room = Rect(row: 0, column: 0, columns: 120, rows: 40)
    private func pane(_ number: Int) -> PaneID { PaneID(number) }

    @Test func `a pane beside another takes half of its room, with a border between`() {
        let layout = Layout.pane(pane(1)).inserting(pane(2), .right, of: pane(1))
        let frames = layout.frames(in: room)
        #expect(frames.panes[pane(1)] == Rect(row: 0, column: 0, columns: 60, rows: 40))
        #expect(frames.panes[pane(2)] == Rect(row: 0, column: 61, columns: 59, rows: 40))
        #expect(frames.borders.map(\.rect) == [Rect(row: 0, column: 60, columns: 1, rows: 40)])
    }

    @Test func `a pane below another needs no border, since it has a bar`() {
        let layout = Layout.pane(pane(1)).inserting(pane(2), .down, of: pane(1))
        let frames = layout.frames(in: room)
        #expect(frames.panes[pane(1)] == Rect(row: 0, column: 0, columns: 120, rows: 20))
        #expect(frames.content(of: pane(2)) == Rect(row: 21, column: 0, columns: 120, rows: 19))
        #expect(frames.borders.isEmpty)
    }

    @Test func `splits along the same axis are one split`() {
        var layout = Layout.pane(pane(1))
        layout = layout.inserting(pane(2), .right, of: pane(1)).inserting(pane(3), .right, of: pane(2))
        guard case .split(.columns, let parts) = layout else {
            Issue.record("\(layout)")
            return
        }
        #expect(parts.map(\.layout) == [.pane(pane(1)), .pane(pane(2)), .pane(pane(3))])
    }

    @Test func `what is removed leaves its room to its siblings`() {
        let layout = Layout.pane(pane(1)).inserting(pane(2), .right, of: pane(1)).inserting(pane(3), .down, of: pane(2))
        #expect(layout.removing(pane(1)) == Layout.pane(pane(2)).inserting(pane(3), .down, of: pane(2)))
        #expect(layout.removing(pane(3))?.panes == [pane(1), pane(2)])
        #expect(Layout.pane(pane(1)).removing(pane(1)) == nil)
    }

    @Test func `neighbours are found across splits`() {
        // 1 | 2
        //   | 3
        let layout = Layout.pane(pane(1)).inserting(pane(2), .right, of: pane(1)).inserting(pane(3), .down, of: pane(2))
        #expect(layout.neighbour(.right, of: pane(1), in: room) == pane(3))
        #expect(layout.neighbour(.left, of: pane(3), in: room) == pane(1))
        #expect(layout.neighbour(.up, of: pane(3), in: room) == pane(2))
        #expect(layout.neighbour(.down, of: pane(3), in: room) == nil)
        #expect(layout.neighbour(.up, of: pane(1), in: room) == nil)
    }

    @Test func `an edge moves by cells, and no pane vanishes`() {
        let layout = Layout.pane(pane(1)).inserting(pane(2), .right, of: pane(1))
        let wider = layout.resizing(pane(1), .right, by: 5, in: room).frames(in: room)
        #expect(wider.panes[pane(1)]?.columns == 65)
        #expect(wider.panes[pane(2)]?.columns == 54)
        let most = layout.resizing(pane(1), .right, by: 500, in: room).frames(in: room)
        #expect(most.panes[pane(2)]?.columns == Layout.leastSize.columns)
        // The left one has no left edge: its right one moves left.
        let narrower = layout.resizing(pane(1), .left, by: 5, in: room).frames(in: room)
        #expect(narrower.panes[pane(1)]?.columns == 55)
    }

    @Test(arguments: LayoutPreset.allCases) func `presets keep all panes`(preset: LayoutPreset) {
        for count in 1...13 {
            var layout = Layout.pane(pane(1))
            for number in 2..<max(2, count + 1) { layout = layout.inserting(pane(number), .right, of: pane(1)) }
            let arranged = layout.arranged(preset, main: pane(count))
            #expect(Set(arranged.panes) == Set(layout.panes))
            #expect(arranged.isValid)
        }
    }

    @Test func `twelve tiled panes are four by three`() {
        var layout = Layout.pane(pane(1))
        for number in 2...12 { layout = layout.inserting(pane(number), .down, of: pane(1)) }
        let frames = layout.arranged(.tiled).frames(in: Rect(row: 0, column: 0, columns: 203, rows: 48))
        #expect(frames.panes.values.allSatisfy { $0.columns == 50 && $0.rows == 16 })
    }

    /// Whatever is done to a layout, in whatever room: each cell belongs to one pane or one border.
    @Test(arguments: 0..<40) func `panes and borders cover the room exactly`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var layout = Layout.pane(pane(0))
        var next = 1
        for _ in 0..<60 {
            let panes = layout.panes
            let one = panes[Int.random(in: 0..<panes.count, using: &random)]
            let room = Rect(
                row: Int.random(in: 0..<4, using: &random), column: Int.random(in: 0..<4, using: &random),
                columns: Int.random(in: 1...200, using: &random), rows: Int.random(in: 1...60, using: &random))
            let direction = Direction.allCases[Int.random(in: 0..<4, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                layout = layout.inserting(pane(next), direction, of: one)
                next += 1
            case 2: layout = layout.removing(one) ?? layout
            case 3:
                layout = layout.resizing(
                    one, direction, by: Int.random(in: -30...30, using: &random), in: room)
            case 4:
                if let other = layout.neighbour(direction, of: one, in: room) {
                    #expect(other != one)
                    layout = layout.swapping(one, other)
                }
            default:
                let presets = LayoutPreset.allCases
                layout = layout.arranged(presets[Int.random(in: 0..<presets.count, using: &random)], main: one)
            }
            #expect(layout.isValid, "\(layout)")
            expectCover(of: layout, in: room)
        }
    }

    private func expectCover(of layout: Layout, in room: Rect) {
        let frames = layout.frames(in: room)
        #expect(Set(frames.panes.keys) == Set(layout.panes))
        let rects = Array(frames.panes.values) + frames.borders.map(\.rect)
        var cells: [Position: Int] = [:]
        for rect in rects {
            for row in rect.row..<rect.endRow {
                for column in rect.column..<rect.endColumn {
                    cells[Position(row: row, column: column), default: 0] += 1
                }
            }
        }
        #expect(cells.count == room.size.area, "\(cells.count) of \(room.size.area) in \(room): \(frames)")
        #expect(cells.allSatisfy { $0.value == 1 && room.contains($0.key) })
    }
}
