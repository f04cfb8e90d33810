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
                let wrong = difference(random.surface, screen, capabilities)
                #expect(wrong == nil, "terminal \(terminal), seed \(seed), \(size), step \(step)")
                if wrong != nil { return }
                #expect(encoder.encode(random.surface).isEmpty, "an unchanged frame")
            }
        }
    }

    private func difference(_ surface: Surface, _ screen: StrictScreen, _ capabilities: TerminalCapabilities) -> String?
    {
        if let complaint = screen.complaints.first { return complaint }
        if screen.isUpdating { return "the update doesn't end" }
        let cursor = surface.cursor.flatMap { $0.isVisible ? $0.position : nil }
        if capabilities.cursorVisibility, screen.isCursorVisible != (cursor != nil) { return "cursor visibility" }
        if let cursor, cursor != Position(row: screen.row, column: screen.column) { return "cursor position" }
        var mapper = ColorMapper(depth: capabilities.colors)
        // Without a delayed wrap the last cell can't be written.
        let isLastLost = capabilities.automaticMargins && !capabilities.delaysWrap
        for index in surface.cells.indices.dropLast(isLastLost ? 1 : 0) {
            let expected = expected(index, surface, capabilities, &mapper)
            let shown = canonical(screen.glyphs[index])
            if expected != shown { return "cell \(index): \(expected) is shown as \(shown)" }
        }
        return nil
    }

    /// What can be seen of a blank is its background and lines.
    private func canonical(_ glyph: StrictScreen.Glyph) -> StrictScreen.Glyph {
        var glyph = glyph
        if glyph.text == " ", glyph.attributes.isDisjoint(with: [.inverse, .strikethrough, .overline]),
            glyph.attributes.underline == .none
        {
            glyph = StrictScreen.Glyph(background: glyph.background)
        }
        if glyph.text.isEmpty { glyph = StrictScreen.Glyph(text: "", background: glyph.background) }
        return glyph
    }

    private func expected(
        _ index: Int, _ surface: Surface, _ capabilities: TerminalCapabilities, _ mapper: inout ColorMapper
    ) -> StrictScreen.Glyph {
        let cell = surface.cells[index]
        let column = index % surface.size.columns
        var glyph = StrictScreen.Glyph(text: surface.symbols.text(of: cell))
        let foreground = mapper.map(cell.foreground)
        glyph.foreground = foreground.color
        glyph.background = mapper.map(cell.background).color
        glyph.attributes = attributes(cell, capabilities)
        if foreground.isBright { glyph.attributes.insert(.bold) }
        if let extra = surface.symbols.extra(cell.extra) {
            let isSafe = extra.link?.utf8.allSatisfy { 0x20..<0x7F ~= $0 } ?? false
            if capabilities.hyperlinks, isSafe { glyph.link = extra.link }
            if capabilities.underlineColor, glyph.attributes.underline != .none {
                glyph.underlineColor = extra.underlineColor
            }
        }
        let isWide = cell.attributes.contains(.wide)
        let isTrail = cell.attributes.contains(.wideTrail)
        let hasTrail =
            isWide && column + 1 < surface.size.columns
            && surface.cells[index + 1].attributes.contains(.wideTrail)
        let hasLead = isTrail && column > 0 && surface.cells[index - 1].attributes.contains(.wide)
        if isWide && !hasTrail && capabilities.utf8 || isTrail && (!hasLead || !capabilities.utf8) { glyph.text = " " }
        if isTrail, hasLead, capabilities.utf8 {
            glyph = expected(index - 1, surface, capabilities, &mapper)
            glyph.text = ""
        }
        if let scalar = glyph.text.unicodeScalars.first, scalar.value <= 0x20 || 0x7F...0x9F ~= scalar.value {
            glyph.text = " "
        } else if !capabilities.utf8, let scalar = glyph.text.unicodeScalars.first {
            let value = cell.clusterIndex == nil ? scalar.value : 0xFFFF_FFFF
            glyph.text = String(Character(Unicode.Scalar(AsciiFallback.scalar(for: value)) ?? "?"))
        }
        return canonical(glyph)
    }

    private func attributes(_ cell: Cell, _ capabilities: TerminalCapabilities) -> Attributes {
        var attributes = cell.attributes.styling
        if !capabilities.italic { attributes.remove(.italic) }
        if !capabilities.strikethrough { attributes.remove(.strikethrough) }
        if !capabilities.overline { attributes.remove(.overline) }
        if attributes.underline != .none, !capabilities.underlineStyles { attributes.underline = .single }
        return attributes
    }
}
