import ScreenModel
import TestSupport
import Testing

@testable import WorkbenchModel

@Suite struct CopyModelTests {
    /// A screen of these rows; one that ends with `↵` goes on in the next.
    static func frame(_ rows: [String], columns: Int = 20) -> Frame {
        var surface = Surface(size: Size(columns: columns, rows: rows.count))
        for (row, text) in rows.enumerated() { surface.text(text.replacing("↵", with: ""), row: row, column: 0) }
        return Frame(
            size: surface.size, cells: surface.cells, wraps: rows.map { $0.hasSuffix("↵") }, symbols: surface.symbols)
    }

    static func lines(_ frame: Frame) -> [CopyModel.Line] {
        (0..<frame.size.rows).map { .init(cells: Array(frame.row($0)), wraps: frame.wraps[$0]) }
    }

    private func model(_ rows: String..., columns: Int = 20, window: Int = 10) -> CopyModel {
        CopyModel(Self.frame(rows, columns: columns), window: Size(columns: columns, rows: window), history: .read)
    }

    private func does(_ model: inout CopyModel, _ commands: CopyCommand...) {
        for command in commands { _ = model.apply(command) }
        #expect(model.brokenInvariant == nil)
    }

    private func place(_ model: CopyModel) -> [Int] { [model.cursor.row, model.cursor.column] }

    @Test func `words, lines and ends are gone to`() {
        var model = model("make -C ./src (all)", "  two", "")
        does(&model, .nextWord)
        #expect(place(model) == [0, 5])
        does(&model, .nextWord, .wordEnd)
        #expect(place(model) == [0, 12])
        does(&model, .nextWord)
        #expect(place(model) == [0, 14])
        does(&model, .nextWord, .nextWord, .nextWord)
        #expect(place(model) == [1, 2])
        does(&model, .previousWord, .previousWord)
        #expect(place(model) == [0, 15])
        does(&model, .lineEnd)
        #expect(place(model) == [0, 18])
        does(&model, .down)
        #expect(place(model) == [1, 4])
        does(&model, .down, .up, .up)
        #expect(place(model) == [0, 18])
        does(&model, .down, .lineText)
        #expect(place(model) == [1, 2])
        does(&model, .last, .first)
        #expect(place(model) == [0, 0])
    }

    @Test func `the end of a line leads to the next one, and back`() {
        var model = model("ab", "", "cd")
        does(&model, .right, .right)
        #expect(place(model) == [1, 0])
        does(&model, .right, .right, .left, .left)
        #expect(place(model) == [1, 0])
        does(&model, .left, .left, .left, .left)
        #expect(place(model) == [0, 0])
    }

    @Test func `wide characters and clusters are stepped over and selected whole`() {
        var model = model("a漢字é👩‍🚀b", "xxxxxxxxxx")
        does(&model, .right, .right)
        #expect(place(model) == [0, 3])
        does(&model, .select(.characters), .right, .right)
        #expect(model.copied.text == "字é👩‍🚀")
        does(&model, .select(.characters), .last, .right, .right, .select(.rectangle), .up)
        #expect(place(model) == [0, 1])
        #expect(model.selectedColumns(of: 0) == 1..<3)
        #expect(model.copied.text == "漢\nxx")
    }

    @Test func `lines that wrapped are copied as one, blanks at the ends go`() {
        var model = model("a line that goes on ↵", "and on↵", "   ", "  next   ")
        does(&model, .select(.characters), .last, .lineEnd)
        #expect(model.copied.text == "a line that goes on and on\n  next")
        does(&model, .select(.characters), .first)
        #expect(model.copied.text == "a line that goes on and on\n")
        does(&model, .select(.lines), .down)
        #expect(model.copied.text == "a line that goes on and on\n")
        does(&model, .select(.rectangle), .right, .right, .right)
        #expect(model.copied.text == "a li\nand")
    }

    @Test func `a selection's ends change places, and a word is selected at once`() {
        var model = model("one two/three, four")
        does(&model, .nextWord, .right, .right, .selectWord)
        #expect(model.copied.text == "two/three")
        does(&model, .otherEnd)
        #expect(place(model) == [0, 4])
        does(&model, .previousWord)
        #expect(model.copied.text == "one two/three")
    }

