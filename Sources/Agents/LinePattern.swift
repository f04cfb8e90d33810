import Glibc

/// A POSIX extended regular expression, matched line by line without regard to case. The C library's is small and starts
/// at once, which matters in a hook.
public final class LinePattern: Sendable {
    /// Made once and only read from then on; the C library's matcher keeps nothing in it that its user sees.
    private nonisolated(unsafe) let compiled: UnsafeMutablePointer<regex_t>
    /// Bytes of a line that are looked at; the matcher's time grows with them.
    private static let longestLine = 4096
    private static let mostMatches = 1000

    /// Nil when the pattern is none; ``problem(_:)`` says why.
    public init?(_ pattern: String) {
        let made = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        made.initialize(to: regex_t())
        guard regcomp(made, pattern, Self.flags) == 0 else {
            made.deallocate()
            return nil
        }
        compiled = made
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    private static let flags = Int32(REG_EXTENDED | REG_ICASE)

    /// Why a pattern can't be used; nil when it can.
    public static func problem(_ pattern: String) -> String? {
        var compiled = regex_t()
        let code = regcomp(&compiled, pattern, flags)
        guard code != 0 else {
            regfree(&compiled)
            return nil
        }
        var text = [CChar](repeating: 0, count: 200)
        let count = regerror(code, &compiled, &text, text.count)
        return String(
            decoding: text.prefix(max(0, min(count, text.count) - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public func matches(_ line: String) -> Bool { !matches(in: Array(line.utf8), group: 0, limit: 1).isEmpty }

    /// Where a group of the pattern matched, in order and without overlaps. Lines end at line feeds.
    func matches(in bytes: [UInt8], group: Int, limit: Int = mostMatches) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        while start < bytes.count, result.count < limit {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            matchLine(bytes, start..<end, group: group, limit: limit, into: &result)
            start = end + 1
        }
        return result
    }

    private func matchLine(
        _ bytes: [UInt8], _ line: Range<Int>, group: Int, limit: Int, into result: inout [Range<Int>]
    ) {
        // A zero byte would end the text for the C library.
        var text = bytes[line].prefix(Self.longestLine).map { CChar(bitPattern: $0 == 0 ? 0x20 : $0) }
        text.append(0)
        var found = [regmatch_t](repeating: regmatch_t(), count: group + 1)
        var start = 0
        while start < text.count - 1, result.count < limit {
            let flags = start == 0 ? 0 : REG_NOTBOL
            let code = text.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { regexec(compiled, $0 + start, found.count, &found, flags) } ?? 1
            }
            guard code == 0, found[0].rm_eo >= found[0].rm_so else { return }
            let range = found[group]
            if range.rm_so >= 0, range.rm_eo >= range.rm_so {
                let base = line.lowerBound + start
                result.append(base + Int(range.rm_so)..<base + Int(range.rm_eo))
            }
            start += max(Int(found[0].rm_eo), 1)
        }
    }
}
