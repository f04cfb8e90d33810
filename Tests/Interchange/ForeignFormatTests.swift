import Recording
import ScreenModel
import Testing

@testable import Interchange

struct ForeignFormatTests {
    @Test func `the format is told from name and content`() {
        func detect(_ path: String, _ text: String) -> ForeignFormat? {
            ForeignFormat.detect(path: path, content: Array(text.utf8))
        }
        #expect(detect("a", "{\"version\"") == .asciicast)
        #expect(detect("a", "# comment\n{") == .asciicast)
        #expect(detect("a", "Script started on 2026") == .typescript)
        #expect(detect("a.raw", "{") == .timedRaw)
        #expect(detect("a.timing", "0.1 o 5") == .timedRaw)
        #expect(detect("a", "\u{1}\0\0\0\u{2}\0\0\0\u{1}\0\0\0x") == .ttyrec)
        #expect(detect("a", "hello") == nil)
    }

    @Test func `raw with timing keeps bytes that are no text`() throws {
        let session = try TimedRaw.read(
            raw: [0xFF, 0xFE, 0x41], timing: Array("0.1 o 2\n0.2 r 100x30\n".utf8), path: "t",
            size: Size(columns: 80, rows: 24))
        #expect(
            session.events == [
                event(100, 0, .output([0xFF, 0xFE])), event(200, 2, .resize(columns: 100, rows: 30)),
                event(200, 2, .output([0x41])),
            ])
        #expect(session.warnings.count == 1)
    }

    @Test func `a missing file is an error that names it`() {
        let error = #expect(throws: InterchangeError.self) { try ForeignFormat.read(path: "/nonexistent/a.cast") }
        #expect(error?.description.hasPrefix("/nonexistent/a.cast: can't be read: ") == true)
    }
}
