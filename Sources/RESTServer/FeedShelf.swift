import Catalog
import Synchronization

/// The feeds that somebody follows, and the looks at their files.
final class FeedShelf: Sendable {
    private let workers: Workers
    private let catalogue: SessionCatalogue
    private let cache = FeedCache(limit: 8 << 20)
    private let numbers = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    private struct State {
        var feeds: [String: SessionFeed] = [:]
        var tasks: [String: Task<Void, Never>] = [:]
        var writes: [Int: PendingWrite] = [:]
        var nextWrite = 0
        var isStopped = false
    }

    /// A part that a connection hasn't taken yet.
    private struct PendingWrite {
        var connection: any OpenConnection
        var since: ContinuousClock.Instant
    }

    private let state = Mutex(State())

    /// How often a file is looked at.
    private static let interval = Duration.milliseconds(50)
    /// How long a feed stays without followers.
    private static let patience = 200
    /// Somebody who takes longer for a part is let go at its end; who doesn't take it in so many times that is cut off.
    private let longestWrite: Duration
    private static let lastPatience = 4
    /// Looks between two checks of whether the session's host is there, and between two heartbeats.
    private static let checkInterval = 20
    private static let heartbeatInterval = 200

    init(workers: Workers, catalogue: SessionCatalogue, longestWrite: Duration) {
        self.longestWrite = longestWrite
        self.workers = workers
        self.catalogue = catalogue
    }

    /// The session's feed; made when it is the first follower.
    func feed(of session: SessionEntry) throws -> SessionFeed {
        if let known = state.withLock({ $0.feeds[session.id] }), session.status.isLive || !known.isOver {
            known.join()
            return known
        }
        let feed = try SessionFeed(session: session.id, path: try session.recordingPath, cache: cache) { [self] in
            numbers.add(1, ordering: .relaxed).newValue
        }
        if !session.status.isLive { try feed.finish() }
        feed.join()
        return state.withLock { state in
            // Somebody else may have been quicker.
            if let other = state.feeds[session.id], session.status.isLive, !other.isOver {
                other.join()
                return other
            }
            guard session.status.isLive, !state.isStopped else { return feed }
            state.feeds[session.id] = feed
            state.tasks[session.id]?.cancel()
            state.tasks[session.id] = Task { await self.look(feed) }
            return feed
        }
    }

    /// Looks at a feed's file until it is over, or nobody follows it any more.
    private func look(_ feed: SessionFeed) async {
        var idle = 0
        var count = 0
        while !Task.isCancelled, !feed.isOver, idle < Self.patience {
            try? await Task.sleep(for: Self.interval)
            count += 1
            idle = feed.followers > 0 ? 0 : idle + 1
            let isCheck = count % Self.checkInterval == 0
            let isNew = try? await workers.run { [catalogue] in
                let isNew = try feed.refresh()
                guard isCheck else { return isNew }
                try catalogue.bringUpToDate()
                if let session = try catalogue.session(feed.session), session.status.isLive {
                    let isPaused = catalogue.asked([session], now: session.startedAt)[0].status == .paused
                    return feed.note(isPaused: isPaused) || isNew
                }
                try feed.finish()
                return true
            }
            // A file that can't be read any more is no reason to let somebody wait for ever.
            if isNew == nil { try? feed.finish() }
            if isNew != false || count % Self.heartbeatInterval == 0 { feed.wakeAll() }
            if isCheck { closeStalled() }
        }
        state.withLock { state in
            if state.feeds[feed.session] === feed {
                state.feeds[feed.session] = nil
                state.tasks[feed.session] = nil
            }
        }
        feed.wakeAll()
    }

    /// Hands a part to a connection, which is closed when it doesn't take it.
    /// - Returns: whether it took it in time.
    func write(_ part: Part, to writer: any PartWriter) async throws -> Bool {
        let connection = writer.connection
        let begin = ContinuousClock.now
        let number = state.withLock { state in
            state.nextWrite += 1
            state.writes[state.nextWrite] = PendingWrite(connection: connection, since: .now)
            return state.nextWrite
        }
        defer { state.withLock { $0.writes[number] = nil } }
        try await writer.write(part)
        return ContinuousClock.now - begin <= longestWrite
    }

    private func closeStalled() {
        let now = ContinuousClock.now
        let stalled = state.withLock { state in
            state.writes.values.filter { now - $0.since > longestWrite * Self.lastPatience }.map(\.connection)
        }
        for connection in stalled {
            countDropped()
            connection.abort()
        }
    }

    func countDropped() { dropped.add(1, ordering: .relaxed) }

    /// Lets all followers go; there are no new ones.
    func stop() {
        let (feeds, tasks) = state.withLock { state in
            state.isStopped = true
            return (Array(state.feeds.values), Array(state.tasks.values))
        }
        for task in tasks { task.cancel() }
        for feed in feeds { feed.close() }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    struct Figures: Sendable {
        var feeds: Int
        var followers: Int
        var dropped: Int
        var cachedBytes: Int
    }

    var figures: Figures {
        let feeds = state.withLock { Array($0.feeds.values) }
        return Figures(
            feeds: feeds.count, followers: feeds.reduce(0) { $0 + $1.followers },
            dropped: dropped.load(ordering: .relaxed), cachedBytes: cache.size)
    }
}
