import Glibc
import NIOCore
import Recording
import Synchronization

/// One session's recording, followed by many: read and encoded once for all of them.
///
/// The session and its host know nothing of it: it looks at the file, as a replay does.
final class SessionFeed: Sendable {
    let session: String
    private let path: String
    private let cache: FeedCache
    /// Makes a number for each file that any feed has open.
    private let nextNumber: @Sendable () -> Int

    private struct State {
        var reader: RecordingReader
        /// Which file this is; another one once the recording was compacted.
        var number: Int
        var inode: UInt64
        /// The host is gone: nothing will be written any more.
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var followers = 0
        /// As its host said last.
        var isPaused = false
    }

    private let state: Mutex<State>

    init(session: String, path: String, cache: FeedCache, nextNumber: @escaping @Sendable () -> Int) throws {
        self.session = session
        self.path = path
        self.cache = cache
        self.nextNumber = nextNumber
        let info = try RecordingAccess.check(path)
        let first = State(
            reader: try RecordingReader.open(path: path), number: nextNumber(), inode: UInt64(info.st_ino))
        state = Mutex(first)
    }

    /// Where a follower is.
    struct Cursor: Hashable, Sendable {
        var file: Int
        var block: Int
        /// All up to here is told.
        var position: FeedPosition
        /// Whether a block begins before the position, so that it is told in part.
        var isWithin: Bool
    }

    enum Step: Sendable {
        case block(EncodedBlock, Cursor)
        /// There is nothing more yet.
        case nothingYet
        case end
    }

    /// Where to begin for somebody who knows all up to a position.
    func cursor(after position: FeedPosition) -> Cursor {
        state.withLock { Self.cursor(after: position, $0) }
    }

    /// Where to begin for somebody who wants only what comes from now on.
    func cursorAtEnd() -> Cursor {
        state.withLock { state in
            let count = Self.wholeBlocks(state.reader)
            let offset = count < state.reader.blocks.count ? state.reader.blocks[count].startOffset.value : 0
            return Cursor(
                file: state.number, block: count, position: FeedPosition(offset: offset, time: 0), isWithin: false)
        }
    }

    private static func cursor(after position: FeedPosition, _ state: borrowing State) -> Cursor {
        let blocks = state.reader.blocks
        guard position > .start else {
            return Cursor(file: state.number, block: 0, position: position, isWithin: false)
        }
        // The first block that can hold anything after it.
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            let isBefore = middle + 1 < blocks.count && blocks[middle + 1].startOffset.value < position.offset
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return Cursor(file: state.number, block: low, position: position, isWithin: true)
    }

    private static func wholeBlocks(_ reader: RecordingReader) -> Int {
        reader.blocks.last?.condition == .torn ? reader.blocks.count - 1 : reader.blocks.count
    }

    /// The next block after a cursor, if it is there.
    func step(_ given: Cursor) throws -> Step {
        try state.withLock { state in
            var cursor = given
            // The file was replaced: the position says where that is in the new one.
            if cursor.file != state.number { cursor = Self.cursor(after: cursor.position, state) }
            guard cursor.block < Self.wholeBlocks(state.reader) else {
                return state.reader.isFinished || state.isOver ? .end : .nothingYet
            }
            var next = cursor
            next.block += 1
            let key = FeedCache.Key(feed: state.number, block: cursor.block)
            var encoded: EncodedBlock
            if !cursor.isWithin, let known = cache.block(key) {
                encoded = known
            } else {
                let block = try state.reader.block(cursor.block)
                encoded = FeedEncoding.encode(
                    block, session: session, after: cursor.isWithin ? cursor.position : .start)
                if !cursor.isWithin { cache.insert(encoded, key) }
            }
            next.position = max(cursor.position, encoded.end)
            // What follows may lie at the same byte, with the same time.
            next.isWithin = cursor.isWithin && encoded.parts(.terminal).isEmpty && encoded.parts(.session).isEmpty
            return .block(encoded, next)
        }
    }

    /// Output bytes between a cursor and the file's end.
    func lag(_ cursor: Cursor) -> UInt64 {
        state.withLock { state in
            guard cursor.file == state.number, let last = state.reader.blocks.last else { return 0 }
            let end = last.startOffset.value
            return end > cursor.position.offset ? end - cursor.position.offset : 0
        }
    }

    // MARK: Waiting

    /// Waits until something may have come after a cursor, or a while has passed.
    func wait(beyond cursor: Cursor) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                // What came between the look and the wait must not be slept through.
                if state.isOver || state.reader.isFinished || cursor.file != state.number
                    || cursor.block < Self.wholeBlocks(state.reader)
                {
                    return true
                }
                state.waiters.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Lets everybody go who follows it.
    func close() {
        state.withLock { $0.isOver = true }
        wakeAll()
    }

    func wakeAll() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Looks at the file.
    ///
    /// - Returns: whether there is something new.
    func refresh() throws -> Bool {
        try state.withLock { state in
            guard !state.reader.isFinished, !state.isOver else { return false }
            return try state.reader.refresh()
        }
    }

    /// The session's host is gone: what the file at its path holds now is all there will be.
    func finish() throws {
        let info = try RecordingAccess.check(path)
        try state.withLock { state in
            guard !state.reader.isFinished else { return }
            _ = try state.reader.refresh()
            if !state.reader.isFinished, UInt64(info.st_ino) != state.inode {
                state.reader = try RecordingReader.open(path: path)
                state.number = nextNumber()
                state.inode = UInt64(info.st_ino)
            }
            state.isOver = true
        }
    }

    /// Whether nothing more will be written.
    var isOver: Bool { state.withLock { $0.isOver || $0.reader.isFinished } }

    /// Takes note of what the session's host says.
    /// - Returns: whether that is news.
    func note(isPaused: Bool) -> Bool {
        state.withLock { state in
            defer { state.isPaused = isPaused }
            return state.isPaused != isPaused
        }
    }

    var isPaused: Bool { state.withLock { $0.isPaused } }

    // MARK: Followers

    func join() { state.withLock { $0.followers += 1 } }
    func leave() { state.withLock { $0.followers -= 1 } }
    var followers: Int { state.withLock { $0.followers } }
}
