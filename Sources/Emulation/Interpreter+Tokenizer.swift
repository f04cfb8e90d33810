import ScreenModel

extension Interpreter {
    /// The longest string kept; longer ones are consumed and dropped.
    static let stringLimit = 1 << 20
    private static let escape: UInt8 = 0x1B
    private static let bell: UInt8 = 0x07

    mutating func feed(_ bytes: UnsafePointer<UInt8>, count: Int) {
        var index = 0
        while index < count {
            switch registers.state {
            case .ground: index = ground(bytes, from: index, to: count)
            case .controlSequence: index = controlSequence(bytes, from: index, to: count)
            case .controlSequenceIgnored: index = ignoredSequence(bytes, from: index, to: count)
            case .osc, .dcs, .ignoredString: index = collect(bytes, from: index, to: count)
            case .escape, .escapeIntermediate:
                afterEscape(bytes[index])
                index += 1
            }
        }
        offset += UInt64(count)
    }

    private mutating func ground(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte &- 0x20 < 0x5F {
                if registers.scalarRest != 0 { abandonScalar() }
                if registers.charsets.isPlain {
                    index = printRun(bytes, from: index, to: end)
                } else {
                    print(UInt32(byte))
                    index += 1
                }
            } else if byte >= 0x80 {
                index = character(bytes, from: index, to: end)
            } else {
                if registers.scalarRest != 0 { abandonScalar() }
                index += 1
                if byte == Self.escape {
                    registers.state = .escape
                    guard index < end, bytes[index] == 0x5B else { return index }
                    beginControlSequence()
                    return index + 1
                }
                control(byte)
            }
        }
        return index
    }

    // MARK: UTF-8

    /// Reads one character, or as much of it as there is.
    @inline(__always)
    private mutating func character(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let first = bytes[start]
        if registers.scalarRest == 0, end - start >= 3 {
            let second = UInt32(bytes[start + 1])
            if first >= 0xC2, first < 0xE0, second & 0xC0 == 0x80 {
                print(UInt32(first & 0x1F) << 6 | second & 0x3F)
                return start + 2
            }
            let third = UInt32(bytes[start + 2])
            if first > 0xE0, first < 0xF0, first != 0xED, second & 0xC0 == 0x80, third & 0xC0 == 0x80 {
                print(UInt32(first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F)
                return start + 3
            }
        }
        partOfCharacter(first)
        return start + 1
    }

    /// One byte of a character, wherever the input was split; each maximal ill-formed part becomes one U+FFFD.
    private mutating func partOfCharacter(_ byte: UInt8) {
        if registers.scalarRest != 0 {
            if byte >= registers.scalarLow, byte <= registers.scalarHigh {
                registers.scalar = registers.scalar << 6 | UInt32(byte & 0x3F)
                registers.scalarRest -= 1
                registers.scalarLow = 0x80
                registers.scalarHigh = 0xBF
                if registers.scalarRest == 0 { print(registers.scalar) }
                return
            }
            abandonScalar()
        }
        registers.scalarLow = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80
        registers.scalarHigh = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF
        switch byte {
        case 0xC2...0xDF: begin(byte & 0x1F, rest: 1)
        case 0xE0...0xEF: begin(byte & 0x0F, rest: 2)
        case 0xF0...0xF4: begin(byte & 0x07, rest: 3)
        default: print(0xFFFD)
        }
    }

    private mutating func begin(_ bits: UInt8, rest: Int) {
        registers.scalar = UInt32(bits)
        registers.scalarRest = rest
    }

    /// A character broke off.
    private mutating func abandonScalar() {
        registers.scalarRest = 0
        print(0xFFFD)
    }

    // MARK: Sequences

    private mutating func beginControlSequence() {
        parameters.clear()
        registers.leader = 0
        registers.intermediate = 0
        registers.tooManyIntermediates = false
        registers.state = .controlSequence
    }

    private mutating func afterEscape(_ byte: UInt8) {
        switch byte {
        case 0x18, 0x1A: registers.state = .ground
        case Self.escape:
            registers.state = .escape
            registers.intermediate = 0
        case 0x00...0x1F: control(byte)
        case 0x20...0x2F:
            registers.tooManyIntermediates = registers.state == .escapeIntermediate
            registers.intermediate = byte
            registers.state = .escapeIntermediate
        case 0x30...0x7E where registers.state == .escapeIntermediate:
            registers.state = .ground
            if !registers.tooManyIntermediates { escapeSequence(byte, intermediate: registers.intermediate) }
        case 0x5B: beginControlSequence()
        case 0x5D: beginString(.osc)
        case 0x50: beginString(.dcs)
        case 0x58, 0x5E, 0x5F, 0x6B: beginString(.ignoredString)
        case 0x30...0x7E:
            registers.state = .ground
            escapeSequence(byte, intermediate: 0)
        default: break
        }
    }

    private mutating func controlSequence(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x30...0x3B where registers.intermediate == 0:
                if byte < 0x3A { parameters.digit(byte &- 0x30) } else { parameters.separate(colon: byte == 0x3A) }
            case 0x40...0x7E:
                registers.state = .ground
                if !registers.tooManyIntermediates { controlSequence(byte) }
                return index
            case 0x3C...0x3F where parameters.count == 0 && registers.leader == 0 && registers.intermediate == 0:
                registers.leader = byte
            case 0x30...0x3F:
                registers.state = .controlSequenceIgnored
                return index
            case 0x20...0x2F:
                registers.tooManyIntermediates = registers.intermediate != 0
                registers.intermediate = byte
            default:
                interrupt(byte)
                if registers.state != .controlSequence { return index }
            }
        }
        return index
    }

    private mutating func ignoredSequence(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        for index in start..<end {
            let byte = bytes[index]
            if byte &- 0x40 < 0x3F {
                registers.state = .ground
            } else if byte < 0x20 {
                interrupt(byte)
            }
            if registers.state != .controlSequenceIgnored { return index + 1 }
        }
        return end
    }

    /// Controls act also within a sequence; some end it.
    private mutating func interrupt(_ byte: UInt8) {
        switch byte {
        case Self.escape:
            registers.state = .escape
            registers.intermediate = 0
        case 0x18, 0x1A: registers.state = .ground
        case 0x00...0x1F: control(byte)
        default: break
        }
    }

    // MARK: Strings

    private mutating func beginString(_ state: TokenizerState) {
        registers.state = state
        registers.stringOverflow = false
        string.removeAll(keepingCapacity: string.capacity < 4096)
    }

    private mutating func collect(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte < 0x20 {
                keep(bytes, from: start, to: index)
                if byte == Self.bell, registers.state == .osc {
                    finishString(next: .ground, offset: offset + UInt64(index + 1))
                } else if byte == Self.escape {
                    registers.intermediate = 0
                    // Its end is ST, whose second byte is still to come.
                    finishString(next: .escape, offset: offset + UInt64(index + 2))
                } else if byte == 0x18 || byte == 0x1A {
                    registers.state = .ground
                }
                return index + 1
            }
            index += 1
        }
        keep(bytes, from: start, to: end)
        return end
    }

    private mutating func keep(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        guard registers.state != .ignoredString, end > start else { return }
        if string.count + end - start > Self.stringLimit {
            registers.stringOverflow = true
            string = []
        }
        guard !registers.stringOverflow else { return }
        string.append(contentsOf: UnsafeBufferPointer(start: bytes + start, count: end - start))
    }

    private mutating func finishString(next: TokenizerState, offset: UInt64) {
        let state = registers.state
        registers.state = next
        guard !registers.stringOverflow else { return }
        if state == .osc { operatingSystemCommand(offset: offset) }
        if state == .dcs { deviceControlString() }
    }
}
