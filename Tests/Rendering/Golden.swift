import FoundationEssentials
import ScreenModel
import Testing

/// A surface as it must look, kept as text in `Tests/Goldens/Rendering`.
///
/// A golden is never overwritten by itself: with `AH_WRITE_GOLDENS=1` those that are missing are written.
enum Golden {
    static func expect(_ surface: Surface, is name: String, _ location: SourceLocation = #_sourceLocation) {
        let text = picture(surface)
        let path = folder + "/\(name).txt"
        guard let bytes = try? Data(contentsOf: URL(filePath: path)) else {
            if ProcessInfo.processInfo.environment["AH_WRITE_GOLDENS"] == "1" {
                try? Data(text.utf8).write(to: URL(filePath: path))
            }
            Issue.record("there is no golden \(name) yet; it would be:\n\(text)", sourceLocation: location)
            return
        }
        let (actual, expected) = (lines(text), lines(String(decoding: bytes, as: UTF8.self)))
        for row in 0..<max(actual.count, expected.count) {
            let (have, want) = (
                row < actual.count ? actual[row] : "(none)", row < expected.count ? expected[row] : "(none)"
            )
            #expect(have == want, "\(name), row \(row)", sourceLocation: location)
        }
    }

    private static let folder =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Goldens/Rendering"

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Rows between bars, so that blanks at their ends show; then the cursor.
    private static func picture(_ surface: Surface) -> String {
        var text = ""
        for row in 0..<surface.size.rows {
            let cells = (0..<surface.size.columns).map { surface.symbols.text(of: surface[row, $0]) }
            text += "|\(cells.joined())|\n"
        }
        let cursor = surface.cursor.map { "\($0.position.row),\($0.position.column)" } ?? "none"
        return text + "cursor \(cursor)\n"
    }
}
