import CVTerm
import ScreenModel

/// The door to libvterm: it is told where the cursor is when it must know, gets one sequence, and what it did to the
/// grid is carried out here. It never sees text, styles, strings, modes or queries, and is always in its defaults
/// but for margins and tab stops.
extension Interpreter {
    private static let sequenceRoom = 64

    /// A control sequence with at most one number.
    mutating func library(_ final: UInt8, _ number: Int, leader: UInt8 = 0, intermediate: UInt8 = 0) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.sequenceRoom) { room in
            var sequence = SequenceWriter(room)
            if let bytes = room.baseAddress, writeCursor(&sequence) {
                sequence.introduce()
                if leader != 0 { sequence.put(leader) }
                sequence.put(number)
                if intermediate != 0 { sequence.put(intermediate) }
                sequence.put(final)
                run(bytes, sequence.count)
            }
        }
    }

    mutating func library(escape byte: UInt8) {
        short(escape: true, byte)
    }

    mutating func library(control byte: UInt8) {
        short(escape: false, byte)
    }

    private mutating func short(escape: Bool, _ byte: UInt8) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.sequenceRoom) { room in
            var sequence = SequenceWriter(room)
            if let bytes = room.baseAddress, writeCursor(&sequence) {
                if escape { sequence.put(UInt8(0x1B)) }
                sequence.put(byte)
                run(bytes, sequence.count)
            }
        }
    }

    /// Tells it the margins; its cursor goes home, ours stays.
    mutating func libraryMargins() {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.sequenceRoom) { room in
            guard let bytes = room.baseAddress else { return }
            var sequence = SequenceWriter(room)
            sequence.introduce()
            sequence.put(registers.top + 1)
            sequence.put(UInt8(0x3B))
            sequence.put(registers.bottom + 1)
            sequence.put(UInt8(0x72))
            _ = ah_vterm_write(vterm, bytes, sequence.count)
            noteLibraryCursor()
        }
    }

    mutating func libraryReset() {
        ah_vterm_reset(vterm)
        noteLibraryCursor()
    }

    /// Margins and cursor go home first, since shrinking with either outside writes out of bounds in libvterm.
    mutating func libraryResize() {
        let home: [UInt8] = [0x1B, 0x5B, 0x72, 0x1B, 0x5B, 0x48]
        _ = ah_vterm_write(vterm, home, home.count)
        ah_vterm_resize(vterm, Int32(rows), Int32(columns))
        noteLibraryCursor()
    }

    private mutating func noteLibraryCursor() {
        var row: Int32 = 0
        var column: Int32 = 0
        ah_vterm_cursor(vterm, &row, &column)
        registers.libraryRow = Int(row)
        registers.libraryColumn = Int(column)
    }

    /// Puts its cursor where ours is; always true, for use in a condition.
    private func writeCursor(_ sequence: inout SequenceWriter) -> Bool {
        if registers.libraryRow != registers.row || registers.libraryColumn != registers.column {
            sequence.introduce()
            sequence.put(registers.row + 1)
            sequence.put(UInt8(0x3B))
            sequence.put(registers.column + 1)
            sequence.put(UInt8(0x48))
        }
        return true
    }

    private mutating func run(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        let operations = ah_vterm_write(vterm, bytes, count)
        if operations > 0 {
            let list = ah_vterm_operations(vterm)
            for index in 0..<Int(operations) { carryOut(list[index]) }
        }
        noteLibraryCursor()
        if registers.libraryRow != registers.row || registers.libraryColumn != registers.column {
            move(row: registers.libraryRow, column: registers.libraryColumn)
        }
    }

    private mutating func carryOut(_ operation: AHVTermOperation) {
        let top = Int(operation.top)
        let bottom = min(Int(operation.bottom), rows)
        let left = Int(operation.left)
        let right = min(Int(operation.right), columns)
        guard top < bottom, left < right else { return }
        dirty.insert(top..<bottom)
        if operation.kind == AHVTermErase.rawValue {
            for row in top..<bottom {
                grid.erase(row: row, left: left, right: right, fill: blank, keepProtected: operation.selective != 0)
            }
        } else if operation.rightward == 0 {
            grid.scroll(top: top, bottom: bottom, lines: Int(operation.downward), fill: blank)
        } else {
            for row in top..<bottom {
                grid.shift(row: row, left: left, right: right, columns: Int(operation.rightward), fill: blank)
            }
        }
    }
}

/// Writes a short sequence into room that is large enough for any it is used for.
private struct SequenceWriter {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        self.room = room
    }

    mutating func put(_ byte: UInt8) {
        guard count < room.count else { return }
        room[count] = byte
        count += 1
    }

    mutating func introduce() {
        put(UInt8(0x1B))
        put(UInt8(0x5B))
    }

    mutating func put(_ number: Int) {
        if number >= 10 { put(number / 10) }
        put(UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }
}
