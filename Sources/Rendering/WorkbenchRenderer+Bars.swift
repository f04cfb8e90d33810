import ScreenModel
import Themes
import WorkbenchModel

extension WorkbenchRenderer {
    /// What a pane shows, since when, how fast, and how its state is known.
    func drawBar(
        _ workbench: Workbench, _ pane: Pane, _ rect: Rect, isFocused: Bool, on surface: inout Surface
    ) {
        let style = theme[isFocused ? .titleFocused : .title]
        surface.fill(Rect(row: rect.row, column: rect.column, columns: rect.columns, rows: 1), style: style)
        let entry = pane.sessionID.flatMap(workbench.sessions.entry)
        let right = Self.short(facts(workbench, pane, entry), width: rect.columns / 2)
        let rightColumn = max(rect.column, rect.endColumn - right.terminalWidth - 1)
        var column = rect.column
        func add(_ text: String, _ style: Style) {
            column += base.write(
                text, rect.row, column, style, width: rightColumn - column - (right.isEmpty ? 0 : 1), on: &surface)
        }
        if pane.isMarked { add(workbench.broadcasts ? "»" : "+", theme[.attention]) }
        add(" \(sign(pane, entry)) ", style)
        add(title(workbench, pane, entry), isFocused ? style : theme[.titleName])
        if let entry, case .session = pane.source {
            let state = entry.activity == .unknown ? "" : "  \(entry.activity.word)"
            var stateStyle = style
            if entry.activity.needsPerson { stateStyle.foreground = theme[.attention].foreground }
            add(state, stateStyle)
            if let since = entry.since, !state.isEmpty { add(" \(AgeText.text(workbench.now - since))", style) }
            if !entry.source.isEmpty { add(" (\(entry.source))", style) }
            if !entry.detail.isEmpty { add("  \(entry.detail)", stateStyle) }
        }
        base.write(right, rect.row, rightColumn, style, width: rect.endColumn - rightColumn, on: &surface)
    }

    /// Of facts with two blanks between them, the last ones that fit, one at least.
    private static func short(_ facts: String, width: Int) -> String {
        var facts = facts[...]
        while facts.terminalWidth > width, let gap = facts.ranges(of: "  ").first {
            facts = facts[gap.upperBound...].drop { $0 == " " }
        }
        return String(facts)
    }

    func sign(_ pane: Pane, _ entry: ListedSession?) -> String {
        switch pane.source {
        case .session: entry.map { sign(of: $0.activity) } ?? glyphs.live
        case .recording:
            pane.replay.map {
                $0.isAtEnd && !$0.timeline.isLive ? glyphs.ended : $0.isPlaying ? glyphs.playing : glyphs.paused
            }
                ?? glyphs.paused
        case .files, .comparison: glyphs.files
        case .starting: glyphs.resting
        case .failed: glyphs.failed
        case .text, .job: glyphs.files
        }
    }

    func sign(of activity: SessionActivity) -> String {
        switch activity {
        case .needsPermission, .needsInput: glyphs.needsPerson
        case .working, .starting: glyphs.working
        case .paused, .idle, .unknown: glyphs.resting
        case .done: glyphs.done
        case .failed: glyphs.failed
        }
    }

    private func title(_ workbench: Workbench, _ pane: Pane, _ entry: ListedSession?) -> String {
        switch pane.source {
        case .starting(let request): return request.title
        case .failed: return "not started"
        case .session, .recording:
            let name = entry?.title ?? pane.replay?.name ?? String((pane.sessionID ?? "").prefix(8))
            guard let entry, entry.name != nil, let program = entry.command.split(separator: " ").first else {
                return name
            }
            return "\(name)  \(program.split(separator: "/").last ?? program)"
        case .files: return pane.files?.title ?? "files"
        case .comparison: return "comparison"
        case .text(let page): return page.title
        case .job(let job): return job.title
        }
    }

    private func facts(_ workbench: Workbench, _ pane: Pane, _ entry: ListedSession?) -> String {
        if let copying = pane.copying { return copyFacts(copying) }
        switch pane.source {
        case .session:
            if let problem = pane.live.problem { return problem }
            return "live \(TimeText.text(pane.live.elapsed))"
        case .recording(let place):
            guard let replay = pane.replay else { return "opening" }
            let exit = entry?.exitStatus.map { ", exit \($0)" } ?? ""
            let what = place.returnsToLive ? "history" : "replay"
            let speed = SpeedText.text(replay.speed).dropFirst()
            let tied = pane.tie == nil ? "" : "= "
            return "\(tied)\(what) \(glyphs.times)\(speed)  \(TimeText.text(replay.target ?? replay.playhead))\(exit)"
        case .files: return pane.files.map { $0.follows ? "follows  \($0.comparison)" : $0.comparison } ?? ""
        case .starting, .failed, .comparison, .text, .job: return ""
        }
    }

    /// The timeline of the session in the pane with the focus.
    func drawTimeline(
        _ workbench: Workbench, _ row: Int, _ regions: Workbench.Regions, on surface: inout Surface
    ) {
        let layout = ReplayLayout(timeline: row, bottom: regions.bottom)
        guard let pane = workbench.focusedPane, let model = clock(of: pane, workbench) else {
            surface.fill(
                Rect(row: row, column: 0, columns: surface.size.columns, rows: 1), style: theme[.status])
            return
        }
        base.drawTimeline(model, layout, on: &surface)
    }

