import ScreenModel

extension Interpreter {
    /// SGR, with any number of parameters and both ways of writing colours.
    mutating func selectStyle() {
        guard parameters.count > 0 else { return resetStyle() }
        var index = 0
        while index < parameters.count {
            let code = parameters.value(index)
            switch code {
            case 0: resetStyle()
            case 1: registers.pen.attributes.insert(.bold)
            case 2: registers.pen.attributes.insert(.dim)
            case 3: registers.pen.attributes.insert(.italic)
            case 4: underline(at: index)
            case 5, 6: registers.pen.attributes.insert(.blink)
            case 7: registers.pen.attributes.insert(.inverse)
            case 8: registers.pen.attributes.insert(.conceal)
            case 9: registers.pen.attributes.insert(.strikethrough)
            case 21: registers.pen.attributes.underline = .double
            case 22: registers.pen.attributes.subtract([.bold, .dim])
            case 23: registers.pen.attributes.remove(.italic)
            case 24: registers.pen.attributes.underline = .none
            case 25: registers.pen.attributes.remove(.blink)
            case 27: registers.pen.attributes.remove(.inverse)
            case 28: registers.pen.attributes.remove(.conceal)
            case 29: registers.pen.attributes.remove(.strikethrough)
            case 30...37: registers.pen.foreground = .indexed(UInt8(truncatingIfNeeded: code - 30))
            case 38: index = color(at: index) { $0.registers.pen.foreground = $1 }
            case 39: registers.pen.foreground = .default
            case 40...47: registers.pen.background = .indexed(UInt8(truncatingIfNeeded: code - 40))
            case 48: index = color(at: index) { $0.registers.pen.background = $1 }
            case 49: registers.pen.background = .default
            case 53: registers.pen.attributes.insert(.overline)
            case 55: registers.pen.attributes.remove(.overline)
            case 58: index = color(at: index) { $0.setUnderlineColor($1) }
            case 59: setUnderlineColor(.default)
            case 90...97: registers.pen.foreground = .indexed(UInt8(truncatingIfNeeded: code - 82))
            case 100...107: registers.pen.background = .indexed(UInt8(truncatingIfNeeded: code - 92))
            default: break
            }
            index += 1
            // What colons joined to a code belongs to it, understood or not.
            while parameters.isJoined(index) { index += 1 }
        }
    }

    /// Protection isn't style, and a link goes on until it is ended.
    private mutating func resetStyle() {
        registers.pen.attributes = registers.pen.attributes.intersection(.protected)
        registers.pen.foreground = .default
        registers.pen.background = .default
        if registers.pen.extra != 0 { setUnderlineColor(.default) }
    }

    private mutating func underline(at index: Int) {
        guard parameters.isJoined(index + 1) else { return registers.pen.attributes.underline = .single }
        let style = UInt8(truncatingIfNeeded: min(255, parameters.value(index + 1)))
        if let underline = Underline(rawValue: style) { registers.pen.attributes.underline = underline }
    }

    private mutating func setUnderlineColor(_ color: Color) {
        var extra = symbols.extra(registers.pen.extra) ?? Extra()
        guard extra.underlineColor != color else { return }
        extra.underlineColor = color
        registers.pen.extra = symbols.extra(for: extra)
    }

    /// The colour after a 38, 48 or 58: `;5;n`, `;2;r;g;b`, `:5:n`, `:2:r:g:b` or `:2:space:r:g:b`.
    ///
    /// - Returns: the index of the last parameter that belongs to it.
    private mutating func color(at index: Int, set: (inout Interpreter, Color) -> Void) -> Int {
        if parameters.isJoined(index + 1) {
            var end = index + 1
            while parameters.isJoined(end + 1) { end += 1 }
            if let color = joinedColor(first: index + 1, last: end) { set(&self, color) }
            return end
        }
        switch parameters.value(index + 1) {
        case 5:
            guard index + 2 < parameters.count else { return parameters.count }
            if let color = indexed(index + 2) { set(&self, color) }
            return index + 2
        case 2:
            guard index + 4 < parameters.count else { return parameters.count }
            if let color = rgb(index + 2) { set(&self, color) }
            return index + 4
        default: return index
        }
    }

    private func joinedColor(first: Int, last: Int) -> Color? {
        switch (parameters.value(first), last - first) {
        case (5, 1...): indexed(first + 1)
        case (2, 3): rgb(first + 1)
        // A colour space comes first, mostly empty.
        case (2, 4...): rgb(first + 2)
        default: nil
        }
    }

    private func indexed(_ index: Int) -> Color? {
        UInt8(exactly: parameters.value(index)).map { .indexed($0) }
    }

    private func rgb(_ index: Int) -> Color? {
        guard let red = UInt8(exactly: parameters.value(index)),
            let green = UInt8(exactly: parameters.value(index + 1)),
            let blue = UInt8(exactly: parameters.value(index + 2))
        else { return nil }
        return .rgb(red, green, blue)
    }
}
