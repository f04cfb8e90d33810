/// The open block of a recording in progress: a plain record per event, nothing that needs looking back.
struct LiveBlock: ~Copyable {
    let zero: UInt64
    private(set) var records: ByteSink
    private(set) var recordCount = 0
    /// Output bytes before the block, and before the next event.
    private(set) var startOffset: UInt64
    private(set) var offset: UInt64
    private(set) var firstTime: Int64?
    /// The DATA record that more bytes may join.
    private var read: OpenRead?

    private struct OpenRead {
        var time: Int64
        var offset: UInt64
        /// Position of its length field.
        var lengthField: Int
        var count = 0
    }

    init(zero: UInt64, offset: UInt64, capacity: Int) {
        self.zero = zero
        startOffset = offset
        self.offset = offset
        records = ByteSink(capacity: capacity + 4096)
    }

    var isEmpty: Bool { recordCount == 0 }

    /// Time of the read that may still grow.
    var openReadTime: Int64? { read?.time }

    private mutating func begin(tag: UInt8, kind: UInt8, version: UInt8, time: Int64) {
        if firstTime == nil { firstTime = time }
        records.append(tag)
        records.append(kind)
        records.append(version)
        records.append(UInt8(0))
        records.append(zero &+ UInt64(clamping: time) &* Format.nanosecondsPerMillisecond)
        recordCount += 1
    }

    mutating func beginRead(at time: Int64) {
        begin(tag: Format.Tag.data, kind: 0, version: 0, time: time)
        records.append(offset)
        read = OpenRead(time: time, offset: offset, lengthField: records.count)
        records.append(UInt32(0))
    }

    /// Adds bytes to the open read.
    mutating func appendOutput(_ bytes: UnsafeRawBufferPointer) {
        records.append(bytes)
        read?.count += bytes.count
        offset &+= UInt64(bytes.count)
    }

    /// Ends the open read.
    mutating func endRead() -> RawEvent? {
        guard let ended = read else { return nil }
        read = nil
        records.patch(UInt32(clamping: ended.count), at: ended.lengthField)
        return RawEvent(
            tag: Format.Tag.data, time: ended.time, offset: ended.offset, start: ended.lengthField + 4,
            count: ended.count)
    }

    mutating func append(_ body: RecordBody, time: Int64) -> RawEvent {
        begin(tag: body.tag, kind: body.kind, version: body.version, time: time)
        if body.tag == Format.Tag.input { records.append(UInt32(clamping: body.bytes.count)) }
        let start = records.count
        records.append(body.bytes)
        return RawEvent(
            tag: body.tag, kind: body.kind, version: body.version, time: time, offset: offset, start: start,
            count: body.bytes.count)
    }

    /// Puts a byte behind the records, just before they are written.
    mutating func addTail(_ byte: UInt8) { records.append(byte) }

    /// Empties it for the next block.
    mutating func restart() {
        records.removeAll()
        recordCount = 0
        startOffset = offset
        firstTime = nil
        read = nil
    }
}
