/// Bytes of one of git's tree objects.
struct TreeBuilder {
    enum Mode: String {
        case file = "100644 "
        case program = "100755 "
        case link = "120000 "
        case folder = "40000 "
    }

    private struct Row {
        var mode: Mode
        var name: [UInt8]
        var id: ObjectID
    }

    private var rows: [Row] = []
    private var isSorted = true

    mutating func reserve(_ count: Int) { rows.reserveCapacity(count) }

    mutating func add(_ mode: Mode, _ name: [UInt8], _ id: ObjectID) {
        let row = Row(mode: mode, name: name, id: id)
        if let last = rows.last, !Self.precedes(last, row) { isSorted = false }
        rows.append(row)
    }

    /// git's order: as bytes, where a folder's name ends in a slash.
    private static func precedes(_ left: Row, _ right: Row) -> Bool {
        let shorter = min(left.name.count, right.name.count)
        for index in 0..<shorter where left.name[index] != right.name[index] {
            return left.name[index] < right.name[index]
        }
        return end(left, shorter) < end(right, shorter)
    }

    private static func end(_ row: Row, _ index: Int) -> UInt8 {
        index < row.name.count ? row.name[index] : row.mode == .folder ? UInt8(ascii: "/") : 0
    }

    func encoded() -> [UInt8] {
        let sorted = isSorted ? rows : rows.sorted(by: Self.precedes)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.reduce(0) { $0 + $1.name.count + 28 })
        for row in sorted {
            bytes.append(contentsOf: row.mode.rawValue.utf8)
            bytes.append(contentsOf: row.name)
            bytes.append(0)
            row.id.append(to: &bytes)
        }
        return bytes
    }
}
