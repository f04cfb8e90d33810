import Recording
import ScreenModel
import TestSupport
import Testing

@testable import Interchange

struct AsciicastWriterTests {
    private func encode(_ session: ImportedSession, _ version: AsciicastWriter.Version) -> [UInt8] {
        var writer = AsciicastWriter(version: version)
        var bytes = writer.header(
            size: session.size, startedAt: session.startedAt, title: session.title, command: session.command,
            environment: session.environment)
        for event in session.events { bytes += writer.encode(event) }
        return bytes + writer.finish()
    }

    @Test func `version 2 has absolute times and version 3 intervals, both with three exact decimals`() {
        let session = ImportedSession(
            size: Size(columns: 80, rows: 24), startedAt: 5000, title: "a \"b\"",
            events: [event(1001, 0, .output([0x1B, 0x22])), event(2000, 2, .exit(ExitStatus(signal: 9)))])
        #expect(
            String(decoding: encode(session, .v2), as: UTF8.self)
                == #"{"version":2,"width":80,"height":24,"timestamp":5,"title":"a \"b\""}"# + "\n"
                + #"[1.001,"o","\u001b\""]"# + "\n")
        #expect(
            String(decoding: encode(session, .v3), as: UTF8.self)
                == #"{"version":3,"term":{"cols":80,"rows":24},"timestamp":5,"title":"a \"b\""}"# + "\n"
                + #"[1.001,"o","\u001b\""]"# + "\n" + #"[0.999,"x","137"]"# + "\n")
    }

    @Test func `a character split over reads is written whole, and bytes that are no UTF-8 are replaced`() throws {
        let bytes = Array("é漢😀".utf8) + [0xFF, 0xC3]
        let events = bytes.enumerated().map { event(Int64($0.offset), UInt64($0.offset), .output([$0.element])) }
        let session = ImportedSession(size: Size(columns: 80, rows: 24), events: events)
        let back = try Asciicast.read(bytes: encode(session, .v2), path: "back")
        #expect(String(decoding: back.output, as: UTF8.self) == "é漢😀\u{FFFD}\u{FFFD}")
        #expect(back.events.count == 5)
    }

    @Test(arguments: [AsciicastWriter.Version.v2, .v3], 1...40 as ClosedRange<UInt64>)
    func `what is written reads back the same`(version: AsciicastWriter.Version, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let session = Self.session(&random, version: version)
        #expect(try Asciicast.read(bytes: encode(session, version), path: "back") == session)
    }

    private static func session(
        _ random: inout SeededRandom, version: AsciicastWriter.Version
    ) -> ImportedSession {
        var list = EventList()
        var milliseconds: Int64 = 0
        for _ in 0..<Int.random(in: 0...60, using: &random) {
            milliseconds += Int64.random(in: 0...3000, using: &random)
            let time = SessionTime(milliseconds: milliseconds)
            switch Int.random(in: 0...9, using: &random) {
            case 0:
                let size = (1...65535).randomElement(using: &random) ?? 1
                list.append(.resize(columns: size, rows: 65536 - size), at: time)
            case 1: list.appendMoment(text(&random), at: time)
            case 2: list.append(.input(Array(text(&random).utf8)), at: time)
            case 3:
                let body = Array("q\0\(text(&random))".utf8)
                list.append(.unknown(kind: Asciicast.foreignEventKind, version: 1, body: body), at: time)
            default: list.append(.output(Array(text(&random).utf8)), at: time)
            }
        }
        if version == .v3 { list.append(.exit(ExitStatus(code: 3)), at: SessionTime(milliseconds: milliseconds)) }
        return ImportedSession(
            size: Size(columns: 132, rows: 50), startedAt: 1_795_430_309_000, title: text(&random),
            command: text(&random), environment: ["TERM": "xterm-256color", "SHELL": text(&random)], events: list.events
        )
    }

    /// Never empty: an event without bytes isn't written.
    private static func text(_ random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0...Int.random(in: 0...20, using: &random) {
            let range: ClosedRange<UInt32> = Bool.random(using: &random) ? 1...0x7F : 1...0x10FFFF
            text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "\u{FFFD}")
        }
        return text
    }
}
