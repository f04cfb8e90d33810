/// The lines in which two texts differ: Myers' algorithm after equal ends are set aside, bounded in what it tries; beyond the
/// bound the middle is one change.
struct LineDifference {
    private let old: [ArraySlice<UInt8>]
    private let new: [ArraySlice<UInt8>]
    /// Runs of lines that differ: lines `old` go, lines `new` come. In order, with equal lines between.
    private(set) var changes: [(old: Range<Int>, new: Range<Int>)] = []
    /// So many steps of difference are tried: memory grows with their square.
    private static let deepest = 1500

    var added: Int { changes.reduce(0) { $0 + $1.new.count } }
    var deleted: Int { changes.reduce(0) { $0 + $1.old.count } }

    init(_ old: [UInt8], _ new: [UInt8]) {
        self.old = Self.lines(old)
        self.new = Self.lines(new)
        compare()
    }

    /// With their ends, so that a missing one at the end of a text is a difference.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
            lines.append(text[start..<end])
            start = end
        }
        return lines
    }

    private mutating func compare() {
        var head = 0
        while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
            tail += 1
        }
        let left = head..<(old.count - tail)
        let right = head..<(new.count - tail)
        guard !left.isEmpty || !right.isEmpty else { return }
        // Lines as numbers: they are compared many times.
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        func number(_ line: ArraySlice<UInt8>) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        let first = old[left].map { number($0) }
        let second = new[right].map { number($0) }
        guard let kept = Self.common(first, second) else {
            changes = [(left, right)]
            return
        }
        var at = (old: 0, new: 0)
        for match in kept + [(first.count, second.count)] {
            if match.0 > at.old || match.1 > at.new {
                changes.append(
                    ((head + at.old)..<(head + match.0), (head + at.new)..<(head + match.1)))
            }
            at = (match.0 + 1, match.1 + 1)
        }
    }

    /// Pairs of equal lines, in order; nil beyond the bound.
    private static func common(_ old: [Int], _ new: [Int]) -> [(Int, Int)]? {
        let most = min(old.count + new.count, deepest)
        var reach = [Int](repeating: 0, count: 2 * most + 3)
        let middle = most + 1
        var trace: [[Int]] = []
        for depth in 0...most {
            trace.append(Array(reach[(middle - depth - 1)...(middle + depth + 1)]))
            for diagonal in stride(from: -depth, through: depth, by: 2) {
                let isDown =
                    diagonal == -depth
                    || (diagonal != depth && reach[middle + diagonal - 1] < reach[middle + diagonal + 1])
                var x = isDown ? reach[middle + diagonal + 1] : reach[middle + diagonal - 1] + 1
                while x < old.count, x - diagonal < new.count, x - diagonal >= 0, old[x] == new[x - diagonal] { x += 1 }
                reach[middle + diagonal] = x
                if x >= old.count, x - diagonal >= new.count { return path(trace, old.count, new.count) }
            }
        }
        return nil
    }

    private static func path(_ trace: [[Int]], _ oldCount: Int, _ newCount: Int) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        var x = oldCount
        var y = newCount
        for depth in trace.indices.reversed() {
            let reach = trace[depth]
            // The middle of a trace's row is diagonal 0.
            let middle = depth + 1
            let diagonal = x - y
            let isDown =
                diagonal == -depth
                || (diagonal != depth && reach[middle + diagonal - 1] < reach[middle + diagonal + 1])
            let previous = isDown ? diagonal + 1 : diagonal - 1
            let fromX = reach[middle + previous]
            let fromY = fromX - previous
            while x > fromX, y > max(fromY, 0) {
                x -= 1
                y -= 1
                pairs.append((x, y))
            }
            (x, y) = (fromX, fromY)
        }
        return pairs.reversed()
    }

    /// As `diff -u` has them.
    func hunks(context: Int) -> [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < changes.count {
            var last = index
            while last + 1 < changes.count,
                changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context
            {
                last += 1
            }
            text += hunk(Array(changes[index...last]), context)
            index = last + 1
        }
        return text
    }

    private func hunk(_ changes: [(old: Range<Int>, new: Range<Int>)], _ context: Int) -> [UInt8] {
        let before = min(context, changes[0].old.lowerBound)
        let after = min(context, old.count - changes[changes.count - 1].old.upperBound)
        let oldRange = (changes[0].old.lowerBound - before)..<(changes[changes.count - 1].old.upperBound + after)
        let newRange = (changes[0].new.lowerBound - before)..<(changes[changes.count - 1].new.upperBound + after)
        var text = Array("@@ -\(Self.place(oldRange)) +\(Self.place(newRange)) @@\n".utf8)
        var at = oldRange.lowerBound
        for change in changes {
            for line in old[at..<change.old.lowerBound] { Self.append(" ", line, to: &text) }
            for line in old[change.old] { Self.append("-", line, to: &text) }
            for line in new[change.new] { Self.append("+", line, to: &text) }
            at = change.old.upperBound
        }
        for line in old[at..<oldRange.upperBound] { Self.append(" ", line, to: &text) }
        return text
    }

    private static func place(_ range: Range<Int>) -> String {
        let start = range.isEmpty ? range.lowerBound : range.lowerBound + 1
        return range.count == 1 ? "\(start)" : "\(start),\(range.count)"
    }

    private static func append(_ mark: Character, _ line: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text.append(mark.asciiValue!)
        text += line
        if line.last != UInt8(ascii: "\n") { text += Array("\n\\ No newline at end of file\n".utf8) }
    }
}
