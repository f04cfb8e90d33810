/// What of a file is asked for (RFC 9110): one range; several are answered with the whole.
enum ByteRange {
    /// - Returns: the bytes wanted; nil for all of them.
    /// - Throws: `unsatisfiableRange`.
    static func parse(_ header: String?, size: UInt64) throws(RESTError) -> Range<UInt64>? {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let count = UInt64(parts[1]) else { return nil }
            guard count > 0, size > 0 else { throw .unsatisfiableRange(size: size) }
            return (size - min(count, size))..<size
        }
        guard let first = UInt64(parts[0]) else { return nil }
        guard parts[1].isEmpty || UInt64(parts[1]) != nil else { return nil }
        let last = UInt64(parts[1]) ?? UInt64.max
        guard last >= first else { return nil }
        guard first < size else { throw .unsatisfiableRange(size: size) }
        return first..<(last >= size ? size : last + 1)
    }
}
