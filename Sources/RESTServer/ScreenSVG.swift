import Emulation
import ScreenModel

/// A screen as a picture: one that needs no font of its own and runs nothing.
struct ScreenSVG {
    private let frame: Frame
    /// Pixels of one cell.
    private let width = 9
    private let height = 18
    private let foreground: (UInt8, UInt8, UInt8) = (0xD8, 0xD8, 0xD8)
    private let background: (UInt8, UInt8, UInt8) = (0x16, 0x16, 0x1C)

    init(_ frame: Frame) { self.frame = frame }

    var text: String {
        let (columns, rows) = (frame.size.columns, frame.size.rows)
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(columns * width)\" height=\"\(rows * height)\" "
            + "viewBox=\"0 0 \(columns * width) \(rows * height)\" font-family=\"monospace\" font-size=\"15\">\n"
            + "<title>\(Self.escape(frame.title))</title>\n"
            + "<rect width=\"100%\" height=\"100%\" fill=\"\(ColorText.hex(background))\"/>\n"
        for row in 0..<rows { for run in CellRun.runs(of: frame, row: row) { text += shape(run, row) } }
        if frame.cursor.isVisible {
            let place = frame.cursor.position
            text +=
                "<rect x=\"\(place.column * width)\" y=\"\(place.row * height)\" width=\"\(width)\" height=\"\(height)\" "
                + "fill=\"#ffffff\" fill-opacity=\"0.45\"/>\n"
        }
        return text + "</svg>\n"
    }

    private func shape(_ run: CellRun, _ row: Int) -> String {
        let attributes = run.style.attributes
        var front = rgb(run.style.foreground, foreground)
        var back = rgb(run.style.background, background)
        if attributes.contains(.inverse) { swap(&front, &back) }
        let (x, y) = (run.column * width, row * height)
        var text = ""
        if back != background {
            text +=
                "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(run.count * width)\" height=\"\(height)\" "
                + "fill=\"\(ColorText.hex(back))\"/>\n"
        }
        guard !attributes.contains(.conceal), run.text.contains(where: { $0 != " " }) else { return text }
        var look = ""
        if attributes.contains(.bold) { look += " font-weight=\"bold\"" }
        if attributes.contains(.italic) { look += " font-style=\"italic\"" }
        if attributes.contains(.dim) { look += " fill-opacity=\"0.6\"" }
        let lines = [
            attributes.underline != .none ? "underline" : nil,
            attributes.contains(.strikethrough) ? "line-through" : nil,
            attributes.contains(.overline) ? "overline" : nil,
        ].compactMap { $0 }
        if !lines.isEmpty { look += " text-decoration=\"\(lines.joined(separator: " "))\"" }
        return text
            + "<text x=\"\(x)\" y=\"\(y + 14)\" textLength=\"\(run.count * width)\" lengthAdjust=\"spacingAndGlyphs\" "
            + "xml:space=\"preserve\" fill=\"\(ColorText.hex(front))\"\(look)>\(Self.escape(run.text))</text>\n"
    }

    private func rgb(_ color: Color, _ standard: (UInt8, UInt8, UInt8)) -> (red: UInt8, green: UInt8, blue: UInt8) {
        if let index = color.index, let components = XtermColors.standard(index).components { return components }
        return color.components ?? standard
    }

    /// What isn't a character of XML is left out.
    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                result.unicodeScalars.append(scalar)
            default: break
            }
        }
        return result
    }
}
