import ScreenModel

extension Interpreter {
    mutating func setAnsiModes(on: Bool) {
        for index in 0..<parameters.count {
            switch parameters.value(index) {
            case 4: registers.insertMode = on
            case 20: registers.newLineMode = on
            default: break
            }
        }
    }

    /// One mode at a time, in their order.
    mutating func setPrivateModes(on: Bool) {
        for index in 0..<parameters.count { setPrivateMode(parameters.value(index), on: on) }
    }

    private mutating func setPrivateMode(_ mode: Int, on: Bool) {
        switch mode {
        case 1: registers.modes.applicationCursorKeys = on
        case 3: resetForColumns()
        case 5:
            registers.modes.reverseVideo = on
            dirty.insert(0..<rows)
        case 6:
            registers.originMode = on
            moveTo(row: 0, column: 0)
        case 7:
            registers.autowrap = on
            if !on { registers.pendingWrap = false }
        case 12: registers.cursorBlinks = on
        case 25: registers.cursorIsVisible = on
        case 66: registers.modes.applicationKeypad = on
        case 9: setMouse(.press, on: on)
        case 1000: setMouse(.click, on: on)
        case 1002: setMouse(.drag, on: on)
        case 1003: setMouse(.motion, on: on)
        case 1005: setMouse(.utf8, on: on)
        case 1006: setMouse(.sgr, on: on)
        case 1015: setMouse(.urxvt, on: on)
        case 1016: setMouse(.sgrPixels, on: on)
        case 1004: registers.modes.reportsFocus = on
        case 1007: registers.modes.alternateScroll = on
        case 2004: registers.modes.bracketedPaste = on
        case 47, 1047, 1049: setAlternateScreen(on: on, cursor: mode == 1049)
        case 1048: if on { saveCursor() } else { restoreCursor() }
        case 2026: setSynchronizedUpdate(on: on)
        default: break
        }
    }

    private mutating func setMouse(_ tracking: Modes.MouseTracking, on: Bool) {
        registers.modes.mouseTracking = on ? tracking : .none
    }

    private mutating func setMouse(_ encoding: Modes.MouseEncoding, on: Bool) {
        registers.modes.mouseEncoding = on ? encoding : .legacy
    }

    /// DECCOLM: the window stays as wide as it is, but programs count on the clearing that goes with it.
    private mutating func resetForColumns() {
        setMargins(top: 0, bottom: rows - 1)
        move(row: 0, column: 0)
        grid.fillAll(with: blank)
        dirty.insert(0..<rows)
    }

    /// DEC 2026; programs nest it, and a frame is complete when the outermost update ends.
    private mutating func setSynchronizedUpdate(on: Bool) {
        if on {
            registers.updateDepth = min(registers.updateDepth + 1, 64)
        } else if registers.updateDepth > 0 {
            registers.updateDepth -= 1
            if registers.updateDepth == 0, events.last != .updateCompleted { events.append(.updateCompleted) }
        }
        registers.modes.synchronizedUpdate = registers.updateDepth > 0
    }

    // MARK: The alternate screen

    private mutating func setAlternateScreen(on: Bool, cursor: Bool) {
        if on {
            guard hidden == nil else { return }
            if cursor { saveCursorForAlternate() }
            enterAlternateScreen()
        } else if hidden != nil {
            leaveAlternateScreen(restoringCursor: cursor)
        } else if cursor, let saved = registers.savedByAlternate {
            // Without the alternate screen too, as xterm and tmux do.
            restore(saved)
        }
    }

    private mutating func enterAlternateScreen() {
        hidden = grid
        grid = Grid(size: grid.size)
        if blank != .blank { grid.fillAll(with: blank) }
        registers.modes.alternateScreen = true
        useKeyboardFlags()
        dirty.insert(0..<rows)
    }

    /// Shows the primary screen again, brought to the present size; a restored cursor moves with its text.
    mutating func leaveAlternateScreen(restoringCursor: Bool) {
        guard let primary = hidden else { return }
        let size = grid.size
        grid.free()
        grid = primary
        hidden = nil
        registers.modes.alternateScreen = false
        if restoringCursor, let saved = registers.savedByAlternate { restore(saved) }
        if primary.size != size { resizePrimary(to: size) }
        move(row: registers.row, column: registers.column, keepingWrap: registers.pendingWrap)
        useKeyboardFlags()
        dirty.insert(0..<rows)
    }
}
