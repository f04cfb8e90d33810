import ScreenModel

extension CopyModel {
    /// A place where the text is that was searched for: from its first to its last cell.
    public struct Hit: Hashable, Sendable {
        public var start: Position
        public var end: Position
    }

    /// The most hits that are kept.
    static let hitLimit = 100_000

    /// Finds the text everywhere and goes to the next place.
    ///
    /// - Returns: what to say of it: nothing when it is there.
    mutating func search(_ query: SearchQuery, forward: Bool) -> String? {
        guard !query.text.isEmpty else { return nil }
        if history == .reading { early.append(.search(query, forward: forward)) }
        self.query = query
        searchesForward = forward
        if let problem = findAll() { return problem }
        return goToHit(forward: forward)
    }

    /// To the next hit, around the end.
    mutating func goToHit(forward: Bool) -> String? {
        guard let query else { return "nothing was searched for yet" }
        guard !hits.isEmpty else { return "“\(query.text)” is not here" }
        let here = (cursor.row, cursor.column)
        let index: Int
        if forward {
            index = hits.firstIndex { ($0.start.row, $0.start.column) > here } ?? 0
        } else {
            index = hits.lastIndex { ($0.start.row, $0.start.column) < here } ?? hits.count - 1
        }
        let start = hits[index].start
        let wrapped = forward ? start.row < cursor.row : start.row > cursor.row
        place(start)
        return wrapped ? "went on from the \(forward ? "start" : "end")" : nil
    }

    /// The hits that can be seen in these lines.
    public func hits(in rows: Range<Int>) -> ArraySlice<Hit> {
        var (low, high) = (0, hits.count)
        while low < high {
            let middle = (low + high) / 2
            if hits[middle].end.row < rows.lowerBound { low = middle + 1 } else { high = middle }
        }
        return hits[low...].prefix { $0.start.row < rows.upperBound }
    }

    /// Which hit the cursor is on, from 1.
    public var hitNumber: Int? { hits.firstIndex { $0.start == cursor }.map { $0 + 1 } }

    /// Looks through all lines anew.
    ///
    /// - Returns: what is wrong with the regular expression.
    mutating func findAll() -> String? {
        hits = []
        guard let query else { return nil }
        do {
            let finder = try TextFinder(query)
            var row = 0
            while row < lines.count, hits.count < Self.hitLimit {
                var end = row
                while lines[end].wraps, end + 1 < lines.count { end += 1 }
                hits += finder.hits(in: text(of: row...end))
                row = end + 1
            }
            return nil
        } catch {
            self.query = nil
            return "“\(query.text)” is no regular expression: \(error)"
        }
    }

    /// A line of text and where its characters are.
    private func text(of rows: ClosedRange<Int>) -> TextFinder.Line {
        var line = TextFinder.Line()
        for row in rows {
            for (column, cell) in lines[row].cells.enumerated() where !cell.attributes.contains(.wideTrail) {
                line.append(symbols.text(of: cell), at: Position(row: row, column: column))
            }
        }
        return line
    }
}

/// Finds a text or a regular expression in lines.
struct TextFinder {
    /// Text with the place of each of its scalars.
    struct Line {
        fileprivate var text = String.UnicodeScalarView()
        fileprivate var places: [Position] = []

        mutating func append(_ cluster: String, at place: Position) {
            for scalar in cluster.unicodeScalars {
                text.append(scalar)
                places.append(place)
            }
        }
    }

    private enum Kind {
        case text([Unicode.Scalar], ignoresCase: Bool)
        case regex(Regex<AnyRegexOutput>)
    }

    private let kind: Kind

    init(_ query: SearchQuery) throws {
        if query.isRegex {
            let regex = try Regex(query.text)
            kind = .regex(query.ignoresCase ? regex.ignoresCase() : regex)
        } else {
            let scalars = query.text.unicodeScalars.map { query.ignoresCase ? Self.fold($0) : $0 }
            kind = .text(scalars, ignoresCase: query.ignoresCase)
        }
    }

    func hits(in line: Line) -> [CopyModel.Hit] {
        switch kind {
        case .text(let wanted, let ignoresCase): textHits(wanted, ignoresCase, line)
        case .regex(let regex): regexHits(regex, line)
        }
    }

    private func textHits(_ wanted: [Unicode.Scalar], _ ignoresCase: Bool, _ line: Line) -> [CopyModel.Hit] {
        guard line.places.count >= wanted.count else { return [] }
        let text = line.text.map { ignoresCase ? Self.fold($0) : $0 }
        var hits: [CopyModel.Hit] = []
        var start = 0
        while start + wanted.count <= text.count {
            if text[start] == wanted[0], text[start..<start + wanted.count].elementsEqual(wanted) {
                hits.append(.init(start: line.places[start], end: line.places[start + wanted.count - 1]))
                start += wanted.count
            } else {
                start += 1
            }
        }
        return hits
    }

    private func regexHits(_ regex: Regex<AnyRegexOutput>, _ line: Line) -> [CopyModel.Hit] {
        let text = String(line.text)
        return text.matches(of: regex).compactMap { match in
            guard !match.range.isEmpty else { return nil }
            let scalars = text.unicodeScalars
            let start = scalars.distance(from: scalars.startIndex, to: match.range.lowerBound)
            let count = scalars.distance(from: match.range.lowerBound, to: match.range.upperBound)
            guard count > 0, start + count <= line.places.count else { return nil }
            return .init(start: line.places[start], end: line.places[start + count - 1])
        }
    }

    /// Scalar by scalar: good enough to find a word.
    private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII { return 0x41...0x5A ~= scalar.value ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar }
        let mapping = scalar.properties.lowercaseMapping.unicodeScalars
        return mapping.count == 1 ? mapping.first ?? scalar : scalar
    }
}
