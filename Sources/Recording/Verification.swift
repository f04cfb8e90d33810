/// Proves that a recording is what its recorder wrote.
public enum Verification {
    public struct Report: Hashable, Sendable {
        public var path = ""
        /// Everything that is wrong, in file order.
        public var findings: [RecordingWarning] = []
        public var blocks = 0
        public var events: UInt64 = 0
        public var outputBytes: UInt64 = 0
        /// Digests in the file that agreed with its events.
        public var digests = 0
        /// The last one, 32 bytes.
        public var digest: [UInt8]?
        /// Whether the file is whole, in order, and all its digests agree.
        public var isIntact: Bool { findings.isEmpty && digest != nil }

        public init() {}
    }

    /// Reads the whole file. Throws only if it can't be read; what is wrong with it is in the report.
    public static func verify(path: String) throws(RecordingError) -> Report { throw .open(path: path, errno: 38) }
}
