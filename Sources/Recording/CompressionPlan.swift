/// How hard a finished file is compressed: the best that takes a few seconds.
struct CompressionPlan {
    private let quality: Int32
    /// Bytes that may go through the encoder beyond the first time.
    private let spare: Int

    /// - Parameters:
    ///   - size: bytes of the whole recording, decoded.
    ///   - quality: asked for by the user.
    init(for size: UInt64, quality: Int32?) {
        self.quality = quality ?? Self.quality(for: size)
        // The best quality does about 1 MB/s.
        spare = self.quality == 11 && size < 3 << 20 ? 4 << 20 : 0
    }

    /// From measured speeds: 11 does 1 MB/s, 9 does 25, 6 does 60, 4 does 150.
    private static func quality(for size: UInt64) -> Int32 {
        switch size {
        case ...(3 << 20): 11
        case ...(96 << 20): 9
        case ...(256 << 20): 6
        default: 4
        }
    }

    /// The encoder's settings to try for records of this size; the smallest result is taken.
    ///
    /// None is best for all: each wins some 1 % on some sessions, most where a session is small.
    func parameters(for size: Int) -> [Brotli.Parameters] {
        let first = Brotli.Parameters(quality: quality)
        guard spare > 0 else { return [first] }
        let others: [(window: UInt32, postfix: UInt32, direct: UInt32)] = [
            (16, 0, 0), (22, 1, 0), (16, 1, 12), (16, 3, 0), (22, 0, 4), (16, 1, 0), (18, 1, 12), (22, 3, 120),
        ]
        return [first]
            + others.prefix(spare / max(size, 1) / 2).map {
                Brotli.Parameters(
                    quality: quality, window: $0.window, postfixBits: $0.postfix, directDistances: $0.direct)
            }
    }

    func layouts(for size: Int) -> [FinishedBlock.Layout] {
        let first = FinishedBlock.Layout()
        guard spare > 0 else { return [first] }
        let others = [
            FinishedBlock.Layout(usesEndMark: false), FinishedBlock.Layout(timeBits: 26),
            FinishedBlock.Layout(timeBits: 23),
        ]
        return [first] + others.prefix(spare / max(size, 1) / 16)
    }
}
