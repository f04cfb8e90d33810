/// A block's decoded bytes and the canonical events in them.
struct RawBlock {
    /// All records as the block holds them.
    var buffer: [UInt8]
    var events: [RawEvent] = []
    /// Digests that the block records, each over all events of the file before it.
    var digests: [Checkpoint] = []
    /// The body of the closing summary.
    var summary: Range<Int>?
    /// What could not be used. Offsets are those of the block, not of records in it.
    var findings: [RecordingWarning.Reason] = []
    /// Nothing in it can be relied on: it is read as a gap.
    var isLost = false

    struct Checkpoint {
        /// How many of the block's events come before it.
        var eventCount: Int
        var body: Range<Int>
    }

    /// Output bytes up to its end; nil if it has no event that says.
    var endOffset: UInt64? {
        events.last.map { $0.isOutput ? $0.offset &+ UInt64($0.count) : $0.offset }
    }
}
