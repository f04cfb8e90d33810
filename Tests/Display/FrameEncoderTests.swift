import Emulation
import ScreenModel
import Testing

@testable import Display

@Suite struct FrameEncoderTests {
    static let modern: TerminalCapabilities = {
        var capabilities = TerminalCapabilities()
        capabilities.colors = .truecolor
        capabilities.overline = true
        capabilities.underlineStyles = true
        capabilities.underlineColor = true
        capabilities.hyperlinks = true
        capabilities.synchronizedUpdates = true
        capabilities.repeatCharacter = true
        return capabilities
    }()

    static let terminals: [TerminalCapabilities] = {
        var all = [modern, TerminalCapabilities()]
        for name in ["screen", "screen-256color", "tmux-256color", "linux", "vt100", "dumb", "xterm-256color", "xterm"]
        {
            for locale in ["C.UTF-8", "C"] {
                if let one = try? TerminalCapabilities(terminfoFor: name, environment: ["LANG": locale]) {
                    all.append(one)
                }
            }
        }
        var plain = modern
        plain.colors = .ansi16
        plain.backColorErase = false
        plain.parameterizedScroll = false
        plain.columnAddress = false
        plain.relativeMotion = false
        plain.repeatCharacter = false
        return all + [plain]
    }()

    @Test(arguments: terminals.indices, [1, 2] as [UInt64])
    func `the terminal shows the surface after every frame`(terminal: Int, seed: UInt64) {
        let capabilities = Self.terminals[terminal]
        for size in [Size(columns: 80, rows: 24), Size(columns: 7, rows: 3), Size(columns: 1, rows: 1)] {
            var random = RandomSurface(seed: seed &* 7919 &+ UInt64(size.area), size: size)
            var encoder = FrameEncoder(capabilities: capabilities)
            var screen = StrictScreen(size: size, hasBackColorErase: capabilities.backColorErase)
            for step in 0..<40 {
                if step % 15 == 14 { encoder.invalidate() }
                random.change()
                screen.feed(encoder.encode(random.surface))
                let wrong = ScreenComparison(random.surface, capabilities).difference(screen)
                #expect(wrong == nil, "terminal \(terminal), seed \(seed), \(size), step \(step)")
                if wrong != nil { return }
                #expect(encoder.encode(random.surface).isEmpty, "an unchanged frame")
            }
        }
    }

    @Test(arguments: [0, 2, 4, 8, 12] as [Int], 1...6 as ClosedRange<UInt64>)
    func `our own emulator shows the surface after every frame`(terminal: Int, seed: UInt64) {
        let capabilities = Self.terminals[terminal]
        let size = Size(columns: 60, rows: 16)
        var random = RandomSurface(seed: seed, size: size)
        var encoder = FrameEncoder(capabilities: capabilities)
        let emulator = Terminal(size: size)
        for step in 0..<60 {
            random.change()
            emulator.feed(encoder.encode(random.surface))
            let wrong = ScreenComparison(random.surface, capabilities).difference(emulator.frame())
            #expect(wrong == nil, "terminal \(terminal), seed \(seed), step \(step)")
            if wrong != nil { return }
        }
    }

    @Test func `a line scrolled costs less than 500 bytes`() {
        var surface = Surface(size: Size(columns: 200, rows: 50))
        func show(_ first: Int) {
            for row in 0..<49 {
                let line = String(repeating: "line \(first + row) of many ", count: 8)
                surface.text(line, row: row, column: 0, style: Style(foreground: .indexed(UInt8((first + row) % 16))))
            }
            surface.text("status \(first)", row: 49, column: 0)
        }
        var encoder = FrameEncoder(capabilities: Self.modern)
        show(0)
        _ = encoder.encode(surface)
        show(1)
        #expect(encoder.encode(surface).count < 500)
    }

    @Test func `a link or a cluster with control characters doesn't reach the terminal`() {
        var surface = Surface(size: Size(columns: 10, rows: 1))
        let extra = surface.symbols.extra(for: Extra(link: "http://a.example/\u{1B}]0;evil\u{7}"))
        surface[0, 0] = Cell(content: surface.symbols.content(for: "a\u{9B}5n"), extra: extra)
        surface[0, 1] = Cell(content: 0x9B)
        surface[0, 2] = Cell(content: 0x1B)
        var encoder = FrameEncoder(capabilities: Self.modern)
        let text = String(decoding: encoder.encode(surface), as: UTF8.self)
        #expect(!text.contains("evil"))
        #expect(!text.unicodeScalars.contains { 0x7F...0x9F ~= $0.value })
    }

    @Test func `capabilities learned later repaint what looks different`() {
        var encoder = FrameEncoder(capabilities: TerminalCapabilities())
        var surface = Surface(size: Size(columns: 4, rows: 1))
        surface.text("x", row: 0, column: 0, style: Style(foreground: .rgb(1, 2, 3)))
        #expect(String(decoding: encoder.encode(surface), as: UTF8.self).contains("38;5;16m"))
        encoder.capabilities.synchronizedUpdates = true
        #expect(encoder.encode(surface).isEmpty)
        encoder.capabilities.apply(.version("kitty(0.35.2)"))
        #expect(String(decoding: encoder.encode(surface), as: UTF8.self).contains("38;2;1;2;3m"))
    }

    @Test func `a copy goes its own way`() {
        var surface = Surface(size: Size(columns: 4, rows: 1))
        var encoder = FrameEncoder(capabilities: TerminalCapabilities())
        _ = encoder.encode(surface)
        var copy = encoder
        surface.text("x", row: 0, column: 0)
        #expect(copy.encode(surface) == encoder.encode(surface))
        #expect(copy.encode(surface).isEmpty)
    }

    @Test func `any size and any cells are taken, and what is sent stays a terminal's`() {
        var generator = SeededGenerator(seed: 11)
        for columns in [0, 1, 2, 50] {
            for rows in [0, 1, 9] {
                var surface = Surface(size: Size(columns: columns, rows: rows))
                var encoder = FrameEncoder(capabilities: Self.modern)
                var screen = StrictScreen(size: Size(columns: max(1, columns), rows: max(1, rows)))
                for _ in 0..<20 {
                    for index in surface.cells.indices {
                        surface.cells[index] = Cell(
                            content: .random(in: 0 ... .max, using: &generator),
                            foreground: Color(rawValue: .random(in: 0 ... .max, using: &generator)),
                            attributes: Attributes(rawValue: .random(in: 0 ... .max, using: &generator)),
                            extra: .random(in: 0 ... .max, using: &generator))
                    }
                    screen.feed(encoder.encode(surface))
                }
                // Random scalars have widths that the strict terminal doesn't know; its grammar counts here.
                let complaints = screen.complaints.filter { !$0.hasPrefix("wrapped") && !$0.contains("edge") }
                #expect(complaints.filter { !$0.hasPrefix("invalid") } == [])
            }
        }
    }
}
