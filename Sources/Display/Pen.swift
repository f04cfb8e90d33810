import ScreenModel

/// The attributes the terminal writes with (SGR and OSC 8), and the shortest way from one to the next.
struct Pen: Equatable {
    /// What of SGR and OSC 8 the terminal knows.
    struct Rules {
        let singleResets: Bool
        let underlineStyles: Bool
        let underlineColor: Bool
        let hyperlinks: Bool

        init(_ capabilities: TerminalCapabilities) {
            singleResets = capabilities.singleResets
            underlineStyles = capabilities.underlineStyles
            underlineColor = capabilities.underlineColor
            hyperlinks = capabilities.hyperlinks
        }
    }

    var foreground = Color.default
    var background = Color.default
    var attributes: Attributes = []
    var extra: UInt16 = 0
    var underlineColor = Color.default

    @inline(__always) func matches(_ cell: Cell) -> Bool {
        cell.foreground == foreground && cell.background == background && cell.extra == extra
            && cell.attributes.styling == attributes
    }

    /// Changes the terminal's pen to a cell's. The caller has reserved room, but for links, which reserve their own.
    @inline(__always)
    mutating func change(to cell: Cell, _ writer: inout ByteWriter, _ rules: Rules, _ extras: [Extra]) {
        if cell.extra == extra, cell.attributes.styling == attributes {
            writer.control()
            if cell.foreground != foreground { Self.put(cell.foreground, base: 30, &writer) }
            if cell.background != background { Self.put(cell.background, base: 40, &writer) }
            writer.end(0x6D)
            foreground = cell.foreground
            background = cell.background
        } else {
            changeAll(to: cell, &writer, rules, extras)
        }
    }

    @inline(never)
    private mutating func changeAll(
        to cell: Cell, _ writer: inout ByteWriter, _ rules: Rules, _ extras: [Extra]
    ) {
        var new = Pen(
            foreground: cell.foreground, background: cell.background, attributes: cell.attributes.styling,
            extra: cell.extra)
        if new.extra != extra { changeLink(to: new.extra, &writer, rules, extras) }
        let colored = rules.underlineColor && new.attributes.underline != .none
        new.underlineColor = colored ? Self.extra(new.extra, extras)?.underlineColor ?? .default : .default
        defer { self = new }
        var same = new
        same.extra = extra
        if same == self { return }
        if Pen(extra: new.extra) == new {
            writer.put("\u{1B}[m")
            return
        }
        let start = writer.count
        let removes = new.removes(from: self)
        if !removes || rules.singleResets { new.putDifference(from: self, &writer, rules) }
        guard removes else { return }
        let middle = writer.count
        writer.control()
        new.putAfterReset(&writer, rules)
        let end = writer.count
        // Two ways were written one after the other: keep the shorter.
        if middle == start || end - middle < middle - start {
            (writer.base + start).update(from: writer.base + middle, count: end - middle)
            writer.truncate(to: start + end - middle)
        } else {
            writer.truncate(to: middle)
        }
    }

    private static func extra(_ number: UInt16, _ extras: [Extra]) -> Extra? {
        number == 0 || Int(number) > extras.count ? nil : extras[Int(number) - 1]
    }

    /// Whether something that `old` has must be turned off.
    private func removes(from old: Pen) -> Bool {
        !old.attributes.subtracting(attributes).intersection(Self.flags).isEmpty
            || old.attributes.underline != .none && attributes.underline == .none
            || !old.underlineColor.isDefault && underlineColor.isDefault
    }

    private static let flags: Attributes = [
        .bold, .dim, .italic, .blink, .inverse, .conceal, .strikethrough, .overline,
    ]

    private func putAfterReset(_ writer: inout ByteWriter, _ rules: Rules) {
        writer.put("0;")
        putParameters(from: Pen(), &writer, rules)
        writer.end(0x6D)
    }

    private func putDifference(from old: Pen, _ writer: inout ByteWriter, _ rules: Rules) {
        writer.control()
        putParameters(from: old, &writer, rules)
        writer.end(0x6D)
    }

