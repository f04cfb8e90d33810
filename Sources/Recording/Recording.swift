// Recording: the `.ahr` format. What a session did, in one file.
//
// It is the values (`Event` and what it holds), the layers of the file (record, block, file), the live writer, the
// reader with its salvage of torn and damaged files, compaction and verification. It is not a clock, a terminal or a
// player: times come from the caller, and bytes are never interpreted.
//
//     Event ─► RecordBody ─► BlockEncoder ─► RecordingWriter ─► file
//     file ─► BlockWalk ─► BlockDecoder ─► RecordingReader ─► DecodedBlock, Summary
//
// Version 1 of the format is Agent Harbor's; what it lacks travels in records that its readers skip.

/// The fixed numbers of the format. All integers are little-endian.
enum Format {
    /// `AHRC`.
    static let magic: UInt32 = 0x4352_4841
    static let version: UInt16 = 1
    /// What the header says of its own length. It is wrong, and readers of version 1 rely on ``headerSize``.
    static let claimedHeaderSize: UInt16 = 48
    /// Where a block's payload really starts.
    static let headerSize = 44
    static let recordHeaderSize = 12
    static let nanosecondsPerMillisecond: UInt64 = 1_000_000
    /// The most that a block may decode to: four times what this program ever writes, and what bounds the memory that
    /// a small hostile file can ask for.
    static let decodedLimit = 32 << 20
    /// The most records of a block that are not output; it bounds memory as well.
    static let eventLimit = 1 << 18
    /// The most records or reads of a block.
    static let recordLimit = 1 << 21
    /// The longest body that this program writes into one record.
    static let bodyLimit = 4 << 20
    /// A finished file's DATA records hold the reads of so many milliseconds at most.
    static let coarseInterval: Int64 = 250

    /// Tags of version 1.
    enum Tag {
        static let data: UInt8 = 0
        static let resize: UInt8 = 1
        static let input: UInt8 = 2
        static let mark: UInt8 = 3
        static let snapshot: UInt8 = 4
    }

    /// `pad[0]` of an extension record, which travels under the tag of input. Zero is input itself.
    enum Extension {
        static let metadata: UInt8 = 1
        static let moment: UInt8 = 2
        static let snapshot: UInt8 = 3
        static let branch: UInt8 = 4
        static let redaction: UInt8 = 5
        static let timing: UInt8 = 6
        static let exit: UInt8 = 7
        static let gap: UInt8 = 8
        static let digest: UInt8 = 9
        static let summary: UInt8 = 10
        static let state: UInt8 = 11
        /// `pad[1]` of all kinds above.
        static let version: UInt8 = 1
        /// `pad[1]` of a summary that is the timing columns of its block and the digest, in one record.
        static let summaryWithTiming: UInt8 = 2
    }
}
