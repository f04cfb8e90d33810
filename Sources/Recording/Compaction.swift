import Glibc

/// Rewrites a recording that nobody writes to any more with the same events in large, well compressed blocks.
public enum Compaction {
    public struct Result: Hashable, Sendable {
        /// File sizes in bytes.
        public var before: UInt64
        public var after: UInt64
    }

    /// Rewrites the file beside itself, verifies it against the digest, and renames it over the old one.
    ///
    /// A crash leaves the old file; records of unknown kinds are kept.
    ///
    /// - Parameters:
    ///   - quality: Brotli's, 0…11; nil for the best that takes a few seconds at this size.
    ///   - acceptsDamage: whether a torn or damaged file is rewritten too, with gaps where something is missing. The old file
    ///     stays then, as `PATH.damaged`: what is written vouches for itself only.
    @discardableResult
    public static func compact(
        path: String, quality: Int32? = nil, acceptsDamage: Bool = false
    ) throws(RecordingError) -> Result {
        let reader = try RecordingReader.open(path: path)
        let temporary = "\(path).compact-\(getpid())"
        var isRenamed = false
        defer { if !isRenamed { unlink(temporary) } }
        if acceptsDamage, access("\(path).damaged", F_OK) == 0 { throw .exists(path: "\(path).damaged") }
        let size = try rewrite(reader, to: temporary, quality: quality, acceptsDamage: acceptsDamage)
        let isKept = try acceptsDamage ? !Verification.verify(path: path).isIntact : false
        if isKept, link(path, "\(path).damaged") != 0 { throw .open(path: "\(path).damaged", errno: errno) }
        guard rename(temporary, path) == 0 else { throw .open(path: path, errno: errno) }
        isRenamed = true
        synchronizeFolder(of: path)
        return Result(before: reader.fileSize, after: size)
    }

    private static func rewrite(
        _ reader: RecordingReader, to temporary: String, quality: Int32?, acceptsDamage: Bool
    ) throws(RecordingError) -> UInt64 {
        if let warning = reader.warnings.first, !acceptsDamage {
            throw .damaged(path: reader.path, warning: warning)
        }
        if !reader.isFinished, !RecordingFile.isAbandoned(reader.path) {
            // It would be pulled from under its recorder.
            let end = RecordingWarning(path: reader.path, offset: reader.fileSize, reason: .unfinished)
            throw .damaged(path: reader.path, warning: end)
        }
        var file = try RecordingFile(creating: temporary, replacing: true)
        reader.copyMode(to: file)
        var rewriter = Rewriter(reader: reader, plan: CompressionPlan(for: reader.claimedSize, quality: quality))
        let digest = try rewriter.run(into: &file, acceptsDamage: acceptsDamage)
        try file.synchronize()
        try file.close()
        let report = try Verification.verify(path: temporary)
        guard report.isIntact, report.digest == digest else {
            throw .damaged(
                path: temporary,
                warning: report.findings.first ?? RecordingWarning(path: temporary, offset: 0, reason: .digest))
        }
        return file.size
    }

    /// Makes the new name last through a power cut; where that can't be done, the old file is what is left.
    private static func synchronizeFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
