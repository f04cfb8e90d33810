extension ReplayModel {
    /// Does what a command says to the model, and returns what is left to do outside.
    public mutating func apply(_ command: Command) -> [Effect] {
        message = nil
        switch command {
        case .togglePlay: return togglePlay()
        case .slower: return changeSpeed(by: -1)
        case .faster: return changeSpeed(by: 1)
        case .setSpeed(let speed): return setSpeed(speed)
        case .toggleIdleSkip: return toggleIdleSkip()
        case .step: return pausing(.stepRead)
        case .frame(let forward): return pausing(.stepFrame(forward: forward))
        case .scrub, .toStart, .toEnd, .goTo, .previousMoment, .nextMoment, .previousSnapshot, .nextSnapshot:
            return move(command)
        case .search, .nextHit, .previousHit: return search(command)
        case .inspect, .intervene, .interveneAtOnce, .mark: return useSnapshot(command)
        case .pan, .followCursor, .cycleGutter, .help, .cancel, .redraw: return look(command)
        case .suspend: return [.suspend]
        case .quit: return [.quit]
        case .prompt(let edit): return apply(edit)
        case .files(let command): return apply(command)
        case .workbench, .sessions, .copy:
            say("this belongs to the workbench: “ah” without arguments opens it", isError: true)
            return []
        }
    }

    private mutating func togglePlay() -> [Effect] {
        isPlaying.toggle()
        guard isPlaying, isAtEnd, !timeline.isLive else { return [.clockChanged] }
        return [.clockChanged] + seek(to: 0)
    }

    private mutating func changeSpeed(by steps: Int) -> [Effect] {
        let current =
            Self.speeds.firstIndex { $0 >= speed } ?? Self.speeds.count - 1
        // A speed between two of the list goes to its neighbour, not past it.
        let isBetween = steps > 0 && Self.speeds[current] > speed
        let index = isBetween ? current : current + steps
        guard Self.speeds.indices.contains(index) else { return [] }
        return setSpeed(Self.speeds[index])
    }

    private mutating func setSpeed(_ speed: Double) -> [Effect] {
        self.speed = speed
        say("speed \(SpeedText.text(speed))")
        return [.clockChanged]
    }

    private mutating func toggleIdleSkip() -> [Effect] {
        skipsIdle.toggle()
        let limit = TimeText.exactText(idleLimit)
        say(skipsIdle ? "idle time is skipped: no pause is longer than \(limit)" : "idle time is played as it was")
        return [.clockChanged]
    }

    private mutating func pausing(_ effect: Effect) -> [Effect] {
        followsEnd = false
        defer { isPlaying = false }
        return isPlaying ? [.clockChanged, effect] : [effect]
    }

    private mutating func look(_ command: Command) -> [Effect] {
        switch command {
        case .pan(let rows, let columns):
            if case .help(let scroll) = mode {
                mode = .help(scroll: max(0, scroll + rows))
            } else if case .filesHelp(let scroll) = mode {
                mode = .filesHelp(scroll: max(0, scroll + rows))
            } else {
                viewport.pan(rows: rows, columns: columns, screen: screen, pane: layout.screen.size)
            }
        case .followCursor:
            viewport.follow()
            updateViewport()
        case .cycleGutter: cycleGutter()
        case .help:
            switch mode {
            case .help: mode = .normal
            case .filesHelp: mode = .files
            case .files: mode = .filesHelp(scroll: 0)
            default: mode = .help(scroll: 0)
            }
        case .redraw: return [.redraw]
        default: return cancel()
        }
        return []
    }

    private mutating func cycleGutter() {
        let all = Gutter.allCases
        let index = all.firstIndex(of: gutter) ?? 0
        gutter = all[(index + 1) % all.count]
        say("gutter: \(gutter.rawValue)")
        updateViewport()
    }

    private mutating func cancel() -> [Effect] {
        if case .filesHelp = mode {
            mode = .files
            return []
        }
        if mode == .files, files?.hasMore == true { return effects { $0.leave() } }
        if mode != .normal {
            let hadFiles = files != nil
            mode = .normal
            files = nil
            return hadFiles ? [.stopFiles] : []
        }
        guard work != nil else { return [] }
        target = nil
        return [.stopWork]
    }
}

/// Speeds as they are shown: `×1`, `×0.25`.
public enum SpeedText {
    public static func text(_ speed: Double) -> String {
        speed == speed.rounded() ? "×\(Int(speed))" : "×\(speed)"
    }
}
