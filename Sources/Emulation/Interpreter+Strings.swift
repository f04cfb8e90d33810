import ScreenModel

/// Operating system commands and device control strings, whole.
extension Interpreter {
    /// Titles, paths and the like are cut to this many bytes.
    private static let textLimit = 4096
    private static let linkLimit = 2083
    /// Bytes of all different links together; past them, new ones are dropped.
    private static let linksLimit = 8 << 20

    mutating func operatingSystemCommand(offset: UInt64) {
        registers.joinNext = false
        registers.flagHalf = false
        let (number, rest) = Self.split(string[...])
        guard let command = Self.number(number) else { return }
        switch command {
        case 0, 1, 2: title(command, Self.text(rest))
        case 7: events.append(.workingDirectory(Self.text(rest)))
        case 8: link(rest)
        case 9: notification(rest)
        case 99: kittyNotification(rest)
        case 777: urxvtNotification(rest)
        case 52: clipboard(rest)
        case 133, 633: shellMark(command, rest, offset: offset)
        default: color(command, rest)
        }
    }

    // MARK: Parts

    /// The bytes before the first semicolon and those behind it.
    static func split(_ bytes: ArraySlice<UInt8>) -> (first: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
        guard let end = bytes.firstIndex(of: 0x3B) else { return (bytes, []) }
        return (bytes[..<end], bytes[(end + 1)...])
    }

    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.count < 8 else { return nil }
        var value = 0
        for digit in digits {
            guard digit &- 0x30 < 10 else { return nil }
            value = value * 10 + Int(digit &- 0x30)
        }
        return value
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix(textLimit), as: UTF8.self)
    }

    // MARK: What they say

    private mutating func title(_ command: Int, _ text: String) {
        if command != 1 { setTitle(text) }
        if command != 2 { events.append(.iconName(text)) }
    }

    /// OSC 8: parameters, then the URI; without one the link ends.
    private mutating func link(_ bytes: ArraySlice<UInt8>) {
        let (parameters, uri) = Self.split(bytes)
        var extra = symbols.extra(registers.pen.extra) ?? Extra()
        extra.link = nil
        extra.linkID = nil
        if !uri.isEmpty, uri.count <= Self.linkLimit, linkBytes < Self.linksLimit {
            extra.link = Self.text(uri)
            for parameter in parameters.split(separator: 0x3A) where parameter.starts(with: Array("id=".utf8)) {
                extra.linkID = Self.text(parameter.dropFirst(3).prefix(256))
            }
        }
        let known = symbols.extras.count
        registers.pen.extra = symbols.extra(for: extra)
        if symbols.extras.count > known { linkBytes += string.count }
    }

    /// OSC 9: a notification, or with a number ConEmu's progress (4) or working directory (9).
    private mutating func notification(_ bytes: ArraySlice<UInt8>) {
        let (kind, rest) = Self.split(bytes)
        switch Self.number(kind) {
        case 4:
            let (state, percent) = Self.split(rest)
            let code = UInt8(truncatingIfNeeded: Self.number(state) ?? 0)
            guard let state = TerminalEvent.ProgressState(rawValue: code) else { return }
            events.append(.progress(state: state, percent: min(100, Self.number(percent) ?? 0)))
        case 9: events.append(.workingDirectory(Self.text(rest)))
        case .some where !rest.isEmpty: break
        default: events.append(.notification(title: "", body: Self.text(bytes)))
        }
    }

    private mutating func urxvtNotification(_ bytes: ArraySlice<UInt8>) {
        let (kind, rest) = Self.split(bytes)
        guard kind.elementsEqual("notify".utf8) else { return }
        let (title, body) = Self.split(rest)
        events.append(.notification(title: Self.text(title), body: Self.text(body)))
    }

    /// OSC 99: metadata, then a piece of the title or of the body. Pieces stand for themselves; their ids join nothing here.
    private mutating func kittyNotification(_ bytes: ArraySlice<UInt8>) {
        let (metadata, payload) = Self.split(bytes)
        let facts = metadata.split(separator: 0x3A)
        let part = facts.last { $0.starts(with: "p=".utf8) }?.dropFirst(2) ?? []
        guard part.isEmpty || part.elementsEqual("title".utf8) || part.elementsEqual("body".utf8), !payload.isEmpty
        else { return }
        // In base64 it is no text for people; that there is one counts all the same.
        let isEncoded = facts.contains { $0.elementsEqual("e=1".utf8) }
        events.append(.notification(title: "", body: isEncoded ? "" : Self.text(payload)))
    }

    private mutating func clipboard(_ bytes: ArraySlice<UInt8>) {
        let (selection, data) = Self.split(bytes)
        events.append(
            .clipboard(selection: Self.text(selection.prefix(16)), base64: String(decoding: data, as: UTF8.self)))
    }

    private mutating func shellMark(_ command: Int, _ bytes: ArraySlice<UInt8>, offset: UInt64) {
        let (kind, rest) = Self.split(bytes)
        guard !kind.isEmpty else { return }
        let parameters = rest.isEmpty ? [] : Self.text(rest).split(separator: ";", omittingEmptySubsequences: false)
        let mark = ShellMark(
            protocol: command, kind: Self.text(kind.prefix(16)), parameters: parameters.map(String.init),
            byteOffset: offset)
        events.append(.shellMark(mark))
        if command == 633, mark.kind == "P", let cwd = mark.parameters.first, cwd.hasPrefix("Cwd=") {
            events.append(.workingDirectory(String(cwd.dropFirst(4))))
        }
    }

    // MARK: Colours

    private mutating func color(_ command: Int, _ bytes: ArraySlice<UInt8>) {
        switch command {
        case 4: paletteColors(bytes)
        case 10, 11, 12: dynamicColors(from: command, bytes)
        case 104:
            if bytes.isEmpty { labels.palette = [:] }
            for part in bytes.split(separator: 0x3B) {
                if let index = Self.number(part).flatMap(UInt8.init(exactly:)) { labels.palette[index] = nil }
            }
        case 110: labels.foreground = nil
        case 111: labels.background = nil
        case 112: labels.cursorColor = nil
        default: break
        }
    }

    private mutating func paletteColors(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let (number, behind) = Self.split(rest)
            let (what, more) = Self.split(behind)
            rest = more
            guard let index = Self.number(number).flatMap(UInt8.init(exactly:)) else { continue }
            if what.elementsEqual("?".utf8) {
                let color = labels.palette[index] ?? XtermColors.standard(index)
                reply("\u{1B}]4;\(index);\(XtermColors.specification(color))\u{1B}\\")
            } else if let color = XtermColors.parse(Self.text(what)) {
                labels.palette[index] = color
            }
        }
    }

    /// OSC 10, 11 and 12 take several values, each for the next of them.
    private mutating func dynamicColors(from command: Int, _ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        for number in command...12 where !rest.isEmpty {
            let (what, more) = Self.split(rest)
            rest = more
            if what.elementsEqual("?".utf8) {
                let color =
                    switch number {
                    case 10: labels.foreground ?? identity.foreground
                    case 11: labels.background ?? identity.background
                    default: labels.cursorColor ?? identity.cursorColor
                    }
                reply("\u{1B}]\(number);\(XtermColors.specification(color))\u{1B}\\")
            } else if let color = XtermColors.parse(Self.text(what)) {
                switch number {
                case 10: labels.foreground = color
                case 11: labels.background = color
                default: labels.cursorColor = color
                }
            }
        }
    }

    // MARK: DCS

    /// DECRQSS is answered; all else (sixel, XTGETTCAP, tmux's passthrough) is consumed.
    mutating func deviceControlString() {
        guard string.count <= 64, string.starts(with: Array("$q".utf8)) else { return }
        reportSetting(string.dropFirst(2))
    }
}
