import ScreenModel

@testable import Display

/// What a terminal with these capabilities has to show of a surface, compared with what one shows.
struct ScreenComparison {
    let surface: Surface
    let capabilities: TerminalCapabilities

    init(_ surface: Surface, _ capabilities: TerminalCapabilities) {
        self.surface = surface
        self.capabilities = capabilities
    }

    /// What is wrong with the strict terminal's screen, or nil.
    func difference(_ screen: StrictScreen) -> String? {
        if let complaint = screen.complaints.first { return complaint }
        if screen.isUpdating { return "the update doesn't end" }
        return difference(
            screen.glyphs, cursor: Position(row: screen.row, column: screen.column),
            isCursorVisible: screen.isCursorVisible)
    }

    /// What is wrong with our own emulator's screen, or nil.
    func difference(_ frame: Frame) -> String? {
        let glyphs = frame.cells.map { cell in
            let extra = frame.symbols.extra(cell.extra)
            let attributes = cell.attributes.styling
            return StrictScreen.Glyph(
                text: frame.symbols.text(of: cell), foreground: cell.foreground, background: cell.background,
                attributes: attributes, link: extra?.link,
                underlineColor: attributes.underline == .none ? .default : extra?.underlineColor ?? .default)
        }
        return difference(glyphs, cursor: frame.cursor.position, isCursorVisible: frame.cursor.isVisible)
    }

    private func difference(_ glyphs: [StrictScreen.Glyph], cursor shown: Position, isCursorVisible: Bool) -> String? {
        let cursor = surface.cursor.flatMap { $0.isVisible ? $0.position : nil }
        if capabilities.cursorVisibility, isCursorVisible != (cursor != nil) { return "cursor visibility" }
        if let cursor, cursor != shown { return "cursor position" }
        var mapper = ColorMapper(depth: capabilities.colors)
        // Without a delayed wrap the last cell can't be written.
        let isLastLost = capabilities.automaticMargins && !capabilities.delaysWrap
        for index in surface.cells.indices.dropLast(isLastLost ? 1 : 0) {
            let expected = expected(index, surface, capabilities, &mapper)
            let shown = canonical(glyphs[index])
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
