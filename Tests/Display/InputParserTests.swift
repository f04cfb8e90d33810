import ScreenModel
import Testing

@testable import Display

@Suite struct InputParserTests {
    private func kinds(_ text: String, flushing: Bool = true) -> [InputEvent.Kind] {
        var parser = InputParser()
        let events = parser.parse(Array(text.utf8)) + (flushing ? parser.flush() : [])
        return events.map(\.kind)
    }

    private static let keys: [(String, String)] = [
        ("a", "a"), ("A", "A"), (" ", "Space"), ("é", "é"), ("日", "日"), ("\r", "Enter"), ("\t", "Tab"),
        ("\u{7F}", "Backspace"), ("\u{2}", "C-b"), ("\0", "C-Space"), ("\u{1C}", "C-\\"), ("\u{1F}", "C-_"),
        ("\u{1B}", "Escape"), ("\u{1B}x", "M-x"), ("\u{1B}X", "M-X"), ("\u{1B}\r", "M-Enter"), ("\u{1B}é", "M-é"),
        ("\u{1B}[", "M-["), ("\u{1B}O", "M-O"), ("\u{1B}]", "M-]"), ("\u{1B}P", "M-P"), ("\u{1B}\u{2}", "C-M-b"),
        ("\u{1B}[A", "Up"), ("\u{1B}OA", "Up"), ("\u{1B}[1;5C", "C-Right"), ("\u{1B}[1;2D", "S-Left"),
        ("\u{1B}[1;8H", "C-M-S-Home"), ("\u{1B}[F", "End"), ("\u{1B}[1~", "Home"), ("\u{1B}[4~", "End"),
        ("\u{1B}[5~", "PageUp"), ("\u{1B}[6;2~", "S-PageDown"), ("\u{1B}[3~", "Delete"), ("\u{1B}[2~", "Insert"),
        ("\u{1B}OP", "F1"), ("\u{1B}[15~", "F5"), ("\u{1B}[24;5~", "C-F12"), ("\u{1B}[1;2R", "S-F3"),
        ("\u{1B}[Z", "S-Tab"), ("\u{1B}[[E", "F5"), ("\u{1B}[5$", "S-PageUp"), ("\u{1B}[7^", "C-Home"),
        ("\u{1B}[a", "S-Up"), ("\u{1B}Oc", "C-Right"), ("\u{1B}OM", "Enter"), ("\u{1B}Ok", "+"), ("\u{1B}Oy", "9"),
        ("\u{1B}\u{1B}[A", "M-Up"), ("\u{1B}[97u", "a"), ("\u{1B}[97;5u", "C-a"), ("\u{1B}[97:65;2u", "A"),
        ("\u{1B}[98:66;6u", "C-S-b"), ("\u{1B}[47:63;2u", "?"), ("\u{1B}[27u", "Escape"), ("\u{1B}[13;2u", "S-Enter"),
        ("\u{1B}[57376u", "F13"), ("\u{1B}[57421;5u", "C-PageUp"), ("\u{1B}[97;65u", "a"), ("\u{1B}[9;5u", "C-Tab"),
        ("\u{1B}[27;5;105~", "C-i"), ("\u{1B}[27;2;13~", "S-Enter"), ("\u{1B}[57441u", "Key57441"),
    ]

    @Test(arguments: keys)
    func `a key's bytes are the chord of that name`(bytes: String, name: String) throws {
        #expect(kinds(bytes) == [.key(try #require(KeyChord(name: name)))])
    }

    @Test func `kitty's event types are told apart`() {
        let up = KeyChord(.up)
        #expect(kinds("\u{1B}[1;1:1A\u{1B}[1;1:2A\u{1B}[1;1:3A") == [.key(up), .keyRepeat(up), .keyRelease(up)])
        #expect(kinds("\u{1B}[97;5:3u") == [.keyRelease(KeyChord(.character("a"), .control))])
    }

