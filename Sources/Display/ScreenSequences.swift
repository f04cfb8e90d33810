/// The bytes that take the terminal over and give it back.
struct ScreenSequences {
    let capabilities: TerminalCapabilities
    let options: TTY.Options

    /// Before the first frame.
    var enter: [UInt8] {
        var text = ""
        if capabilities.title, options.title != nil { text += "\u{1B}[22;0t" }
        if usesAlternateScreen { text += "\u{1B}[?1049h" }
        if capabilities.cursorVisibility { text += "\u{1B}[?25l" }
        return Array(text.utf8)
    }

    /// Undoes ``enter``, the modes set since, and whatever a frame that was cut off has left.
    func leave(_ modes: InputModes) -> [UInt8] {
        var text = ""
        // CAN ends a sequence that was cut off by a crash.
        text += "\u{18}"
        if capabilities.synchronizedUpdates { text += "\u{1B}[?2026l" }
        if capabilities.hyperlinks { text += "\u{1B}]8;;\u{1B}\\" }
        text += "\u{1B}[m"
        if capabilities.scrollRegions { text += "\u{1B}[r" }
        text += String(decoding: InputModes().bytes(from: modes, capabilities), as: UTF8.self)
        if capabilities.cursorShapes { text += "\u{1B}[0 q" }
        if usesAlternateScreen {
            text += "\u{1B}[?1049l"
        } else if capabilities.addressableCursor {
            text += "\u{1B}[999;1H\r\n"
        }
        if capabilities.cursorVisibility { text += "\u{1B}[?25h" }
        if capabilities.title, options.title != nil { text += "\u{1B}[23;0t" }
        return Array(text.utf8)
    }

    private var usesAlternateScreen: Bool { options.alternateScreen && capabilities.alternateScreen }

    /// A title is text of somebody else: no control character of it may reach the terminal.
    static func title(_ title: String) -> [UInt8] {
        let scalars = title.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }.prefix(256)
        return Array("\u{1B}]2;\(String(String.UnicodeScalarView(scalars)))\u{1B}\\".utf8)
    }
}
