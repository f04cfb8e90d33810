/// What to look for in a line of the screen: plain text or a regular expression.
public struct TextPattern {
    enum Kind {
        case text([UInt32])
        case regex(Regex<AnyRegexOutput>)
    }

    let kind: Kind
    public let ignoresCase: Bool

    /// - Throws: `emptyPattern`, `badPattern` with the parser's reason.
    public init(_ text: String, isRegex: Bool = false, ignoresCase: Bool = false) throws(PlaybackError) {
        guard !text.isEmpty else { throw .emptyPattern }
        self.ignoresCase = ignoresCase
        guard isRegex else {
            kind = .text(text.unicodeScalars.map { ignoresCase ? Self.lowercase($0.value) : $0.value })
            return
        }
        do {
            let regex = try Regex(text)
            kind = .regex(ignoresCase ? regex.ignoresCase() : regex)
        } catch {
            throw .badPattern(text, reason: "\(error)")
        }
    }

    /// Whether it is in a line.
    public func matches(_ line: String) -> Bool {
        switch kind {
        case .regex(let regex): return line.firstMatch(of: regex) != nil
        case .text(let wanted):
            let scalars = line.unicodeScalars.map { ignoresCase ? Self.lowercase($0.value) : $0.value }
            guard scalars.count >= wanted.count else { return false }
            return (0...(scalars.count - wanted.count)).contains { scalars[$0...].starts(with: wanted) }
        }
    }

    /// Simple folding, scalar by scalar: as good as it must be for finding a word on a screen.
    static func lowercase(_ scalar: UInt32) -> UInt32 {
        if scalar < 0x80 { return scalar &- 0x41 < 26 ? scalar | 0x20 : scalar }
        guard let known = Unicode.Scalar(scalar) else { return scalar }
        let mapping = known.properties.lowercaseMapping.unicodeScalars
        return mapping.count == 1 ? mapping.first?.value ?? scalar : scalar
    }
}
