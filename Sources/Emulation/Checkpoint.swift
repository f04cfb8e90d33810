import CVTerm
import ScreenModel

/// A saved state of one terminal from which emulation goes on exactly.
///
/// Valid for the ``Terminal`` object that made it only, and never on disk: it holds an image of libvterm's memory.
/// Of the scrollback it holds the last lines only, those that a resize may bring back to the screen (see
/// ``Terminal/restore(_:)``). It is kept packed: libvterm's memory as its difference to a new terminal's, lines trimmed.
public struct Checkpoint: Sendable {
    public let size: Size
    /// Bytes fed when it was taken.
    public let offset: UInt64
    let registers: Registers
    let labels: Labels
    let parameters: [Int32]
    let string: [UInt8]
    let screen: PackedGrid
    let hidden: PackedGrid?
    /// The last lines of the scrollback, packed.
    let scrolledLines: [UInt8]
    let library: [UInt8]

    /// Memory it takes, in bytes, roughly.
    public var byteCount: Int {
        MemoryLayout<Registers>.size + screen.bytes.count + (hidden?.bytes.count ?? 0) + library.count + string.count
            + scrolledLines.count
            + parameters.count * 4 + labels.title.utf8.count + labels.palette.count * 16 + 256
    }
}

/// A grid as packed lines.
struct PackedGrid: Sendable {
    let size: Size
    let bytes: [UInt8]

    init(_ grid: Grid) {
        size = grid.size
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size.area / 2 + 8 * size.rows)
        let room = PackedLine.limit(cells: size.columns)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: room) { line in
            guard let start = line.baseAddress else { return }
            for row in 0..<grid.count {
                let length = PackedLine.pack(
                    grid.rows[row], count: grid.used(row), wraps: grid.wraps[row], into: start)
                bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: length))
            }
        }
        self.bytes = Array(bytes)
    }

    /// Puts the lines back into a grid of the same size.
    func unpack(into grid: Grid) {
        bytes.withUnsafeBufferPointer { bytes in
            guard var line = bytes.baseAddress else { return }
            for row in 0..<min(size.rows, grid.count) {
                let count = PackedLine.cellCount(line)
                grid.wraps[row] = PackedLine.wraps(line)
                let length = PackedLine.unpack(line, into: grid.rows[row])
                (grid.rows[row] + count).update(repeating: .blank, count: size.columns - count)
                line += length
            }
        }
    }
}

extension Interpreter {
    func checkpoint() -> Checkpoint {
        Checkpoint(
            size: grid.size, offset: offset, registers: registers, labels: labels, parameters: parameters.saved,
            string: registers.state == .osc || registers.state == .dcs ? string : [], screen: PackedGrid(grid),
            hidden: hidden.map(PackedGrid.init),
            scrolledLines: scrollback.packed(from: max(scrollback.first, registers.reachableLine)),
            library: librarySnapshot())
    }

    mutating func restore(_ checkpoint: Checkpoint) {
        registers = checkpoint.registers
        labels = checkpoint.labels
        parameters.restore(checkpoint.parameters)
        string = checkpoint.string
        offset = checkpoint.offset
        show(checkpoint.screen, in: &grid)
        if let packed = checkpoint.hidden {
            var primary = hidden ?? Grid(size: packed.size)
            show(packed, in: &primary)
            hidden = primary
        } else {
            hidden?.free()
            hidden = nil
        }
        restoreScrollback(checkpoint.scrolledLines)
        libraryRestore(checkpoint.library)
        dirty = .all(rows)
        scrolled = 0
        replies = []
        events = []
    }

    /// Lines before the reachable ones never change, so those that are there stay.
    private mutating func restoreScrollback(_ lines: [UInt8]) {
        scrollback.truncate(to: registers.topLine - PackedLine.count(lines))
        scrollback.append(packed: lines)
    }

    private func show(_ packed: PackedGrid, in grid: inout Grid) {
        if grid.size != packed.size {
            grid.free()
            grid = Grid(size: packed.size)
        }
        packed.unpack(into: grid)
    }

    private func librarySnapshot() -> [UInt8] {
        let size = ah_vterm_save(vterm, nil, 0)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = min(size, ah_vterm_save(vterm, buffer.baseAddress, buffer.count))
        }
    }

    private func libraryRestore(_ image: [UInt8]) {
        image.withUnsafeBufferPointer {
            guard let bytes = $0.baseAddress, ah_vterm_restore(vterm, bytes, $0.count) == 1 else {
                preconditionFailure("a checkpoint was given to a terminal that did not make it")
            }
        }
    }
}