    private func putParameters(from old: Pen, _ writer: inout ByteWriter, _ rules: Rules) {
        let removed = old.attributes.subtracting(attributes)
        var added = attributes.subtracting(old.attributes)
        if removed.contains(.bold) || removed.contains(.dim) {
            writer.parameter(22)
            added.formUnion(attributes.intersection([.bold, .dim]))
        }
        if removed.contains(.italic) { writer.parameter(23) }
        if removed.contains(.blink) { writer.parameter(25) }
        if removed.contains(.inverse) { writer.parameter(27) }
        if removed.contains(.conceal) { writer.parameter(28) }
        if removed.contains(.strikethrough) { writer.parameter(29) }
        if removed.contains(.overline) { writer.parameter(55) }
        if added.contains(.bold) { writer.parameter(1) }
        if added.contains(.dim) { writer.parameter(2) }
        if added.contains(.italic) { writer.parameter(3) }
        if added.contains(.blink) { writer.parameter(5) }
        if added.contains(.inverse) { writer.parameter(7) }
        if added.contains(.conceal) { writer.parameter(8) }
        if added.contains(.strikethrough) { writer.parameter(9) }
        if added.contains(.overline) { writer.parameter(53) }
        if attributes.underline != old.attributes.underline { putUnderline(&writer, rules) }
        if foreground != old.foreground { Self.put(foreground, base: 30, &writer) }
        if background != old.background { Self.put(background, base: 40, &writer) }
        if underlineColor != old.underlineColor { putUnderlineColor(&writer) }
    }

    private func putUnderline(_ writer: inout ByteWriter, _ rules: Rules) {
        switch attributes.underline {
        case .none: writer.parameter(24)
        case let style where style == .single || !rules.underlineStyles: writer.parameter(4)
        case let style:
            writer.put("4:")
            writer.parameter(style.rawValue)
        }
    }

    /// With colons, so that a terminal that doesn't know 58 doesn't take its parts for attributes.
    private func putUnderlineColor(_ writer: inout ByteWriter) {
        if let rgb = underlineColor.components {
            writer.put("58:2::")
            for component in [rgb.red, rgb.green, rgb.blue] {
                writer.parameter(component)
                writer.end(0x3A)
            }
            writer.end(0x3B)
        } else if let index = underlineColor.index {
            writer.put("58:5:")
            writer.parameter(index)
        } else {
            writer.parameter(59)
        }
    }

    /// A colour's parameters; `base` is 30 for the foreground and 40 for the background.
    @inline(__always)
    private static func put(_ color: Color, base: UInt8, _ writer: inout ByteWriter) {
        let value = color.rawValue
        if value >> 24 == 2 {
            writer.put(base == 30 ? "38;2;" : "48;2;")
            writer.parameter(UInt8(truncatingIfNeeded: value >> 16))
            writer.parameter(UInt8(truncatingIfNeeded: value >> 8))
            writer.parameter(UInt8(truncatingIfNeeded: value))
        } else if value >> 24 == 0 {
            writer.parameter(base + 9)
        } else {
            let index = UInt8(truncatingIfNeeded: value)
            if index < 8 {
                writer.parameter(base + index)
            } else if index < 16 {
                writer.parameter(base + 60 + index - 8)
            } else {
                writer.put(base == 30 ? "38;5;" : "48;5;")
                writer.parameter(index)
            }
        }
    }

    private func changeLink(to number: UInt16, _ writer: inout ByteWriter, _ rules: Rules, _ extras: [Extra]) {
        guard rules.hyperlinks else { return }
        let old = Self.extra(extra, extras)
        let new = Self.extra(number, extras)
        guard old?.link != new?.link || old?.linkID != new?.linkID else { return }
        writer.put(bytes: "\u{1B}]8;".utf8)
        if let link = new?.link, Self.isSafe(link), new?.linkID.map(Self.isSafeID) ?? true {
            if let id = new?.linkID { writer.put(bytes: "id=\(id)".utf8) }
            writer.put(bytes: ";\(link)".utf8)
        } else {
            writer.put(bytes: ";".utf8)
        }
        writer.put(bytes: "\u{1B}\\".utf8)
    }

    /// A link comes from whatever ran in a pane: only printable ASCII, as OSC 8 demands, may reach the user's terminal.
    private static func isSafe(_ text: String) -> Bool {
        text.utf8.count <= 2083 && text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
    }

    private static func isSafeID(_ text: String) -> Bool {
        text.utf8.count <= 250 && text.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != 0x3A && $0 != 0x3B }
    }
}