    private func clock(of pane: Pane, _ workbench: Workbench) -> ReplayModel? {
        switch pane.source {
        case .recording:
            guard var model = pane.replay else { return nil }
            model.timeline.others = tiedMoments(of: pane, workbench)
            model.timeline.branches = branches(of: pane, workbench)
            return model
        case .session:
            var timeline = pane.live.timeline
            timeline.duration = max(timeline.duration, pane.live.elapsed)
            timeline.branches = branches(of: pane, workbench)
            return .live(timeline)
        case .files(let place): return place.player.flatMap { workbench.panes[$0] }.flatMap { clock(of: $0, workbench) }
        case .starting, .failed, .comparison, .text, .job: return nil
        }
    }

    private func branches(of pane: Pane, _ workbench: Workbench) -> [Int64] {
        guard let session = pane.sessionID else { return [] }
        return workbench.sessions.entries.filter { $0.parent == session }.compactMap(\.forkTime)
    }

    /// The moments of recordings tied to this one, at this one's times.
    private func tiedMoments(of pane: Pane, _ workbench: Workbench) -> [Int64] {
        guard let own = pane.tie, let tab = workbench.tab else { return [] }
        return tab.panes.filter { $0 != pane.id }.compactMap { workbench.panes[$0] }.flatMap { other -> [Int64] in
            guard let tie = other.tie, let replay = other.replay else { return [] }
            return replay.timeline.moments.map { $0.milliseconds + tie - own }.filter { $0 >= 0 }
        }
    }

    /// The prompt, else the message, else what is under way, else tabs and keys.
    func drawBottom(_ workbench: Workbench, _ regions: Workbench.Regions, on surface: inout Surface) {
        let row = regions.bottom
        let whole = Rect(row: row, column: 0, columns: surface.size.columns, rows: 1)
        func line(_ text: String, _ role: Role) {
            surface.fill(whole, style: theme[role])
            base.write(text, row, 1, theme[role], width: whole.columns - 1, on: &surface)
        }
        let replay = workbench.focus == .panes ? workbench.focusedPane?.replay : nil
        let files = workbench.focus == .panes ? workbench.focusedPane?.files : nil
        if case .prompt(let prompt, _) = workbench.mode {
            base.drawPrompt(prompt, row: row, on: &surface)
        } else if case .palette(let palette) = workbench.mode {
            base.drawPrompt(palette.field, row: row, on: &surface)
        } else if case .confirm(let text, _) = workbench.mode {
            line(text, .attention)
        } else if case .prompt(let prompt) = replay?.mode {
            base.drawPrompt(prompt, row: row, on: &surface)
        } else if let prompt = files?.prompt {
            base.drawPrompt(prompt, row: row, on: &surface)
        } else if let files, let (text, role) = base.filesLine(files, workbench.keys.files) {
            line(text, role)
        } else if let message = workbench.message {
            line(message.text, message.isError ? .error : .status)
        } else if let message = replay?.message {
            line(message.text, message.isError ? .error : .status)
        } else if let replay, let work = replay.work {
            line(base.describe(work, replay), .status)
        } else {
            drawTabsAndHints(workbench, row, on: &surface)
        }
    }

    private func drawTabsAndHints(_ workbench: Workbench, _ row: Int, on surface: inout Surface) {
        let labels = tabLabels(workbench)
        base.drawHints(hints(workbench), row: row, before: labels.first?.column ?? .max, on: &surface)
        for label in labels {
            base.write(
                label.text, row, label.column, theme[label.role], width: surface.size.columns - label.column,
                on: &surface)
        }
    }

    private func hints(_ workbench: Workbench) -> [(keys: String, what: String)] {
        let keys = workbench.keys
        func prefixed(_ wanted: [(Command, String)]) -> [(keys: String, what: String)] {
            wanted.compactMap { command, what in
                keys.afterPrefix.key(of: command).map { ("\(keys.prefix) \($0)", what) }
            }
        }
        switch workbench.keyContext {
        case .sessions:
            return keys.sessions.hints(of: [
                (.help, "help"), (.sessions(.open), "show"), (.sessions(.openBeside), "beside"),
                (.workbench(.newSession), "new agent"), (.workbench(.newTab), "shell"),
                (.workbench(.prompt(nil)), "prompt"),
                (.sessions(.toggleFinished), "ended"), (.quit, "leave"), (.workbench(.detach), "leave"),
            ])
        case .replay: return keys.replay.hints()
        case .files: return keys.files.filesHints()
        case .copy: return keys.copy.copyHints()
        default:
            return prefixed([
                (.help, "help"), (.workbench(.nextNeedingPerson), "who needs you"),
                (.workbench(.newSession), "new agent"),
                (.workbench(.split(.right)), "split"), (.workbench(.sessions), "sessions"),
                (.workbench(.history), "back in time"), (.interveneAtOnce, "branch"), (.workbench(.detach), "leave"),
            ])
        }
    }
}

/// How long ago, in the largest unit: `41s`, `2m`, `3h`, `5d`.
public enum AgeText {
    /// - Parameter milliseconds: negative ones, of a clock that went back, count as none.
    public static func text(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" }
        return seconds < 86_400 ? "\(seconds / 3600)h" : "\(seconds / 86_400)d"
    }
}
