import ScreenModel

/// A screen as JSON: rows of runs of cells that look the same.
enum ScreenJSON {
    static func json(_ frame: Frame, time: Int64) -> JSON {
        [
            "ts": .seconds(time), "cols": .int(frame.size.columns), "rows": .int(frame.size.rows),
            "title": .string(frame.title),
            "cursor": [
                "row": .int(frame.cursor.position.row), "col": .int(frame.cursor.position.column),
                "visible": .bool(frame.cursor.isVisible),
            ],
            "lines": .array(
                (0..<frame.size.rows).map { row in .array(CellRun.runs(of: frame, row: row).map { json($0, frame) }) }),
        ]
    }

    private static func json(_ run: CellRun, _ frame: Frame) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "text", value: .string(run.text)), .init(name: "cells", value: .int(run.count)),
        ]
        if let color = name(of: run.style.foreground) { members.append(.init(name: "fg", value: color)) }
        if let color = name(of: run.style.background) { members.append(.init(name: "bg", value: color)) }
        let words = attributes(run.style.attributes)
        if !words.isEmpty { members.append(.init(name: "attributes", value: .array(words.map { .string($0) }))) }
        if let link = frame.symbols.extra(run.style.extra)?.link {
            members.append(.init(name: "link", value: .string(link)))
        }
        return .object(members)
    }

    /// An index of the palette, `#rrggbb`, or nil for the terminal's own.
    private static func name(of color: Color) -> JSON? {
        if let index = color.index { return .int(index) }
        return color.components.map { .string(ColorText.hex($0)) }
    }

    private static func attributes(_ attributes: Attributes) -> [String] {
        let names: [(Attributes, String)] = [
            (.bold, "bold"), (.dim, "dim"), (.italic, "italic"), (.blink, "blink"), (.inverse, "inverse"),
            (.conceal, "conceal"), (.strikethrough, "strikethrough"), (.overline, "overline"),
        ]
        var words = names.filter { attributes.contains($0.0) }.map(\.1)
        if attributes.underline != .none { words.append("underline") }
        return words
    }
}

enum ColorText {
    static func hex(_ components: (red: UInt8, green: UInt8, blue: UInt8)) -> String {
        "#"
            + [components.red, components.green, components.blue].map {
                ($0 < 16 ? "0" : "") + String($0, radix: 16)
            }.joined()
    }
}

/// Cells side by side that look the same.
struct CellRun {
    var column: Int
    var count: Int
    var text: String
    var style: Style

    /// A row's runs; blanks at its end that look plain are left out.
    static func runs(of frame: Frame, row: Int) -> [CellRun] {
        var runs: [CellRun] = []
        for (column, cell) in frame.row(row).enumerated() {
            let text = frame.symbols.text(of: cell)
            // The two halves of a wide character belong together.
            var style = cell.style
            style.attributes = cell.attributes.styling
            if var last = runs.last, last.style == style || cell.attributes.contains(.wideTrail) {
                last.count += 1
                last.text += text
                runs[runs.count - 1] = last
            } else {
                runs.append(CellRun(column: column, count: 1, text: text, style: style))
            }
        }
        if var last = runs.last, last.style == .plain {
            while last.text.last == " " {
                last.text.removeLast()
                last.count -= 1
            }
            runs[runs.count - 1] = last
            if last.text.isEmpty { runs.removeLast() }
        }
        return runs
    }
}
