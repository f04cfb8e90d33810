import ScreenModel
import Themes
import WorkbenchModel

extension ReplayRenderer {
    /// Elapsed time, the line with its points and playhead, total time, and how it plays.
    func drawTimeline(_ model: ReplayModel, _ layout: ReplayLayout, on surface: inout Surface) {
        guard surface.size.rows > layout.timeline else { return }
        let row = layout.timeline
        let width = surface.size.columns
        let style = theme[.status]
        surface.fill(Rect(row: row, column: 0, columns: width, rows: 1), style: style)
        let bar = layout.bar(in: surface.size, duration: model.timeline.duration)
        let elapsed = TimeText.text(model.target ?? model.playhead)
        write(elapsed, row, max(0, bar.column - 1 - elapsed.utf8.count), style, width: width, on: &surface)
        if bar.columns > 0 { drawLine(model, bar, on: &surface) }
        let total = TimeText.text(model.timeline.duration)
        let column = bar.endColumn + 1
        let used = write(total, row, column, theme[.muted], width: width - column, on: &surface)
        drawState(model, row: row, column: column + used + 1, on: &surface)
    }

    private func drawLine(_ model: ReplayModel, _ bar: Rect, on surface: inout Surface) {
        let timeline = model.timeline
        let head = column(of: model.target ?? model.playhead, timeline, bar)
        let indexed = Int(Double(bar.columns) * timeline.indexed)
        for column in 0..<bar.columns {
            let isKnown = column < indexed || timeline.indexed >= 1
            let isBusy = isKnown && level(at: column, of: bar.columns, in: timeline.density) > 0
            let glyph = isKnown ? (isBusy ? glyphs.played : glyphs.idle) : glyphs.unknown
            var role: Role = column < head ? .timelinePlayed : isKnown ? .timelineRest : .timelineUnknown
            // What matters most of a long session: where it waited for somebody.
            if isKnown, timeline.state(at: time(atColumn: column, timeline, bar))?.waitsForPerson == true {
                role = .attention
            }
            put(glyph, bar.row, bar.column + column, theme[role], on: &surface)
        }
        func points(_ times: [Int64], _ glyph: Unicode.Scalar, _ role: Role) {
            for time in times where time <= timeline.duration {
                put(glyph, bar.row, bar.column + self.column(of: time, timeline, bar), theme[role], on: &surface)
            }
        }
        points(timeline.resizes, glyphs.resize, .resize)
        points(timeline.gaps, glyphs.gap, .gap)
        points(timeline.others, glyphs.otherMoment, .muted)
        points(timeline.moments.map(\.milliseconds), glyphs.moment, .moment)
        points(timeline.snapshots.map(\.milliseconds), glyphs.snapshot, .snapshot)
        points(timeline.branches, glyphs.branch, .accent)
        put(glyphs.playhead, bar.row, bar.column + head, theme[.timelinePlayhead], on: &surface)
    }

    /// The middle of the stretch that a column of the line stands for.
    private func time(atColumn column: Int, _ timeline: ReplayTimeline, _ bar: Rect) -> Int64 {
        Int64((Double(column) + 0.5) / Double(max(1, bar.columns)) * Double(timeline.duration))
    }

    private func column(of time: Int64, _ timeline: ReplayTimeline, _ bar: Rect) -> Int {
        guard timeline.duration > 0 else { return 0 }
        let part = Double(min(max(0, time), timeline.duration)) / Double(timeline.duration)
        return min(bar.columns - 1, Int((part * Double(bar.columns - 1)).rounded()))
    }

    /// The busiest of the parts that a column stands for.
    private func level(at column: Int, of columns: Int, in density: [UInt8]) -> UInt8 {
        guard !density.isEmpty else { return 0 }
        let start = column * density.count / columns
        let end = max(start + 1, (column + 1) * density.count / columns)
        return density[start..<min(end, density.count)].max() ?? 0
    }

    /// What matters most first; the rest while it fits.
    private func drawState(_ model: ReplayModel, row: Int, column: Int, on surface: inout Surface) {
        let (sign, word) = state(of: model)
        let speed = SpeedText.text(model.speed).dropFirst()
        var parts = ["\(sign) \(glyphs.times)\(speed)"]
        let points = model.timeline
        parts.append(word)
        if model.layout.title == nil, let state = points.state(at: model.playhead) { parts.append(state.text) }
        if !points.moments.isEmpty {
            parts.append("\(points.momentsReached(at: model.playhead))/\(points.moments.count) moments")
        }
        if let snapshot = points.snapshot(at: model.playhead) { parts.append("snapshot \(snapshot.id)") }
        if model.skipsIdle { parts.append("skip idle") }
        let hasState = parts.count > 2 && model.layout.title == nil && points.state(at: model.playhead) != nil
        if points.indexed < 1 { parts.insert("index \(percent(points.indexed))", at: hasState ? 3 : 1) }
        var text = ""
        for part in parts {
            let longer = text.isEmpty ? part : text + glyphs.separator + part
            if column + 1 + longer.unicodeScalars.count > surface.size.columns, !text.isEmpty { break }
            text = longer
        }
        write(text, row, column + 1, theme[.status], width: surface.size.columns - column - 1, on: &surface)
    }

    private func state(of model: ReplayModel) -> (sign: String, word: String) {
        if model.timeline.isLive, model.followsEnd { return (glyphs.live, "live") }
        if model.isAtEnd, !model.timeline.isLive { return (glyphs.ended, "at end") }
        return model.isPlaying ? (glyphs.playing, "playing") : (glyphs.paused, "paused")
    }
}
