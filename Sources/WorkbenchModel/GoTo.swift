/// A place on a timeline as people write it.
public enum GoTo: Hashable, Sendable {
    case time(milliseconds: Int64)
    /// Relative to the playhead: `+5s`, `-1m`.
    case relative(milliseconds: Int64)
    /// Of the duration, 0 … 100.
    case percent(Double)
    /// A moment by its number: `3` or `#3`.
    case moment(UInt64)
    /// A snapshot by its number: `@3`.
    case snapshot(UInt64)
    /// A moment or snapshot by its name, or by a part of it.
    case name(String)

    /// Nil only for empty text: whatever is no time, percentage or number is a name.
    public init?(_ text: String) {
        let trimmed = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        guard let first = trimmed.first else { return nil }
        let rest = trimmed.dropFirst()
        if first == "@", let number = UInt64(rest) {
            self = .snapshot(number)
        } else if let number = UInt64(first == "#" ? String(rest) : trimmed) {
            self = .moment(number)
        } else if first == "+" || first == "-", let span = TimeText.signedMilliseconds(trimmed) {
            self = .relative(milliseconds: span)
        } else if trimmed.last == "%", let part = Double(trimmed.dropLast()), (0...100).contains(part) {
            self = .percent(part)
        } else if let time = TimeText.milliseconds(trimmed) {
            self = .time(milliseconds: time)
        } else {
            self = .name(trimmed)
        }
    }
}
