import ScreenModel
import Themes
import WorkbenchModel

/// Draws a replay.
public struct ReplayRenderer: Sendable {
    public var theme: Theme
    public var glyphs: Glyphs

    public init(theme: Theme, glyphs: Glyphs = .unicode) {
        self.theme = theme
        self.glyphs = glyphs
    }

    /// Draws all of it. Keep the surface from frame to frame: its symbols stay, so that a display can compare.
    public func draw(_ model: ReplayModel, frame: Frame, on surface: inout Surface) {
        if surface.size != model.window { surface = Surface(size: model.window) }
        surface.fill(surface.bounds, style: theme[.surface])
        surface.cursor = nil
        guard surface.size.rows > 0, surface.size.columns > 0 else { return }
        let layout = model.layout
        drawScreen(model, frame, layout, on: &surface)
        if let row = layout.title { drawTitle(model, row: row, on: &surface) }
        if let files = model.files { drawFiles(files, in: layout.files, on: &surface) }
        drawTimeline(model, layout, on: &surface)
        drawBottom(model, layout, on: &surface)
        switch model.mode {
        case .help(let scroll): drawHelp(model.legend, scroll: scroll, layout, on: &surface)
        case .filesHelp(let scroll): drawHelp(model.filesLegend, scroll: scroll, layout, on: &surface)
        case .normal, .prompt, .files: break
        }
    }

    private func drawScreen(
        _ model: ReplayModel, _ frame: Frame, _ layout: ReplayLayout, on surface: inout Surface
    ) {
        if let rect = layout.frame { drawBorder(rect, style: theme[.border], on: &surface) }
        let rect = layout.screen
        surface.fill(rect, style: .plain)
        surface.draw(frame, origin: model.viewport.origin, in: rect)
        if frame.modes.reverseVideo { invert(rect, on: &surface) }
        drawHits(model, in: rect, on: &surface)
        drawSigns(model, layout, on: &surface)
        guard frame.cursor.isVisible, model.mode == .normal else { return }
        var cursor = frame.cursor
        cursor.position.row += rect.row - model.viewport.origin.row
        cursor.position.column += rect.column - model.viewport.origin.column
        if rect.contains(cursor.position) { surface.cursor = cursor }
    }

    func drawBorder(_ rect: Rect, style: Style, on surface: inout Surface) {
        let (top, bottom) = (rect.row, rect.endRow - 1)
        let (left, right) = (rect.column, rect.endColumn - 1)
        for column in left...max(left, right) {
            put(glyphs.horizontal, top, column, style, on: &surface)
            put(glyphs.horizontal, bottom, column, style, on: &surface)
        }
        for row in top...max(top, bottom) {
            put(glyphs.vertical, row, left, style, on: &surface)
            put(glyphs.vertical, row, right, style, on: &surface)
        }
        let places = [(top, left), (top, right), (bottom, left), (bottom, right)]
        for (place, corner) in zip(places, glyphs.corners) { put(corner, place.0, place.1, style, on: &surface) }
    }

    /// DECSCNM turns the whole screen over.
    func invert(_ rect: Rect, on surface: inout Surface) {
        for row in rect.row..<rect.endRow {
            for column in rect.column..<rect.endColumn {
                surface[row, column].attributes.formSymmetricDifference(.inverse)
            }
        }
    }

    /// Signs of the lines that are visible, in the gutter; without room for one, the edge's cell is lit up instead.
    private func drawSigns(_ model: ReplayModel, _ layout: ReplayLayout, on surface: inout Surface) {
        guard model.gutter != .none, layout.screen.columns > 0 else { return }
        for sign in model.signs {
            let row = sign.row - model.viewport.origin.row
            guard row >= 0, row < layout.screen.rows else { continue }
            let style = theme[sign.isSnapshot ? .snapshot : .moment]
            let glyph = sign.isSnapshot ? glyphs.snapshot : glyphs.moment
            if let column = layout.gutter {
                put(glyph, layout.screen.row + row, column, style, on: &surface)
            } else {
                let column = model.gutter == .left ? layout.screen.column : layout.screen.endColumn - 1
                mark(layout.screen.row + row, column, glyph, style, on: &surface)
            }
        }
    }

    /// A blank cell shows the sign; text stays readable and is turned over in the sign's colour.
    func mark(
        _ row: Int, _ column: Int, _ glyph: Unicode.Scalar, _ style: Style, on surface: inout Surface
    ) {
        let cell = surface[row, column]
        if cell.isBlank, !cell.attributes.contains(.wideTrail) {
            put(glyph, row, column, style, on: &surface)
        } else {
            surface[row, column].foreground = style.foreground
            surface[row, column].attributes.insert(.inverse)
        }
    }

    func put(_ glyph: Unicode.Scalar, _ row: Int, _ column: Int, _ style: Style, on surface: inout Surface) {
        guard surface.bounds.contains(Position(row: row, column: column)) else { return }
        surface[row, column] = style.cell(glyph.value)
    }

    /// Text cut to a width, with a sign that it is.
    @discardableResult
    func write(
        _ text: String, _ row: Int, _ column: Int, _ style: Style, width: Int, on surface: inout Surface
    ) -> Int {
        guard width > 0 else { return 0 }
        let used = surface.text(text, row: row, column: column, style: style, maxColumns: width)
        let isCut = used >= width && text.unicodeScalars.count > width && text.utf8.count > width
        if isCut { surface.text(glyphs.ellipsis, row: row, column: column + width - 1, style: style, maxColumns: 1) }
        return used
    }
}
