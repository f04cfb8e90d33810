import ScreenModel

/// Turns a terminal's bytes into input events, however the bytes are split over reads. Pure: no IO, no clock.
///
/// Every byte ends in the `raw` of exactly one event, in order, so a live pane can forward what it doesn't use.
public struct InputParser {
    /// The most bytes in one paste event.
    public static let pastePiece = 1 << 16
    /// A reply longer than this is not one; its bytes come as `unknown` pieces.
    static let stringLimit = 1 << 12
    static let controlLimit = 128

    /// What to do with the front of the buffer.
    enum Step {
        /// The first `count` bytes are an event.
        case event(InputEvent.Kind, count: Int)
        /// Too few bytes to tell.
        case incomplete
    }

    private var buffer: [UInt8] = []
    private var start = 0
    private var isPasting = false
    /// Within a string that is too long: what comes is skipped to its end.
    private var isSkipping = false
    let keyStrings: [[UInt8]: KeyChord]

    public init(capabilities: TerminalCapabilities = TerminalCapabilities()) {
        keyStrings = capabilities.keyStrings
    }

    public mutating func parse(_ bytes: UnsafeRawBufferPointer) -> [InputEvent] {
        buffer.append(contentsOf: bytes)
        return drain(isFinal: false)
    }

    public mutating func parse(_ bytes: [UInt8]) -> [InputEvent] { bytes.withUnsafeBytes { parse($0) } }

    /// A lone ESC or the like waits for more: start a timer of 25 ms and call ``flush()`` when it ends before more
    /// bytes came.
    ///
    /// A sequence or a character that is under way is not counted: nobody types half of one, so the rest is on its
    /// way however slow the line, and taken for keys it would run commands.
    public var hasPending: Bool {
        guard !isPasting, !isSkipping, buffer.first == 0x1B else { return false }
        return buffer.count < 3
    }

    /// Takes what waits as it is: ESC as the Escape key, ESC and a character as Alt with it.
    public mutating func flush() -> [InputEvent] {
        hasPending ? drain(isFinal: true) : []
    }

    /// All that waits, also what ``flush()`` leaves, as `unknown`: for the end of the input.
    public mutating func finish() -> [InputEvent] {
        var events = flush()
        if start < buffer.count {
            let kind = isPasting ? InputEvent.Kind.paste(Array(buffer[start...])) : .unknown
            events.append(InputEvent(kind: kind, raw: Array(buffer[start...])))
        }
        buffer.removeAll()
        start = 0
        (isPasting, isSkipping) = (false, false)
        return events
    }

    private mutating func drain(isFinal: Bool) -> [InputEvent] {
        var events: [InputEvent] = []
        while start < buffer.count {
            let step = buffer.withUnsafeBufferPointer { all in
                let bytes = UnsafeBufferPointer(rebasing: all[start...])
                return isPasting ? paste(bytes) : isSkipping ? skip(bytes) : next(bytes, isFinal: isFinal)
            }
            guard case .event(let kind, let count) = step, count > 0 else { break }
            append(kind, count, to: &events)
        }
        buffer.removeFirst(start)
        start = 0
        return events
    }

    private mutating func append(_ kind: InputEvent.Kind, _ count: Int, to events: inout [InputEvent]) {
        let raw = Array(buffer[start..<start + count])
        start += count
        if !isPasting, !isSkipping, raw == Self.pasteStart {
            isPasting = true
            events.append(InputEvent(kind: .paste([]), raw: raw))
            return
        }
        if isPasting, raw.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd) { isPasting = false }
        if isSkipping {
            isSkipping = !(raw.last == 0x07 || raw.suffix(2) == [0x1B, 0x5C])
        } else if kind == .unknown, count >= Self.stringLimit {
            isSkipping = true
        }
        events.append(InputEvent(kind: kind, raw: raw))
    }

    static let pasteStart = Array("\u{1B}[200~".utf8)
    static let pasteEnd = Array("\u{1B}[201~".utf8)

    /// Pasted text up to its end, to what could be the beginning of the end, or to a full piece.
    private func paste(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x1B {
                let rest = bytes[index...].prefix(Self.pasteEnd.count)
                if rest.elementsEqual(Self.pasteEnd) {
                    return .event(.paste(Array(bytes[..<index])), count: index + rest.count)
                }
                if Self.pasteEnd.starts(with: rest) { break }
            }
            index += 1
            if index == Self.pastePiece { break }
        }
        return index == 0 ? .incomplete : .event(.paste(Array(bytes[..<index])), count: index)
    }

    private func skip(_ bytes: UnsafeBufferPointer<UInt8>) -> Step {
        for index in 0..<min(bytes.count, Self.pastePiece) {
            if bytes[index] == 0x07 || bytes[index] == 0x5C && index > 0 && bytes[index - 1] == 0x1B {
                return .event(.unknown, count: index + 1)
            }
        }
        // An ESC at the end may be the first half of the terminator.
        let count = min(bytes.count, Self.pastePiece) - (bytes.last == 0x1B ? 1 : 0)
        return count == 0 ? .incomplete : .event(.unknown, count: count)
    }

    /// The event at the front.
    /// - Parameter isFinal: nothing more comes, so what could go on ends here.
    func next(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        if bytes[0] == 0x1B { return escape(bytes, isFinal: isFinal) }
        return character(bytes, isFinal: isFinal)
    }

    private func escape(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        guard bytes.count > 1 else { return isFinal ? .event(.key(KeyChord(.escape)), count: 1) : .incomplete }
        let alone = bytes.count == 2
        switch bytes[1] {
        case 0x5B where !(alone && isFinal): return alone ? .incomplete : control(bytes)
        case 0x4F where !(alone && isFinal): return alone ? .incomplete : singleShift(bytes)
        case 0x50, 0x5D, 0x5F, 0x5E:  // DCS, OSC, APC, PM, or Alt with P ] _ ^
            if alone && isFinal { return alt(bytes, isFinal: isFinal) }
            return alone ? .incomplete : string(bytes)
        case 0x1B: return doubleEscape(bytes, isFinal: isFinal)
        default: return alt(bytes, isFinal: isFinal)
        }
    }

    /// rxvt sends Alt with a function key as ESC before its sequence; else the first ESC is the Escape key.
    private func doubleEscape(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        if bytes.count == 2 { return isFinal ? .event(.key(KeyChord(.escape)), count: 1) : .incomplete }
        guard bytes[2] == 0x5B || bytes[2] == 0x4F else { return .event(.key(KeyChord(.escape)), count: 1) }
        let inner = UnsafeBufferPointer(rebasing: bytes[1...])
        if inner.count == 2 { return isFinal ? .event(.key(KeyChord(.escape)), count: 1) : .incomplete }
        guard case .event(let kind, let count) = inner[1] == 0x5B ? control(inner) : singleShift(inner) else {
            return .incomplete
        }
        guard case .key(let chord) = kind, count > 2 else { return .event(.key(KeyChord(.escape)), count: 1) }
        return .event(.key(KeyChord(chord.key, chord.modifiers.union(.alt))), count: count + 1)
    }

    private func alt(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) -> Step {
        switch character(UnsafeBufferPointer(rebasing: bytes[1...]), isFinal: isFinal) {
        case .event(.key(let chord), let count):
            .event(.key(KeyChord(chord.key, chord.modifiers.union(.alt))), count: count + 1)
        case .event(let kind, let count): .event(kind, count: count + 1)
        case .incomplete: .incomplete
        }
    }
}
