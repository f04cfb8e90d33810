/// Finds the bytes with which most reads of a block end, as agents end their frames with `ESC [ ? 2 0 2 6 l`.
///
/// Where a read ends at the first of them, its length need not be written down: 5 % of an agent's finished file.
enum EndMark {
    /// Reads that are looked at; more tell nothing new.
    private static let sample = 4096
    private static let lengths = [1, 2, 4, 8]
    /// Reads that must end with it before it pays for itself.
    private static let fewest = 6

    /// - Parameter reads: their lengths, negative for those whose length follows from their DATA record.
    static func commonest(of reads: [Int], in output: UnsafeRawBufferPointer) -> [UInt8] {
        var ends: [ArraySlice<UInt8>: Int] = [:]
        var candidates: [UnsafeRawBufferPointer] = []
        var start = 0
        for read in reads {
            let length = abs(read)
            if read > 0 {
                let bytes = UnsafeRawBufferPointer(rebasing: output[start..<start + length])
                candidates.append(bytes)
                for size in lengths where size <= length { ends[ArraySlice(bytes.suffix(size)), default: 0] += 1 }
            }
            start += length
            if candidates.count == sample { break }
        }
        return best(ends, candidates)
    }

    /// The one of the commonest that really tells where most reads end; of equals the longer.
    private static func best(_ ends: [ArraySlice<UInt8>: Int], _ reads: [UnsafeRawBufferPointer]) -> [UInt8] {
        let common = ends.filter { $0.value >= fewest }
            .sorted { ($0.value, $0.key.count, $1.key.hexOrder) > ($1.value, $1.key.count, $0.key.hexOrder) }
        var best: (hits: Int, mark: [UInt8]) = (fewest - 1, [])
        for (mark, count) in common.prefix(12) where count > best.hits {
            let hits = Array(mark).withUnsafeBytes { bytes in
                reads.count { TimingColumns.end(of: bytes, in: $0) == $0.count }
            }
            if hits > best.hits { best = (hits, Array(mark)) }
        }
        return best.mark
    }
}

extension ArraySlice<UInt8> {
    /// Its bytes as a number, so that equal counts give the same choice each time.
    fileprivate var hexOrder: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
