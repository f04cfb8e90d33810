/// Why a text is no JSON, and at which byte.
public struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public var offset: Int
    public var reason: String

    public var description: String { "no JSON at byte \(offset): \(reason)" }
}

extension JSONValue {
    /// Reads one document; what follows it but white space is an error.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONProblem) {
        var parser = JSONParser(Array(bytes))
        self = try parser.document()
    }

    public init(parsing text: String) throws(JSONProblem) { try self.init(parsing: text.utf8) }
}

/// One pass over the bytes. Nesting is bounded, since the bytes may be anybody's.
private struct JSONParser {
    private let bytes: [UInt8]
    private var position = 0
    private static let deepest = 256

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONProblem) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw problem("more after the end of the document") }
        return value
    }

    private func problem(_ reason: String) -> JSONProblem { JSONProblem(offset: position, reason: reason) }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        guard depth < Self.deepest else { throw problem("nested more than \(Self.deepest) deep") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw problem("it ends where a value should be")
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("not a value") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONProblem) -> String {
        let start = position
        while let byte = next, Self.isOfNumber(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // `Double` takes more than JSON does ("0x1", "nan"), which the set of bytes has ruled out.
        guard Double(text) != nil, !text.hasPrefix("+") else {
            position = start
            throw problem("not a value")
        }
        return text
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte)
    }

    private mutating func elements(depth: Int) throws(JSONProblem) -> [JSONValue] {
        position += 1
        var result: [JSONValue] = []
        skipSpace()
        if take("]") { return result }
        while true {
            result.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return result }
            guard take(",") else { throw problem("“,” or “]” is missing") }
        }
    }

    private mutating func members(depth: Int) throws(JSONProblem) -> [JSONValue.Member] {
        position += 1
        var result: [JSONValue.Member] = []
        skipSpace()
        if take("}") { return result }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("a member's name is missing") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw problem("“:” is missing") }
            result.append(JSONValue.Member(name, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return result }
            guard take(",") else { throw problem("“,” or “}” is missing") }
        }
    }

    private mutating func string() throws(JSONProblem) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { position += 1 }
        guard let byte = next else { throw problem("a string has no end") }
        let plain = bytes[start..<position]
        if byte == UInt8(ascii: "\"") {
            position += 1
            return String(decoding: plain, as: UTF8.self)
        }
        var collected = Array(plain)
        try escapedRest(&collected)
        return String(decoding: collected, as: UTF8.self)
    }

    private mutating func escapedRest(_ collected: inout [UInt8]) throws(JSONProblem) {
        while let byte = next {
            position += 1
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") {
                try escape(&collected)
            } else {
                collected.append(byte)
            }
        }
        throw problem("a string has no end")
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
        UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
    ]

    private mutating func escape(_ collected: inout [UInt8]) throws(JSONProblem) {
        guard let kind = next else { throw problem("a string has no end") }
        position += 1
        if let byte = Self.escapes[kind] {
            collected.append(byte)
            return
        }
        guard kind == UInt8(ascii: "u") else { throw problem("an unknown escape") }
        var unit = try hexadecimal()
        if 0xD800...0xDBFF ~= unit, bytes[position...].starts(with: #"\u"#.utf8) {
            let before = position
            position += 2
            let low = try hexadecimal()
            if 0xDC00...0xDFFF ~= low {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
            } else {
                position = before
            }
        }
        // Half of a pair, as a cut text may end with, is no character.
        collected += String(Character(Unicode.Scalar(unit) ?? "\u{FFFD}")).utf8
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        guard position + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw problem("an escape of four hexadecimal digits is cut short") }
        position += 4
        return unit
    }
}
