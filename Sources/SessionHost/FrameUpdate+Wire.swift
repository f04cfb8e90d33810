import ScreenModel

extension FrameUpdate {
    func write(to wire: inout WireWriter) {
        wire.number(UInt16(clamping: size.columns))
        wire.number(UInt16(clamping: size.rows))
        wire.number(UInt16(clamping: cursor.position.row))
        wire.number(UInt16(clamping: cursor.position.column))
        wire.number(cursor.shape.rawValue)
        wire.number(UInt8(cursor.isVisible ? 1 : 0) | UInt8(cursor.blinks ? 2 : 0))
        modes.write(to: &wire)
        wire.string(title)
        wire.number(UInt64(clamping: topLine))
        wire.number(UInt32(clamping: firstCluster))
        wire.number(UInt32(clamping: clusters.count))
        for cluster in clusters { wire.string(cluster) }
        wire.number(UInt32(clamping: firstExtra))
        wire.number(UInt32(clamping: extras.count))
        for extra in extras {
            wire.number(UInt8(extra.link == nil ? 0 : 1) | UInt8(extra.linkID == nil ? 0 : 2))
            wire.string(extra.link ?? "")
            wire.string(extra.linkID ?? "")
            wire.number(extra.underlineColor.rawValue)
        }
        wire.number(UInt16(clamping: rows.count))
        for row in rows {
            wire.number(UInt16(clamping: row.index))
            wire.number(UInt8(row.wraps ? 1 : 0))
            wire.number(UInt16(clamping: row.cells.count))
            row.cells.withUnsafeBytes { wire.raw($0) }
        }
    }

    init?(from wire: inout WireReader) {
        guard let columns: UInt16 = wire.number(), let rowCount: UInt16 = wire.number(),
            let row: UInt16 = wire.number(), let column: UInt16 = wire.number(),
            let shape: UInt8 = wire.number(), let look: UInt8 = wire.number(),
            let modes = Modes(from: &wire), let title = wire.string(), let topLine: UInt64 = wire.number(),
            columns > 0, rowCount > 0
        else { return nil }
        let cursor = Cursor(
            position: Position(row: Int(row), column: Int(column)), isVisible: look & 1 != 0,
            shape: Cursor.Shape(rawValue: shape) ?? .block, blinks: look & 2 != 0)
        self.init(
            size: Size(columns: Int(columns), rows: Int(rowCount)), cursor: cursor, modes: modes, title: title,
            topLine: Int(clamping: topLine))
        guard readSymbols(from: &wire), readRows(from: &wire) else { return nil }
    }

    private mutating func readSymbols(from wire: inout WireReader) -> Bool {
        guard let firstCluster: UInt32 = wire.number(), let clusterCount: UInt32 = wire.number() else { return false }
        self.firstCluster = Int(firstCluster)
        for _ in 0..<clusterCount {
            guard let cluster = wire.string() else { return false }
            clusters.append(cluster)
        }
        guard let firstExtra: UInt32 = wire.number(), let extraCount: UInt32 = wire.number() else { return false }
        self.firstExtra = Int(firstExtra)
        for _ in 0..<extraCount {
            guard let flags: UInt8 = wire.number(), let link = wire.string(), let id = wire.string(),
                let color: UInt32 = wire.number()
            else { return false }
            extras.append(
                Extra(
                    link: flags & 1 != 0 ? link : nil, linkID: flags & 2 != 0 ? id : nil,
                    underlineColor: Color(rawValue: color)))
        }
        return true
    }

    private mutating func readRows(from wire: inout WireReader) -> Bool {
        guard let rowCount: UInt16 = wire.number() else { return false }
        for _ in 0..<rowCount {
            guard let index: UInt16 = wire.number(), let wraps: UInt8 = wire.number(),
                let count: UInt16 = wire.number(), let raw = wire.take(Int(count) * MemoryLayout<Cell>.stride)
            else { return false }
            let cells = [Cell](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
                raw.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
                initialized = Int(count)
            }
            rows.append(Row(index: Int(index), wraps: wraps != 0, cells: cells))
        }
        return true
    }
}

extension Modes {
    /// The modes that are on or off, a bit each.
    private var flags: UInt16 {
        get {
            var bits: UInt16 = 0
            if reportsFocus { bits |= 1 }
            if bracketedPaste { bits |= 2 }
            if applicationCursorKeys { bits |= 4 }
            if applicationKeypad { bits |= 8 }
            if alternateScreen { bits |= 16 }
            if alternateScroll { bits |= 32 }
            if reverseVideo { bits |= 64 }
            if synchronizedUpdate { bits |= 128 }
            return bits
        }
        set {
            reportsFocus = newValue & 1 != 0
            bracketedPaste = newValue & 2 != 0
            applicationCursorKeys = newValue & 4 != 0
            applicationKeypad = newValue & 8 != 0
            alternateScreen = newValue & 16 != 0
            alternateScroll = newValue & 32 != 0
            reverseVideo = newValue & 64 != 0
            synchronizedUpdate = newValue & 128 != 0
        }
    }

    func write(to wire: inout WireWriter) {
        wire.number(mouseTracking.rawValue)
        wire.number(mouseEncoding.rawValue)
        wire.number(kittyKeyboard)
        wire.number(modifyOtherKeys)
        wire.number(flags)
    }

    init?(from wire: inout WireReader) {
        guard let tracking: UInt8 = wire.number(), let encoding: UInt8 = wire.number(),
            let kitty: UInt8 = wire.number(), let other: UInt8 = wire.number(), let bits: UInt16 = wire.number()
        else { return nil }
        self.init()
        mouseTracking = MouseTracking(rawValue: tracking) ?? .none
        mouseEncoding = MouseEncoding(rawValue: encoding) ?? .legacy
        kittyKeyboard = kitty
        modifyOtherKeys = other
        flags = bits
    }
}
