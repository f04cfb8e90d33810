import CCurses

/// One terminfo entry, readable within ``read(_:_:)`` only.
struct Terminfo {
    /// Runs `body` with the entry of `name`; nil when there is none. Holds a process-wide lock meanwhile.
    static func read<R>(_ name: String, _ body: (Terminfo) -> R) -> R? {
        guard ah_terminfo_begin(name) == 0 else { return nil }
        defer { ah_terminfo_end() }
        return body(Terminfo())
    }

    private init() {}

    func flag(_ name: String) -> Bool { ah_terminfo_flag(name) != 0 }

    func number(_ name: String) -> Int? {
        let number = ah_terminfo_number(name)
        return number < 0 ? nil : Int(number)
    }

    /// A string capability without its padding (`$<5>`).
    func string(_ name: String) -> [UInt8]? {
        guard let text = ah_terminfo_string(name) else { return nil }
        return Self.withoutPadding(UnsafeBufferPointer(start: text, count: length(text)).map { UInt8(bitPattern: $0) })
    }

    func has(_ name: String) -> Bool { ah_terminfo_string(name) != nil }

    /// A string capability with two parameters filled in, without padding.
    func expand(_ name: String, _ first: Int32, _ second: Int32) -> [UInt8]? {
        guard let format = ah_terminfo_string(name) else { return nil }
        var out = [CChar](repeating: 0, count: 256)
        let count = ah_terminfo_expand(format, first, second, &out, out.count)
        guard count >= 0 else { return nil }
        return Self.withoutPadding(out.prefix(Int(count)).map { UInt8(bitPattern: $0) })
    }

    private func length(_ text: UnsafePointer<CChar>) -> Int {
        var end = text
        while end.pointee != 0 { end += 1 }
        return end - text
    }

    static func withoutPadding(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let isPadding = bytes[index] == UInt8(ascii: "$") && bytes[index...].dropFirst().first == UInt8(ascii: "<")
            if isPadding, let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) {
                index = end + 1
            } else {
                kept.append(bytes[index])
                index += 1
            }
        }
        return kept
    }
}