    @Test func `what scrolled off comes above the screen, and what is shown stays`() {
        var model = CopyModel(
            Self.frame(["three", "four", ""]), window: Size(columns: 20, rows: 3), history: .reading)
        let older = Self.lines(Self.frame(["one", "two", "three", "four", ""]))
        let fits = model.setHistory(older, symbols: Symbols(), screen: 3)
        #expect(fits)
        #expect(model.lines.count == 5 && model.top == 2 && place(model) == [2, 0])
        does(&model, .first, .select(.lines), .down)
        #expect(model.copied.text == "one\ntwo\n")
    }

    @Test func `a recording that is behind or ahead of the screen is joined where both say the same`() {
        let screen = Self.frame(["c", "d", "e"])
        for (older, rows) in [(["a", "b", "c", "d"], 3), (["a", "b", "c", "d", "e", "f", "g"], 3)] {
            var model = CopyModel(screen, window: Size(columns: 20, rows: 3), history: .reading)
            let fits = model.setHistory(Self.lines(Self.frame(older)), symbols: Symbols(), screen: rows)
            #expect(fits)
            does(&model, .first, .select(.lines), .last)
            #expect(model.copied.text == "a\nb\nc\nd\ne\n")
        }
        var model = CopyModel(screen, window: Size(columns: 20, rows: 3), history: .reading)
        let fits = model.setHistory(Self.lines(Self.frame(["x", "y", "z", "w"])), symbols: Symbols(), screen: 3)
        #expect(!fits)
    }

    @Test func `what was typed before the lines above were there holds for them, too`() {
        var model = CopyModel(Self.frame(["c", "d"]), window: Size(columns: 20, rows: 2), history: .reading)
        does(&model, .up, .up, .select(.lines))
        let fits = model.setHistory(Self.lines(Self.frame(["a", "b", "c", "d"])), symbols: Symbols(), screen: 2)
        #expect(fits)
        #expect(place(model) == [0, 0] && model.copied.text == "a\n")
    }

    @Test func `clusters of the older lines are the same characters here`() {
        var model = CopyModel(Self.frame(["👩‍🚀 now"]), window: Size(columns: 20, rows: 1), history: .reading)
        let older = Self.frame(["🏳️‍🌈 then", "👩‍🚀 now"])
        let fits = model.setHistory(Self.lines(older), symbols: older.symbols, screen: 1)
        #expect(fits)
        does(&model, .first, .select(.lines), .last)
        #expect(model.copied.text == "🏳️‍🌈 then\n👩‍🚀 now\n")
    }

    @Test func `lines and memory are bounded, the newest stay`() {
        var model = CopyModel(Self.frame(["end"]), window: Size(columns: 20, rows: 1), history: .reading)
        let many = (0..<20_000).map { _ in CopyModel.Line(cells: [Cell(content: 0x61)]) }
        _ = model.setHistory(many + [model.lines[0]], symbols: Symbols(), screen: 1)
        #expect(model.lines.count == CopyModel.lineLimit + 1)
        var wide = CopyModel(Self.frame(["end"]), window: Size(columns: 20, rows: 1), history: .reading)
        let long = CopyModel.Line(cells: Array(repeating: Cell(content: 0xE9), count: 4096))
        _ = wide.setHistory(Array(repeating: long, count: 500) + [wide.lines[0]], symbols: Symbols(), screen: 1)
        #expect(wide.lines.count == CopyModel.cellLimit / 4096)
        wide.move(.first)
        wide.select(.lines)
        wide.move(.last)
        let copied = wide.copied
        #expect(copied.isWhole == false && CopyModel.copyLimit - 1...CopyModel.copyLimit ~= copied.text.utf8.count)
    }

