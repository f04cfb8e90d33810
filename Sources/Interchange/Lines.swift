/// Walks a text file's lines by bytes, counting them.
struct Lines {
    private let bytes: [UInt8]
    private var position = 0
    /// Of the line that was given last, from 1.
    private(set) var number = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !isAtEnd else { return nil }
        let start = position
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        position = end + 1
        number += 1
        return bytes[start..<end]
    }

    /// The next line that is neither blank nor a `#` comment.
    mutating func nextContent() -> ArraySlice<UInt8>? {
        while let line = next() {
            guard let first = line.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { continue }
            return line
        }
        return nil
    }
}
