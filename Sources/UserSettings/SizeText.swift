/// Durations and sizes as they are written in settings.
public enum SizeText {
    private static let ages: [(Int64, String)] = [
        (7 * 86_400_000, "w"), (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"),
    ]
    private static let sizes: [(Int64, String)] = [
        (1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K"), (1, ""),
    ]

    /// Milliseconds of `90d`, `12h`, `2w`.
    public static func age(_ text: String) -> Int64? { value(text, ages) }

    /// Bytes of `500M`, `20G`, `20GB`, `1048576`; powers of 1024.
    public static func bytes(_ text: String) -> Int64? {
        let short = text.uppercased().hasSuffix("B") ? String(text.dropLast()) : text
        return value(short.uppercased(), sizes)
    }

    private static func value(_ text: String, _ units: [(Int64, String)]) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), let unit = units.first(where: { $0.1 == text.dropFirst(digits.count) }) else {
            return nil
        }
        let product = number.multipliedReportingOverflow(by: unit.0)
        return product.overflow ? nil : product.partialValue
    }
}
