/// Rewrites a finished recording with the same events in large, well compressed blocks.
public enum Compaction {
    public struct Result: Hashable, Sendable {
        /// File sizes in bytes.
        public var before: UInt64
        public var after: UInt64
    }

    /// Rewrites the file beside itself, verifies it against the digest, and renames it over the old one.
    ///
    /// A crash leaves the old file. - Parameter quality: Brotli's, 0…11; nil for the best that takes a few seconds.
    @discardableResult
    public static func compact(path: String, quality: Int32? = nil) throws(RecordingError) -> Result {
        throw .open(path: path, errno: 38)
    }
}