    @Test func `text is found across wraps, forward and back, with the case that was asked for`() {
        var model = model("The err↵", "or is an Error.", "No error here: 漢字", columns: 20)
        func look(_ text: String, forward: Bool = true, isRegex: Bool = false) -> String? {
            model.search(SearchQuery(text: text, isRegex: isRegex), forward: forward)
        }
        func go(_ command: CopyCommand) -> String? { model.apply(command) }
        var said = look("error")
        #expect(said == nil && model.hits.count == 3 && place(model) == [0, 4])
        #expect(model.hits[0].end == Position(row: 1, column: 1))
        said = go(.nextHit)
        #expect(said == nil && place(model) == [1, 9])
        said = go(.previousHit)
        #expect(said == nil && place(model) == [0, 4])
        said = go(.previousHit)
        #expect(said == "went on from the end" && place(model) == [2, 3])
        said = go(.nextHit)
        #expect(said == "went on from the start" && model.hitNumber == 1)
        said = look("Error", forward: false)
        #expect(said == "went on from the end" && model.hits.count == 1 && place(model) == [1, 9])
        said = look("e[rx]+o", isRegex: true)
        #expect(said == nil && model.hits.count == 3 && place(model) == [2, 3])
        said = look("字")
        #expect(said == nil && place(model) == [2, 17])
        said = look("absent")
        #expect(said == "“absent” is not here")
        said = look("(", isRegex: true)
        #expect(said?.contains("no regular") == true)
        #expect(model.brokenInvariant == nil)
    }

    @Test func `a drag selects characters, words after a double click, and scrolls at the edges`() {
        var model = model("zero", "one two three", "four five", "six", "seven", window: 3)
        model.press(at: Position(row: 1, column: 5), clicks: 1)
        #expect(model.selection == nil)
        model.drag(to: Position(row: 2, column: 3), shape: .characters)
        #expect(model.copied.text == "wo three\nfour")
        model.press(at: Position(row: 1, column: 5), clicks: 2)
        #expect(model.copied.text == "two")
        model.drag(to: Position(row: 1, column: 9), shape: .characters)
        #expect(model.copied.text == "two three")
        model.drag(to: Position(row: 1, column: 1), shape: .characters)
        #expect(model.copied.text == "one two")
        model.press(at: Position(row: 1, column: 5), clicks: 3)
        #expect(model.copied.text == "one two three\n")
        model.press(at: Position(row: 0, column: 0), clicks: 1)
        model.drag(to: Position(row: 4, column: 0), shape: .rectangle)
        #expect(model.top == 2 && model.selection?.shape == .rectangle)
        #expect(model.copied.text == "z\no\nf\ns\ns")
        #expect(model.brokenInvariant == nil)
    }

    @Test(arguments: 0..<20) func `whatever is done, the cursor is shown and whole`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let texts = [
            "", "a", "plain text", "漢字かな交じり", "e\u{301}👩‍🚀 x", "    ", "wraps to the next one↵", "\\path/to (x)",
        ]
        func some(_ count: Int) -> [String] { (0..<count).map { _ in texts.randomElement(using: &random) ?? "" } }
        var model = CopyModel(
            Self.frame(some(6), columns: 25), window: Size(columns: 25, rows: 6), history: .reading)
        let commands: [CopyCommand] = CommandTable.copy.flatMap { entry in
            CopyModel.Selection.Shape.allCases.map { $0.rawValue }.compactMap { entry.make($0) } + [entry.make(nil)]
        }.compactMap { if case .copy(let command) = $0 { command } else { nil } }
        for step in 0..<300 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                _ = model.search(
                    SearchQuery(text: ["x", "t", "字", " "].randomElement(using: &random) ?? ""), forward: true)
            case 1: model.scroll(by: Int.random(in: -9...9, using: &random))
            case 2:
                let cell = Position(
                    row: .random(in: -3...12, using: &random), column: .random(in: -3...30, using: &random))
                model.press(at: cell, clicks: .random(in: 1...3, using: &random))
            case 3:
                let cell = Position(
                    row: .random(in: -3...12, using: &random), column: .random(in: -3...30, using: &random))
                model.drag(to: cell, shape: CopyModel.Selection.Shape.allCases.randomElement(using: &random) ?? .lines)
            case 4:
                model.resize(
                    to: Size(columns: .random(in: 1...60, using: &random), rows: .random(in: 1...20, using: &random)))
            case 5 where step > 100 && model.history == .reading:
                let older = Self.frame(some(30), columns: 25)
                _ = model.setHistory(Self.lines(older), symbols: older.symbols, screen: 6)
            default: _ = model.apply(commands.randomElement(using: &random) ?? .up)
            }
            if let broken = model.brokenInvariant { Issue.record("step \(step): \(broken)") }
            _ = model.copied
        }
    }
}
