import ScreenModel

@testable import Emulation

/// A screen as text and looks for each cell, from tmux's `capture-pane -e` or from a terminal, to be compared.
struct CapturedScreen {
    struct Cell: Equatable {
        var text: String
        var look: String
    }

    var rows: [[Cell]] = []

    /// What `capture-pane -p -e` printed: text, SGR, and SO/SI around DEC graphics.
    init(capture: String) {
        var look = Look()
        var graphics = false
        for line in capture.split(separator: "\n", omittingEmptySubsequences: false) {
            var row: [Cell] = []
            var rest = line.unicodeScalars[...]
            var text = ""
            func flush() {
                for cluster in text.terminalClusters {
                    row.append(Cell(text: cluster.text, look: look.description))
                    if cluster.width == 2 { row.append(Cell(text: "", look: look.description)) }
                }
                text = ""
            }
            while let scalar = rest.popFirst() {
                if scalar == "\u{1B}" {
                    flush()
                    rest = rest.dropFirst()
                    let end = rest.firstIndex { $0.properties.isAlphabetic } ?? rest.endIndex
                    look.apply(String(String.UnicodeScalarView(rest[..<end])))
                    rest = rest[end...].dropFirst()
                } else if scalar == "\u{0E}" || scalar == "\u{0F}" {
                    graphics = scalar == "\u{0E}"
                } else {
                    text.unicodeScalars.append(graphics ? Self.graphic(scalar) : scalar)
                }
            }
            flush()
            rows.append(row)
        }
    }

    private static func graphic(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        let terminal = Terminal(size: Size(columns: 2, rows: 1))
        terminal.feed(Array("\u{1B}(0\(scalar)".utf8))
        return Unicode.Scalar(terminal.frame().cells[0].content) ?? scalar
    }

    init(frame: Frame) {
        for row in 0..<frame.size.rows {
            rows.append(
                frame.row(row).map { Cell(text: frame.symbols.text(of: $0), look: Look($0, frame.symbols).description) }
            )
        }
    }

    /// The differing rows and cells, in words; empty when the screens are equal.
    ///
    /// Blanks may look different, since tmux forgets about some of them. `isKnown` excuses a row's difference.
    func differences(
        from tmux: CapturedScreen, isKnown: (_ ours: String, _ tmux: String) -> Bool = { _, _ in false }
    ) -> [String] {
        var found: [String] = []
        for row in 0..<max(rows.count, tmux.rows.count) {
            let ours = row < rows.count ? rows[row] : []
            let theirs = row < tmux.rows.count ? tmux.rows[row] : []
            let text = Self.text(ours)
            let expected = Self.text(theirs)
            if text != expected {
                if !isKnown(text, expected) { found.append("row \(row)\n  ah   '\(text)'\n  tmux '\(expected)'") }
                continue
            }
            for (column, cell) in ours.enumerated()
            where column < theirs.count && cell.text.count == 1 && cell.text != " " {
                let other = theirs[column]
                // A cluster that tmux cut in two is in other columns there.
                if cell.text == other.text, cell.look != other.look {
                    found.append("row \(row) column \(column) '\(cell.text)': ah [\(cell.look)] tmux [\(other.look)]")
                }
            }
        }
        return found
    }

    private static func text(_ cells: [Cell]) -> String {
        var text = cells.map { cut($0.text) }.joined()
        while text.last == " " { text.removeLast() }
        return text
    }

    /// A cluster as far as tmux 3.3a keeps it: 21 bytes.
    private static func cut(_ cluster: String) -> String {
        guard cluster.utf8.count > 21 else { return cluster }
        var kept = String.UnicodeScalarView()
        var size = 0
        for scalar in cluster.unicodeScalars where size + UTF8.width(scalar) <= 21 {
            kept.append(scalar)
            size += UTF8.width(scalar)
        }
        return String(kept)
    }
}

/// What a cell looks like, in a form that both sides can be brought to.
private struct Look: CustomStringConvertible {
    var attributes: Set<Int> = []
    var underline = 0
    var foreground = ""
    var background = ""

    init() {}

    init(_ cell: Cell, _ symbols: Symbols) {
        let codes: [(Attributes, Int)] = [
            (.bold, 1), (.dim, 2), (.italic, 3), (.blink, 5), (.inverse, 7), (.conceal, 8), (.strikethrough, 9),
            (.overline, 53),
        ]
        for (attribute, code) in codes where cell.attributes.contains(attribute) { attributes.insert(code) }
        underline = Int(cell.attributes.underline.rawValue)
        foreground = Self.name(cell.foreground)
        background = Self.name(cell.background)
    }

    private static func name(_ color: Color) -> String {
        if let index = color.index { return "\(index)" }
        return color.components.map { "\($0.red),\($0.green),\($0.blue)" } ?? ""
    }

    var description: String {
        "\(attributes.sorted().map(String.init).joined(separator: " ")) u\(underline) \(foreground) on \(background)"
    }

    /// The parameters of one SGR sequence as tmux writes it.
    mutating func apply(_ parameters: String) {
        let codes = parameters.split(separator: ";").map(String.init)
        if codes.isEmpty { self = Look() }
        var index = 0
        while index < codes.count {
            let code = Int(codes[index].split(separator: ":").first ?? "0") ?? 0
            switch code {
            case 0: self = Look()
            case 4: underline = codes[index].contains(":") ? Int(codes[index].suffix(1)) ?? 1 : 1
            case 30...37: foreground = "\(code - 30)"
            case 40...47: background = "\(code - 40)"
            case 90...97: foreground = "\(code - 82)"
            case 100...107: background = "\(code - 92)"
            case 58 where codes[index].contains(":"): break
            case 38, 48, 58:
                let indexed = index + 2 < codes.count && codes[index + 1] == "5"
                let color = indexed ? codes[index + 2] : codes.dropFirst(index + 2).prefix(3).joined(separator: ",")
                index += indexed ? 2 : 4
                if code == 38 { foreground = color }
                if code == 48 { background = color }
            case 39: foreground = ""
            case 49: background = ""
            default: attributes.insert(code)
            }
            index += 1
        }
    }
}
