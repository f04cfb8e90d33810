import ScreenModel

/// The terminal's modes that decide what it sends for keys, mouse, paste and focus, and the bytes that change them.
struct InputModes: Hashable {
    var mouse: Modes.MouseTracking = .none
    var mouseEncoding: Modes.MouseEncoding = .sgr
    var reportsFocus = false
    var bracketedPaste = false
    var applicationCursorKeys = false
    var applicationKeypad = false
    var alternateScroll = false
    /// Flags of the kitty keyboard protocol on top of its stack; nil when we have pushed nothing.
    var kittyKeyboard: UInt8?
    var modifyOtherKeys: UInt8 = 0

    /// What sets these modes on a terminal that has `old`, for a terminal that has what `capabilities` say.
    func bytes(from old: InputModes, _ capabilities: TerminalCapabilities) -> [UInt8] {
        var text = ""
        if capabilities.mouse { text += mouseText(from: old) }
        if capabilities.focus, reportsFocus != old.reportsFocus { text += Self.mode(1004, reportsFocus) }
        if capabilities.bracketedPaste, bracketedPaste != old.bracketedPaste {
            text += Self.mode(2004, bracketedPaste)
        }
        if applicationCursorKeys != old.applicationCursorKeys { text += Self.mode(1, applicationCursorKeys) }
        if applicationKeypad != old.applicationKeypad { text += applicationKeypad ? "\u{1B}=" : "\u{1B}>" }
        if capabilities.mouse, alternateScroll != old.alternateScroll { text += Self.mode(1007, alternateScroll) }
        if capabilities.answersQueries { text += keyboardText(from: old) }
        return Array(text.utf8)
    }

    private func mouseText(from old: InputModes) -> String {
        guard mouse != old.mouse || mouseEncoding != old.mouseEncoding else { return "" }
        var text = ""
        if old.mouse != .none, mouse != old.mouse { text += Self.mode(Self.number(old.mouse), false) }
        if old.mouse != .none, let number = Self.number(old.mouseEncoding), mouseEncoding != old.mouseEncoding {
            text += Self.mode(number, false)
        }
        if mouse != .none {
            if let number = Self.number(mouseEncoding), mouseEncoding != old.mouseEncoding || old.mouse == .none {
                text += Self.mode(number, true)
            }
            if mouse != old.mouse { text += Self.mode(Self.number(mouse), true) }
        } else if let number = Self.number(mouseEncoding), mouseEncoding == old.mouseEncoding {
            text += Self.mode(number, false)
        }
        return text
    }

    private func keyboardText(from old: InputModes) -> String {
        var text = ""
        if kittyKeyboard != old.kittyKeyboard {
            switch (old.kittyKeyboard, kittyKeyboard) {
            case (nil, let flags?): text += "\u{1B}[>\(flags)u"
            case (_, let flags?): text += "\u{1B}[=\(flags);1u"
            case (_, nil): text += "\u{1B}[<u"
            }
        }
        if modifyOtherKeys != old.modifyOtherKeys {
            text += modifyOtherKeys == 0 ? "\u{1B}[>4m" : "\u{1B}[>4;\(modifyOtherKeys)m"
        }
        return text
    }

    private static func mode(_ number: Int, _ on: Bool) -> String { "\u{1B}[?\(number)\(on ? "h" : "l")" }

    private static func number(_ tracking: Modes.MouseTracking) -> Int {
        switch tracking {
        case .none, .click: 1000
        case .press: 9
        case .drag: 1002
        case .motion: 1003
        }
    }

    private static func number(_ encoding: Modes.MouseEncoding) -> Int? {
        switch encoding {
        case .legacy: nil
        case .utf8: 1005
        case .sgr: 1006
        case .urxvt: 1015
        case .sgrPixels: 1016
        }
    }
}
