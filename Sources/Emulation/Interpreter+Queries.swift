import ScreenModel

/// Answers, the same whatever libvterm's version.
extension Interpreter {
    /// DA1: a VT220 with colours.
    var primaryAttributes: String { "\u{1B}[?62;22c" }

    mutating func reportVersion() {
        reply("\u{1B}P>|\(identity.name) \(identity.version)\u{1B}\\")
    }

    /// DSR and CPR
    mutating func reportStatus() {
        switch parameters.value(0) {
        case 5: reply("\u{1B}[0n")
        case 6: reply("\u{1B}[\(reportedRow);\(registers.column + 1)R")
        default: break
        }
    }

    mutating func reportPrivateStatus() {
        switch parameters.value(0) {
        case 6: reply("\u{1B}[?\(reportedRow);\(registers.column + 1)R")
        case 15: reply("\u{1B}[?13n")
        case 25: reply("\u{1B}[?20n")
        case 26: reply("\u{1B}[?27;1;0;0n")
        case 996: reply("\u{1B}[?997;\(backgroundIsDark ? 1 : 2)n")
        default: break
        }
    }

    private var reportedRow: Int {
        registers.row + 1 - (registers.originMode ? registers.top : 0)
    }

    private var backgroundIsDark: Bool {
        guard let color = (labels.background ?? identity.background).components else { return true }
        return Int(color.red) * 3 + Int(color.green) * 6 + Int(color.blue) < 1280
    }

    mutating func reportKeyboardFlags() {
        guard identity.offersKittyKeyboard else { return }
        reply("\u{1B}[?\(registers.modes.kittyKeyboard)u")
    }

    // MARK: DECRQM

    mutating func reportMode(_ mode: Int, isPrivate: Bool) {
        let state = isPrivate ? privateMode(mode) : ansiMode(mode)
        // 0 not known, 1 set, 2 reset
        let answer = state.map { $0 ? 1 : 2 } ?? 0
        reply("\u{1B}[\(isPrivate ? "?" : "")\(mode);\(answer)$y")
    }

    private func ansiMode(_ mode: Int) -> Bool? {
        switch mode {
        case 4: registers.insertMode
        case 20: registers.newLineMode
        default: nil
        }
    }

    private func privateMode(_ mode: Int) -> Bool? {
        let modes = registers.modes
        switch mode {
        case 1: return modes.applicationCursorKeys
        case 3: return false
        case 5: return modes.reverseVideo
        case 6: return registers.originMode
        case 7: return registers.autowrap
        case 12: return registers.cursorBlinks
        case 25: return registers.cursorIsVisible
        case 66: return modes.applicationKeypad
        case 9: return modes.mouseTracking == .press
        case 1000: return modes.mouseTracking == .click
        case 1002: return modes.mouseTracking == .drag
        case 1003: return modes.mouseTracking == .motion
        case 1005: return modes.mouseEncoding == .utf8
        case 1006: return modes.mouseEncoding == .sgr
        case 1015: return modes.mouseEncoding == .urxvt
        case 1016: return modes.mouseEncoding == .sgrPixels
        case 1004: return modes.reportsFocus
        case 1007: return modes.alternateScroll
        case 47, 1047, 1049: return modes.alternateScreen
        case 1048: return false
        case 2004: return modes.bracketedPaste
        case 2026: return modes.synchronizedUpdate
        default: return nil
        }
    }

    // MARK: XTWINOPS

    mutating func windowOperation() {
        switch parameters.value(0) {
        case 11: reply("\u{1B}[1t")
        case 13: reply("\u{1B}[3;0;0t")
        case 14: reply("\u{1B}[4;\(rows * identity.cellHeight);\(columns * identity.cellWidth)t")
        case 16: reply("\u{1B}[6;\(identity.cellHeight);\(identity.cellWidth)t")
        case 18: reply("\u{1B}[8;\(rows);\(columns)t")
        case 19: reply("\u{1B}[9;\(rows);\(columns)t")
        case 22 where parameters.value(1) != 1: pushTitle()
        case 23 where parameters.value(1) != 1: popTitle()
        default: break
        }
    }

    private mutating func pushTitle() {
        if labels.titleStack.count >= Labels.stackLimit { labels.titleStack.removeFirst() }
        labels.titleStack.append(labels.title)
    }

    private mutating func popTitle() {
        guard let title = labels.titleStack.popLast() else { return }
        setTitle(title)
    }

    mutating func setTitle(_ title: String) {
        labels.title = title
        events.append(.title(title))
    }

    // MARK: DECRQSS

    /// What comes after `$q`: the final bytes of the setting asked for.
    mutating func reportSetting(_ setting: ArraySlice<UInt8>) {
        switch String(decoding: setting, as: UTF8.self) {
        case "m": reply("\u{1B}P1$r\(styleParameters)m\u{1B}\\")
        case "r": reply("\u{1B}P1$r\(registers.top + 1);\(registers.bottom + 1)r\u{1B}\\")
        case " q": reply("\u{1B}P1$r\(cursorStyle) q\u{1B}\\")
        case "\"q": reply("\u{1B}P1$r\(registers.pen.attributes.contains(.protected) ? 1 : 0)\"q\u{1B}\\")
        case "\"p": reply("\u{1B}P1$r62;1\"p\u{1B}\\")
        default: reply("\u{1B}P0$r\u{1B}\\")
        }
    }

    private var cursorStyle: Int {
        let shape = registers.cursorShape == .block ? 1 : registers.cursorShape == .underline ? 3 : 5
        return registers.cursorBlinks ? shape : shape + 1
    }

    private var styleParameters: String {
        let pen = registers.pen
        var codes = ["0"]
        let simple: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.blink, "5"), (.inverse, "7"), (.conceal, "8"),
            (.strikethrough, "9"), (.overline, "53"),
        ]
        for (attribute, code) in simple where pen.attributes.contains(attribute) { codes.append(code) }
        let underline = pen.attributes.underline
        if underline != .none { codes.append(underline == .single ? "4" : "4:\(underline.rawValue)") }
        if let code = Self.colorCode(pen.foreground, base: 38) { codes.append(code) }
        if let code = Self.colorCode(pen.background, base: 48) { codes.append(code) }
        let underlineColor = symbols.extra(pen.extra)?.underlineColor ?? .default
        if let code = Self.colorCode(underlineColor, base: 58) { codes.append(code) }
        return codes.joined(separator: ";")
    }

    private static func colorCode(_ color: Color, base: Int) -> String? {
        if let index = color.index {
            if base != 58, index < 8 { return "\(base - 8 + Int(index))" }
            return "\(base):5:\(index)"
        }
        return color.components.map { "\(base):2::\($0.red):\($0.green):\($0.blue)" }
    }
}
