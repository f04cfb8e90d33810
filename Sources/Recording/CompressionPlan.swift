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

    /// From measured speeds in MB/s, on noise and on real sessions: 11 does 1, 9 does 6 to 25, 6 does 15 to 60, 4 does 50 to
    /// 150, 2 does 90 to 300.
    private static func quality(for size: UInt64) -> Int32 {
        switch size {
        case ...(3 << 20): 11
        case ...(32 << 20): 9
        case ...(96 << 20): 6
        case ...(512 << 20): 4
        default: 2
        }
    }

    /// The setting to begin with.
    func first(for size: Int) -> Brotli.Parameters {
        Brotli.Parameters(quality: quality, window: quality == 11 && size < 64 << 10 ? 16 : 22)
    }

    /// Layouts of the records to try with the first setting; the best is kept.
    func layouts(for size: Int) -> [FinishedBlock.Layout] {
        let all = [
            FinishedBlock.Layout(), FinishedBlock.Layout(usesEndMark: false), FinishedBlock.Layout(timeBits: 26),
        ]
        return Array(all.prefix(1 + spare / max(size, 1) / 8))
    }

    /// Further settings to try with that layout; the smallest result is taken.
    ///
    /// None is best for all: each wins some 1 % on some sessions, most where a session is small.
    func others(for size: Int) -> [Brotli.Parameters] {
        let first = first(for: size)
        let digest = SummaryRecord.digestSize
        var all = [Self.with(first) { $0.separateTail = digest }]
        if size < 4 << 10 { all.append(Self.with(first) { $0.usesContexts = false }) }
        for (postfix, direct) in [(1, 0), (3, 0), (1, 12), (0, 4), (0, 12), (3, 120)] as [(UInt32, UInt32)] {
            all.append(
                Self.with(first) {
                    $0.postfixBits = postfix
                    $0.directDistances = direct
                })
        }
        if size >= 64 << 10 {
            all.append(Self.with(first) { $0.window = 18 })
        } else {
            for part in 1...3 { all.append(Self.with(first) { $0.separateTail = size * part / 4 }) }
        }
        all.append(
            Self.with(first) {
                $0.separateTail = digest
                $0.postfixBits = 1
            })
        return Array(all.prefix(spare / max(size, 1)))
    }

    private static func with(
        _ parameters: Brotli.Parameters, _ change: (inout Brotli.Parameters) -> Void
    ) -> Brotli.Parameters {
        var changed = parameters
        change(&changed)
        return changed
    }
}
