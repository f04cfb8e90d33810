import Recording
import ScreenModel
import Testing

@testable import Interchange

struct AsciicastTests {
    private func read(_ text: String) throws -> ImportedSession {
        try Asciicast.read(bytes: Array(text.utf8), path: "a.cast")
    }

    @Test func `version 1 is one document of frames with delays`() throws {
        let session = try read(
            #"""
            {"version": 1, "width": 100, "height": 30, "duration": 1.5, "command": "/bin/sh", "title": "t",
             "env": {"TERM": "xterm", "SHELL": null}, "stdout": [[0.25, "ab"],
             [1.25, "\u00e9"]]}
            """#)
        #expect(session.size == Size(columns: 100, rows: 30))
        #expect(session.command == "/bin/sh")
        #expect(session.environment == ["TERM": "xterm"])
        #expect(
            session.events == [
                event(250, 0, .output(Array("ab".utf8))), event(1500, 2, .output(Array("é".utf8))),
            ])
    }

    @Test func `version 2 counts seconds from the start`() throws {
        let session = try read(
            #"""
            {"version": 2, "width": 80, "height": 24, "timestamp": 1795430309, "title": "x", "env": {"TERM": "xterm"}}
            [0.1004, "o", "a\u001b[0m\r\n"]
            [0.2, "i", "q"]
            [0.3, "r", "100x30"]
            [0.4, "m", "here"]
            [0.4, "o", "b"]
            """#)
        #expect(session.startedAt == 1_795_430_309_000)
        #expect(
            session.events == [
                event(100, 0, .output([0x61, 0x1B, 0x5B, 0x30, 0x6D, 0x0D, 0x0A])),
                event(200, 7, .input([0x71])),
                event(300, 7, .resize(columns: 100, rows: 30)),
                event(400, 7, .moment(Moment(id: 1, label: "here", type: "manual", isAutomatic: false))),
                event(400, 7, .output([0x62])),
            ])
    }

    @Test func `version 3 counts seconds since the event before, and has comments, an exit and unknown codes`() throws {
        let session = try read(
            #"""
            # a comment
            {"version":3,"term":{"cols":90,"rows":20,"type":"xterm-256color","theme":{"fg":"#fff"}},"command":"ls"}
            [0.5, "o", "a"]

            # another
            [0.25, "z", "kept"]
            [0.25, "x", "7"]
            """#)
        #expect(session.size == Size(columns: 90, rows: 20))
        #expect(session.environment["TERM"] == "xterm-256color")
        #expect(
            session.events == [
                event(500, 0, .output([0x61])),
                event(750, 1, .unknown(kind: 0xAC, version: 1, body: Array("z\0kept".utf8))),
                event(1000, 1, .exit(ExitStatus(code: 7))),
            ])
    }

    @Test func `half a surrogate pair becomes a replacement character, and whole ones are joined`() throws {
        let session = try read(
            "{\"version\": 2, \"width\": 80, \"height\": 24}\n[0, \"o\", \"\\ud83d\\ude00 \\ud83dx \\udc00 \\/\"]")
        #expect(String(decoding: session.output, as: UTF8.self) == "😀 \u{FFFD}x \u{FFFD} /")
    }

    @Test func `time never runs backwards and nonsense times count as zero`() throws {
        let session = try read(
            """
            {"version": 2, "width": 80, "height": 24}
            [-5, "o", "a"]
            [2, "o", "b"]
            [1, "o", "c"]
            [1e300, "o", "d"]
            """)
        #expect(session.events.map(\.time.milliseconds) == [0, 2000, 2000, 1_000_000_000_000])
    }

    @Test func `a torn last line is left out with a warning`() throws {
        let session = try read("{\"version\": 2, \"width\": 80, \"height\": 24}\n[1, \"o\", \"a\"]\n[2, \"o\", \"b")
        #expect(session.output == [0x61])
        #expect(session.warnings == ["a.cast, line 3: torn, left out"])
    }

    @Test func `a bad line in the middle is an error that names path and line`() {
        #expect(throws: InterchangeError.self) { try read("") }
        let error = #expect(throws: InterchangeError.self) {
            try read("{\"version\": 2, \"width\": 80, \"height\": 24}\n[1, \"o\"]\n[2, \"o\", \"b\"]\n")
        }
        #expect(error?.description.hasPrefix("a.cast, line 2: ") == true)
    }

    @Test(arguments: [
        "{\"version\": 4}", "{\"version\": 2, \"width\": 0, \"height\": 24}", "[]", "x", "{\"version\": 1}",
    ])
    func `a bad header is an error`(text: String) {
        #expect(throws: InterchangeError.self) { try read(text) }
    }

    @Test func `no truncation of a file and no flipped bit traps`() throws {
        let text =
            Array(
                #"{"version":3,"term":{"cols":90,"rows":20}}"#.utf8)
            + Array("\n[0.5,\"o\",\"\\ud83d\\ude00\"]\n[1,\"r\",\"9x9\"]".utf8)
        for end in text.indices {
            _ = try? Asciicast.read(bytes: Array(text[..<end]), path: "cut")
            var flipped = text
            flipped[end] ^= 1 << UInt8(end % 8)
            _ = try? Asciicast.read(bytes: flipped, path: "flipped")
        }
    }
}

/// An event at milliseconds and byte offset.
func event(_ milliseconds: Int64, _ offset: UInt64, _ kind: Event.Kind) -> Event {
    Event(time: SessionTime(milliseconds: milliseconds), offset: ByteOffset(offset), kind: kind)
}
