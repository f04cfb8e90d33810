import ScreenModel

/// So many cells with one look, in 2 to 16 bytes: what is the default isn't written, and palette colours take a byte.
///
///     u8 flags · u8 or u16 length · foreground · background · u16 attributes · u16 extra
struct PackedRun {
    static let limit = 16

    private static let longLength: UInt8 = 1
    private static let foreground: UInt8 = 2
    private static let foregroundIndex: UInt8 = 4
    private static let background: UInt8 = 8
    private static let backgroundIndex: UInt8 = 16
    private static let attributes: UInt8 = 32
    private static let extra: UInt8 = 64

    /// A cell without its content.
    let look: Cell
    var length: Int

    init(look: Cell, length: Int) {
        var look = look
        look.content = 0
        self.look = look
        self.length = length
    }

    @inline(__always)
    func looksLike(_ cell: Cell) -> Bool {
        cell.foreground == look.foreground && cell.background == look.background
            && cell.attributes == look.attributes && cell.extra == look.extra
    }

    /// Writes at most ``limit`` bytes and returns their number.
    func write(to out: UnsafeMutableRawPointer) -> Int {
        var flags: UInt8 = 0
        var end = 1
        func put<T: FixedWidthInteger>(_ value: T) {
            out.storeBytes(of: value, toByteOffset: end, as: T.self)
            end += MemoryLayout<T>.size
        }
        func put(_ color: Color, _ full: UInt8, _ indexed: UInt8) {
            if color.isDefault { return }
            if let index = color.index {
                flags |= indexed
                put(index)
            } else {
                flags |= full
                put(color.rawValue)
            }
        }
        if length > 0xFF {
            flags |= Self.longLength
            put(UInt16(truncatingIfNeeded: length))
        } else {
            put(UInt8(truncatingIfNeeded: length))
        }
        put(look.foreground, Self.foreground, Self.foregroundIndex)
        put(look.background, Self.background, Self.backgroundIndex)
        if look.attributes.rawValue != 0 {
            flags |= Self.attributes
            put(look.attributes.rawValue)
        }
        if look.extra != 0 {
            flags |= Self.extra
            put(look.extra)
        }
        out.storeBytes(of: flags, as: UInt8.self)
        return end
    }

    /// Reads what ``write(to:)`` wrote, and tells how many bytes that was.
    static func read(_ bytes: UnsafeRawPointer) -> (run: PackedRun, size: Int) {
        let flags = bytes.load(as: UInt8.self)
        var end = 1
        func take<T: FixedWidthInteger>(_ type: T.Type) -> T {
            defer { end += MemoryLayout<T>.size }
            return bytes.loadUnaligned(fromByteOffset: end, as: type)
        }
        let length = flags & longLength != 0 ? Int(take(UInt16.self)) : Int(take(UInt8.self))
        var look = Cell.blank
        if flags & foreground != 0 { look.foreground = Color(rawValue: take(UInt32.self)) }
        if flags & foregroundIndex != 0 { look.foreground = .indexed(take(UInt8.self)) }
        if flags & background != 0 { look.background = Color(rawValue: take(UInt32.self)) }
        if flags & backgroundIndex != 0 { look.background = .indexed(take(UInt8.self)) }
        if flags & attributes != 0 { look.attributes = Attributes(rawValue: take(UInt16.self)) }
        if flags & extra != 0 { look.extra = take(UInt16.self) }
        return (PackedRun(look: look, length: length), end)
    }
}
