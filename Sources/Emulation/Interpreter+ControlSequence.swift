import ScreenModel

extension Interpreter {
    /// A whole control sequence; its parts are in `parameters` and `registers`.
    mutating func controlSequence(_ final: UInt8) {
        registers.joinNext = false
        registers.flagHalf = false
        if registers.intermediate != 0 { return withIntermediate(final) }
        switch registers.leader {
        case 0: plainSequence(final)
        case 0x3F: privateSequence(final)
        case 0x3E: greaterSequence(final)
        case 0x3D: equalsSequence(final)
        default:
            if final == 0x75 { popKeyboardFlags(parameters.number(0)) }
        }
    }

    private mutating func plainSequence(_ final: UInt8) {
        switch final {
        case 0x6D: selectStyle()
        case 0x48, 0x66: moveTo(row: parameters.number(0) - 1, column: parameters.number(1) - 1)
        case 0x4B: eraseInLine(parameters.value(0))
        case 0x4A: eraseInDisplay(parameters.value(0))
        case 0x41: moveRow(by: -parameters.number(0))
        case 0x42, 0x65: moveRow(by: parameters.number(0))
        case 0x43, 0x61: moveColumn(by: parameters.number(0))
        case 0x44: moveColumn(by: -parameters.number(0))
        case 0x45, 0x46:
            moveRow(by: final == 0x45 ? parameters.number(0) : -parameters.number(0))
            carriageReturn()
        case 0x47, 0x60: move(row: registers.row, column: parameters.number(0) - 1)
        case 0x64: moveTo(row: parameters.number(0) - 1, column: registers.column)
        case 0x68, 0x6C: setAnsiModes(on: final == 0x68)
        case 0x62: repeatLast(parameters.number(0))
        case 0x53: scrollUp(parameters.number(0))
        case 0x72: setScrollRegion()
        case 0x73: saveCursor()
        case 0x75: restoreCursor()
        case 0x63: if parameters.value(0) == 0 { reply(primaryAttributes) }
        case 0x6E: reportStatus()
        case 0x74: windowOperation()
        default: editing(final)
        }
    }

    /// Insertion, deletion, scrolling down and tabs, which are libvterm's.
    private mutating func editing(_ final: UInt8) {
        // Past the last column there is nothing to insert, delete or erase, as in tmux.
        switch final {
        case 0x40, 0x50, 0x58:
            if !registers.pendingWrap { library(final, min(parameters.number(0), columns)) }
        case 0x4C, 0x4D: library(final, min(parameters.number(0), rows))
        // With five parameters it is something about the mouse.
        case 0x54: if parameters.count < 5 { library(final, min(parameters.number(0), rows)) }
        case 0x49, 0x5A: library(final, min(parameters.number(0), columns))
        case 0x67:
            registers.hasOwnTabs = true
            let which = parameters.value(0)
            if which == 0 || which == 3 { library(final, which) }
        default: break
        }
    }

    private mutating func eraseInLine(_ what: Int, leader: UInt8 = 0) {
        if what == 0, registers.pendingWrap { return }
        if what <= 2 { library(0x4B, what, leader: leader) }
    }

    private mutating func eraseInDisplay(_ what: Int, leader: UInt8 = 0) {
        switch what {
        case 0 where registers.pendingWrap: eraseBelow()
        case 0, 1, 2: library(0x4A, what, leader: leader)
        case 3:
            scrollback.clear(at: registers.topLine)
            registers.reachableLine = registers.topLine
            events.append(.scrollbackCleared)
        default: break
        }
    }

    /// The rows below the cursor's, when it stands past the end of its own.
    private mutating func eraseBelow() {
        for row in (registers.row + 1)..<max(rows, registers.row + 1) { grid.fill(row, with: blank) }
        dirty.insert((registers.row + 1)..<max(rows, registers.row + 1))
    }

    private mutating func setScrollRegion() {
        let top = parameters.number(0) - 1
        let bottom = min(parameters.number(1, or: rows), rows) - 1
        guard top < bottom else { return }
        setMargins(top: top, bottom: bottom)
        moveTo(row: 0, column: 0)
    }

    private mutating func privateSequence(_ final: UInt8) {
        switch final {
        case 0x68, 0x6C: setPrivateModes(on: final == 0x68)
        case 0x4A: if parameters.value(0) <= 2 { eraseInDisplay(parameters.value(0), leader: 0x3F) }
        case 0x4B: eraseInLine(parameters.value(0), leader: 0x3F)
        case 0x6E: reportPrivateStatus()
        case 0x75: reportKeyboardFlags()
        default: break
        }
    }

    private mutating func greaterSequence(_ final: UInt8) {
        switch final {
        case 0x63: if parameters.value(0) == 0 { reply("\u{1B}[>0;277;0c") }
        case 0x6D: if parameters.value(0) == 4 { registers.modes.modifyOtherKeys = UInt8(min(2, parameters.value(1))) }
        case 0x6E: if parameters.value(0) == 4 { registers.modes.modifyOtherKeys = 0 }
        case 0x71: if parameters.value(0) == 0 { reportVersion() }
        case 0x75: pushKeyboardFlags(UInt8(truncatingIfNeeded: parameters.value(0) & 0x1F))
        default: break
        }
    }

    private mutating func equalsSequence(_ final: UInt8) {
        switch final {
        case 0x63: if parameters.value(0) == 0 { reply("\u{1B}P!|00000000\u{1B}\\") }
        case 0x75:
            setKeyboardFlags(
                UInt8(truncatingIfNeeded: parameters.value(0) & 0x1F), how: parameters.number(1))
        default: break
        }
    }

    private mutating func withIntermediate(_ final: UInt8) {
        switch (registers.intermediate, final, registers.leader) {
        case (0x21, 0x70, 0): softReset()
        case (0x20, 0x71, 0): setCursorStyle(parameters.value(0))
        case (0x22, 0x71, 0):
            if parameters.value(0) == 1 {
                registers.pen.attributes.insert(.protected)
            } else {
                registers.pen.attributes.remove(.protected)
            }
        case (0x24, 0x70, 0): reportMode(parameters.value(0), isPrivate: false)
        case (0x24, 0x70, 0x3F): reportMode(parameters.value(0), isPrivate: true)
        default: break
        }
    }

    /// DECSCUSR: pairs of blinking and steady; 0 is the default, as 1.
    private mutating func setCursorStyle(_ style: Int) {
        guard style <= 6 else { return }
        registers.cursorShape = style <= 2 ? .block : style <= 4 ? .underline : .bar
        registers.cursorBlinks = style == 0 || style % 2 == 1
    }

    // MARK: The kitty keyboard protocol

    mutating func useKeyboardFlags() {
        registers.modes.kittyKeyboard = (hidden == nil ? registers.keyboard : registers.keyboardAlternate).current
    }

    private mutating func changeKeyboard(_ change: (inout KeyboardFlags) -> Void) {
        guard identity.offersKittyKeyboard else { return }
        if hidden == nil { change(&registers.keyboard) } else { change(&registers.keyboardAlternate) }
        useKeyboardFlags()
    }

    private mutating func pushKeyboardFlags(_ flags: UInt8) {
        changeKeyboard { $0.push(flags) }
    }

    private mutating func popKeyboardFlags(_ count: Int) {
        changeKeyboard { $0.pop(count) }
    }

    private mutating func setKeyboardFlags(_ flags: UInt8, how: Int) {
        changeKeyboard {
            switch how {
            case 1: $0.current = flags
            case 2: $0.current |= flags
            case 3: $0.current &= ~flags
            default: break
            }
        }
    }
}
