import ScreenModel

extension TerminalCapabilities {
    /// What terminfo and the environment (COLORTERM, NO_COLOR, TERM_PROGRAM, LC_ALL, LC_CTYPE, LANG …) say.
    ///
    /// A machine reached by ssh often lacks the entry of a new terminal: such names are read as xterm-256color.
    public init(terminfoFor name: String, environment: [String: String]) throws(DisplayError) {
        guard !name.isEmpty else { throw .terminalTypeMissing }
        self.init()
        let family = Family(term: name, environment: environment)
        let entries = [name] + (family.isModern ? ["xterm-256color", "xterm"] : [])
        let found = entries.contains { entry in
            Terminfo.read(entry) { terminfo in read(terminfo) } != nil
        }
        guard found || family.isModern else { throw .unknownTerminal(name: name) }
        apply(family)
        colors = Self.colorDepth(terminfo: colors, family: family, environment: environment)
        utf8 = Self.isUTF8(environment)
    }

    private mutating func read(_ terminfo: Terminfo) {
        addressableCursor = terminfo.expand("cup", 4, 9) == Array("\u{1B}[5;10H".utf8)
        colors = Self.colorDepth(of: terminfo)
        backColorErase = terminfo.flag("bce")
        automaticMargins = terminfo.flag("am")
        delaysWrap = terminfo.flag("xenl")
        eraseToEndOfLine = terminfo.has("el")
        eraseCharacters = terminfo.has("ech")
        repeatCharacter = terminfo.has("rep")
        scrollRegions = terminfo.has("csr") && terminfo.has("ri")
        parameterizedScroll = terminfo.has("indn") && terminfo.has("rin")
        columnAddress = terminfo.has("hpa")
        relativeMotion = terminfo.has("cuf")
        singleResets = terminfo.string("rmul") == Array("\u{1B}[24m".utf8)
        italic = terminfo.has("sitm")
        strikethrough = terminfo.has("smxx")
        overline = terminfo.has("Smol")
        underlineStyles = terminfo.has("Smulx") || terminfo.flag("Su")
        underlineColor = terminfo.has("Setulc") || terminfo.has("Setulc1")
        synchronizedUpdates = terminfo.has("Sync")
        cursorShapes = terminfo.has("Ss")
        cursorVisibility = terminfo.has("civis")
        alternateScreen = terminfo.has("smcup")
        mouse = terminfo.has("kmous") || terminfo.has("XM")
        bracketedPaste = terminfo.has("BE") || mouse
        focus = mouse
        title = terminfo.has("tsl") || mouse
        answersQueries = alternateScreen && mouse
        keyStrings = TerminfoKeys.read(terminfo)
    }

    private static func colorDepth(of terminfo: Terminfo) -> ColorDepth {
        if terminfo.flag("RGB") || terminfo.flag("Tc") || (terminfo.number("RGB") ?? 0) > 0 { return .truecolor }
        switch terminfo.number("colors") ?? 0 {
        case 0x100_0000...: return .truecolor
        case 256...: return .indexed256
        case 16...: return .ansi16
        case 8...: return .ansi8
        default: return .mono
        }
    }

    private static func colorDepth(
        terminfo: ColorDepth, family: Family, environment: [String: String]
    ) -> ColorDepth {
        // no-color.org: present and not empty, whatever its value.
        if let value = environment["NO_COLOR"], !value.isEmpty { return .mono }
        let declared = environment["COLORTERM"] == "truecolor" || environment["COLORTERM"] == "24bit"
        // COLORTERM is inherited by what runs in a multiplexer or on a console that lacks it: tmux filters colours
        // itself, screen and the console don't.
        if declared, terminfo >= .indexed256, !family.isScreen { return .truecolor }
        return family.hasTruecolor ? .truecolor : terminfo
    }

    /// The first of the three that is set and not empty decides, as in setlocale(3).
    static func isUTF8(_ environment: [String: String]) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            let lower = value.lowercased()
            return lower.contains("utf-8") || lower.contains("utf8")
        }
        return false
    }

    private mutating func apply(_ family: Family) {
        if family.hasStyledUnderlines {
            underlineStyles = true
            underlineColor = true
            strikethrough = true
            italic = true
        }
        if family.hasHyperlinks { hyperlinks = true }
        if family.hasSynchronizedUpdates { synchronizedUpdates = true }
        if family.isModern, !family.isScreen { cursorShapes = true }
        if family.lacksRepeat { repeatCharacter = false }
        if family.printsQueries { answersQueries = false }
        if !family.isModern {
            title = false
            focus = false
        }
    }
}
