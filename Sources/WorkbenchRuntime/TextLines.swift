import WorkbenchModel

/// Bytes as lines of a preview: no control character reaches the screen.
enum TextLines {
    static func split(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { shown($0) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        var line = ""
        var column = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\t" {
                let width = 8 - column % 8
                line += String(repeating: " ", count: width)
                column += width
            } else if scalar.value < 0x20 || scalar.value == 0x7F || (0x80..<0xA0).contains(scalar.value) {
                if scalar != "\r" { line.unicodeScalars.append("\u{FFFD}") }
                column += 1
            } else {
                line.unicodeScalars.append(scalar)
                column += 1
            }
        }
        return line
    }

    static func kind(ofPatchLine line: String) -> FilesModel.Line.Kind {
        if line.hasPrefix("+++") || line.hasPrefix("---") || line.hasPrefix("diff ") || line.hasPrefix("index ") {
            return .note
        }
        switch line.utf8.first {
        case UInt8(ascii: "+"): return .added
        case UInt8(ascii: "-"): return .removed
        case UInt8(ascii: "@"): return .place
        default: return .text
        }
    }
}
