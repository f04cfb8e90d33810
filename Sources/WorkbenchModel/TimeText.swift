/// Times as people write and read them: `1:23`, `5m`, `1h2m3.5s`, `250ms`.
public enum TimeText {
    /// The milliseconds that `text` stands for; nil when it is no time. A bare number is none: its unit is unknown.
    public static func milliseconds(_ text: some StringProtocol) -> Int64? {
        text.contains(":") ? clock(text) : units(text)
    }

    /// As ``milliseconds(_:)``, with a sign before it if wanted.
    public static func signedMilliseconds(_ text: some StringProtocol) -> Int64? {
        guard let sign = text.first, sign == "-" || sign == "+" else { return milliseconds(text) }
        guard let value = milliseconds(text.dropFirst()) else { return nil }
        return sign == "-" ? -value : value
    }

    /// `mm:ss` or, from an hour on, `h:mm:ss`.
    public static func text(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        let tail = "\(padded(minutes)):\(padded(seconds % 60))"
        return hours > 0 ? "\(hours):\(tail)" : tail
    }

    /// As ``text(_:)`` with tenths of a second.
    public static func exactText(_ milliseconds: Int64) -> String {
        "\(text(milliseconds)).\(max(0, milliseconds) / 100 % 10)"
    }

    private static func padded(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    private static func clock(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let seconds = decimal(parts[parts.count - 1]) else { return nil }
        var total = 0.0
        for part in parts.dropLast() {
            guard part.allSatisfy({ $0.isASCII && $0.isNumber }), let value = Double(String(part)) else { return nil }
            total = (total + value) * 60
        }
        return bounded((total + seconds) * 1000)
    }

    private static func units(_ text: some StringProtocol) -> Int64? {
        let factors = ["d": 86_400_000.0, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1]
        var rest = Substring(text)
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = decimal(number), let factor = factors[String(unit)] else { return nil }
            total += value * factor
        }
        return bounded(total)
    }

    private static func decimal(_ text: some StringProtocol) -> Double? {
        guard let first = text.first, first.isASCII, first.isNumber else { return nil }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) else { return nil }
        return Double(String(text))
    }

    /// What is typed is not trusted to fit.
    private static func bounded(_ value: Double) -> Int64? {
        value.isFinite && value >= 0 && value < 1e15 ? Int64(value.rounded()) : nil
    }
}
