/// Makes valid UTF-8 of chunks that may end within a character.
struct PartialText {
    private var tail: [UInt8] = []

    /// The chunk as UTF-8, with what was held back before it and without half a character at its end.
    mutating func take(_ chunk: [UInt8]) -> [UInt8] {
        let joined = tail.isEmpty ? chunk : tail + chunk
        let kept = Self.unfinished(joined)
        tail = Array(joined.suffix(kept))
        return Self.repaired(joined.dropLast(kept))
    }

    mutating func finish() -> [UInt8] {
        defer { tail = [] }
        return Self.repaired(tail[...])
    }

    private static func repaired(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).utf8)
    }

    /// How many bytes at the end begin a character that later bytes could still complete: 0…3.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            return byte < 0xF5 && length > back ? back : 0
        }
        return 0
    }
}
