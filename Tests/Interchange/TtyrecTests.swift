import Recording
import ScreenModel
import Testing

@testable import Interchange

struct TtyrecTests {
    private func frame(_ seconds: UInt32, _ microseconds: UInt32, _ text: String) -> [UInt8] {
        [seconds, microseconds, UInt32(text.utf8.count)].flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 255) }
        }
            + Array(text.utf8)
    }

    @Test func `frames count from the first one, whose escape may set the size`() throws {
        let bytes = frame(100, 500_000, "\u{1B}[8;30;100ta") + frame(101, 0, "b")
        let session = try Ttyrec.read(bytes: bytes, path: "a.ttyrec")
        #expect(session.size == Size(columns: 100, rows: 30))
        #expect(session.startedAt == 100_500)
        #expect(session.events.map(\.time.milliseconds) == [0, 500])
        #expect(session.output.suffix(2) == [0x61, 0x62])
    }

    @Test func `a torn frame ends the session with a warning, and a torn first one is an error`() throws {
        let bytes = frame(1, 0, "abc") + frame(2, 0, "def").dropLast()
        let session = try Ttyrec.read(bytes: bytes, path: "a.ttyrec")
        #expect(session.output == Array("abc".utf8))
        #expect(session.warnings.count == 1)
        #expect(throws: InterchangeError.self) { try Ttyrec.read(bytes: Array(bytes.prefix(13)), path: "a.ttyrec") }
    }
}