    @Test func `mouse reports of all encodings say the same`() {
        let press = MouseEvent(button: .left, action: .press, position: Position(row: 4, column: 9))
        for encoding in [Modes.MouseEncoding.legacy, .sgr, .urxvt] {
            var modes = Modes()
            modes.mouseTracking = .motion
            modes.mouseEncoding = encoding
            var events = [press]
            events.append(
                MouseEvent(button: .right, action: .drag, position: Position(row: 0, column: 0), modifiers: .control))
            events.append(MouseEvent(button: .none, action: .move, position: Position(row: 1, column: 2)))
            events.append(
                MouseEvent(button: .wheelDown, action: .wheel, position: Position(row: 1, column: 2), modifiers: .alt))
            for event in events {
                var parser = InputParser()
                let bytes = event.bytes(for: modes)
                #expect(bytes.map { parser.parse($0).map(\.kind) } == [.mouse(event)])
            }
        }
        #expect(
            kinds("\u{1B}[<0;10;5m")
                == [.mouse(MouseEvent(button: .left, action: .release, position: Position(row: 4, column: 9)))])
        #expect(press.bytes(for: Modes()) == nil)
    }

    @Test func `focus and replies are told from keys`() {
        #expect(kinds("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
        let replies: [(String, TerminalReply)] = [
            ("\u{1B}[?62;4;22c", .primaryAttributes([62, 4, 22])),
            ("\u{1B}[>41;354;0c", .secondaryAttributes([41, 354, 0])),
            ("\u{1B}[?2026;2$y", .privateMode(2026, value: 2)), ("\u{1B}[?5u", .kittyKeyboard(5)),
            ("\u{1B}[24;80R", .cursorPosition(Position(row: 23, column: 79))),
            ("\u{1B}[?1;2R", .cursorPosition(Position(row: 0, column: 1))),
            ("\u{1B}P>|kitty(0.35.2)\u{1B}\\", .version("kitty(0.35.2)")),
            ("\u{1B}]11;rgb:ffff/8080/0000\u{7}", .color(of: .background, .rgb(255, 128, 0))),
            ("\u{1B}]10;rgb:f/8/0\u{1B}\\", .color(of: .foreground, .rgb(255, 136, 0))),
            ("\u{1B}[?997;1n", .prefersDark(true)), ("\u{1B}[8;24;80t", .size(Size(columns: 80, rows: 24))),
            ("\u{1B}[48;24;80;480;800t", .size(Size(columns: 80, rows: 24))), ("\u{1B}[0n", .other),
            ("\u{1B}P1+r524742=\u{1B}\\", .other), ("\u{1B}]52;c;YQ==\u{7}", .other),
        ]
        for (bytes, reply) in replies { #expect(kinds(bytes) == [.reply(reply)]) }
    }

    @Test func `a paste keeps what looks like keys and comes in bounded pieces`() {
        let text = "one\r\u{1B}[A\u{1B}[20x" + String(repeating: "é", count: 80_000)
        var parser = InputParser()
        let events = parser.parse(Array("\u{1B}[200~\(text)\u{1B}[201~x".utf8))
        var pasted: [UInt8] = []
        for case .paste(let piece) in events.map(\.kind) {
            #expect(piece.count <= InputParser.pastePiece)
            pasted += piece
        }
        #expect(pasted == Array(text.utf8))
        #expect(events.last?.kind == .key(KeyChord(.character("x"))))
    }

    @Test func `a lone ESC waits for the timer, a sequence under way for its rest`() {
        var parser = InputParser()
        #expect(parser.parse([0x1B]).isEmpty)
        #expect(parser.hasPending)
        #expect(parser.flush().map(\.kind) == [.key(KeyChord(.escape))])
        #expect(!parser.hasPending)
        #expect(parser.parse(Array("\u{1B}]11;rgb:00".utf8)).isEmpty)
        #expect(!parser.hasPending)
        #expect(parser.flush().isEmpty)
        #expect(parser.parse(Array("/00/00\u{7}".utf8)).map(\.kind) == [.reply(.color(of: .background, .rgb(0, 0, 0)))])
    }

    @Test func `two escapes are two keys`() {
        #expect(kinds("\u{1B}\u{1B}") == [.key(KeyChord(.escape)), .key(KeyChord(.escape))])
    }

    @Test func `invalid bytes are unknown and harm nothing after them`() {
        var parser = InputParser()
        let events = parser.parse([0xFF, 0x61, 0xE2, 0x82, 0x62, 0xED, 0xA0, 0x80, 0x63])
        #expect(events.compactMap(\.chord) == ["a", "b", "c"].map { KeyChord(.character($0)) })
    }

    @Test func `what terminfo says wins`() {
        var capabilities = TerminalCapabilities()
        capabilities.keyStrings = [[0x08]: KeyChord(.backspace), Array("\u{1B}[Q".utf8): KeyChord(.function(9))]
        var parser = InputParser(capabilities: capabilities)
        #expect(
            parser.parse([8] + Array("\u{1B}[Q".utf8)).compactMap(\.chord) == [
                KeyChord(.backspace), KeyChord(.function(9)),
            ])
    }

    /// Pieces of input, valid and not, in random order.
    private func randomInput(_ generator: inout SeededGenerator) -> [UInt8] {
        let pieces =
            Self.keys.map { Array($0.0.utf8) } + [
                Array("\u{1B}[200~pasted \u{1B}[31m\u{1B}[201~".utf8), Array("\u{1B}[<35;10;20M".utf8),
                [0x1B, 0x5B, 0x4D, 0xFF, 0x21, 0x80],
                Array("\u{1B}]11;rgb:00/00/00\u{1B}\\".utf8), Array("\u{1B}P>|x\u{1B}\\".utf8), [0xF0, 0x9F, 0x98],
                [0xC0, 0xAF],
                Array("\u{1B}[1;2;3;4;5;6z".utf8), Array("\u{1B}_G".utf8), Array(repeating: 0x31, count: 200),
                Array("\u{1B}[99999999999999999999~".utf8),
                Array("\u{1B}]8;".utf8) + Array(repeating: 0x41, count: 6000) + [7],
            ]
        return (0..<12).flatMap { _ in
            Int.random(in: 0..<8, using: &generator) == 0
                ? (0..<6).map { _ in UInt8.random(in: 0...255, using: &generator) }
                : pieces.randomElement(using: &generator) ?? []
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `any split gives the same events, and their bytes are the input`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let input = randomInput(&generator)
        let whole = events(input, [input.count])
        #expect(whole.flatMap(\.raw) == input)
        for _ in 0..<4 {
            let cuts = (0..<10).map { _ in Int.random(in: 0...input.count, using: &generator) }.sorted()
            let split = events(input, cuts + [input.count])
            #expect(split.flatMap(\.raw) == input)
            #expect(joined(split) == joined(whole))
        }
        let bytewise = events(input, Array(1...input.count))
        #expect(joined(bytewise) == joined(whole))
    }

    private func events(_ input: [UInt8], _ cuts: [Int]) -> [InputEvent] {
        var parser = InputParser()
        var start = 0
        var events: [InputEvent] = []
        for cut in cuts {
            events += parser.parse(Array(input[start..<cut]))
            start = cut
        }
        return events + parser.finish()
    }

    /// Pieces of a paste and of what is unknown may be cut anywhere: neighbours are joined.
    private func joined(_ events: [InputEvent]) -> [InputEvent.Kind] {
        var kinds: [InputEvent.Kind] = []
        for event in events {
            if case .paste(let more) = event.kind, case .paste(let old)? = kinds.last {
                kinds[kinds.count - 1] = .paste(old + more)
            } else if event.kind != .unknown || kinds.last != .unknown {
                kinds.append(event.kind)
            }
        }
        return kinds
    }
}
