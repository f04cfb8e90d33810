import Synchronization

/// Encoded blocks that several followers ask for, one soon after the other: the ones used last, up to so many bytes.
final class FeedCache: Sendable {
    struct Key: Hashable, Sendable {
        /// The feed, and which of its files.
        var feed: Int
        var block: Int
    }

    private struct State {
        var blocks: [Key: (block: EncodedBlock, used: UInt64)] = [:]
        var size = 0
        var uses: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: bytes of all blocks.
    init(limit: Int) { self.limit = limit }

    func block(_ key: Key) -> EncodedBlock? {
        state.withLock { state in
            guard let found = state.blocks[key] else { return nil }
            state.uses += 1
            state.blocks[key]?.used = state.uses
            return found.block
        }
    }

    func insert(_ block: EncodedBlock, _ key: Key) {
        guard block.size <= limit / 2 else { return }
        state.withLock { state in
            state.uses += 1
            if let old = state.blocks.updateValue((block, state.uses), forKey: key) { state.size -= old.block.size }
            state.size += block.size
            while state.size > limit, let oldest = state.blocks.min(by: { $0.value.used < $1.value.used }) {
                state.size -= oldest.value.block.size
                state.blocks[oldest.key] = nil
            }
        }
    }

    var size: Int { state.withLock { $0.size } }
}
