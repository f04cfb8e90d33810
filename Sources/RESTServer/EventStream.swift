import Access
import Catalog
import NIOCore

/// One follower of a session: what it is told, from where, and when it is let go.
struct EventStream: Sendable {
    let kind: FeedKind
    let session: SessionEntry
    let principal: Principal
    let service: RESTService
    /// What it knows already.
    var after = FeedPosition.start
    /// Only what comes from now on.
    var startsNow = false

    /// Output bytes that somebody who had caught up may be behind.
    static let longestLag: UInt64 = 8 << 20
    private static let heartbeat = Duration.seconds(10)

    /// The answer that goes on as long as the session, or the follower.
    func answer() async throws -> Answer {
        let feed = try await service.workers.run { try service.feeds.feed(of: session) }
        let position = after
        // Somebody who has had all of it should not ask again (the event stream's own rule for 204).
        if position > .start, feed.isOver {
            let kind = kind
            let isAtEnd = try await service.workers.run {
                var cursor = feed.cursor(after: position)
                // It is in the last block, or in one of the few after which nothing of this kind comes.
                for _ in 0..<8 {
                    guard case .block(let block, let next) = try feed.step(cursor) else { return true }
                    guard block.parts(kind).isEmpty else { return false }
                    cursor = next
                }
                return false
            }
            if isAtEnd {
                feed.leave()
                return Answer(status: 204)
            }
        }
        return Answer(
            headers: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
            ],
            body: .stream(length: nil) { writer in
                defer { feed.leave() }
                do {
                    try await follow(feed, writer)
                } catch let late as TooSlow {
                    // It stands at an event's end, and this is the last one.
                    service.feeds.countDropped()
                    try await writer.write(
                        notice("dropped", "you read too slowly; ask again with this Last-Event-ID", late.position))
                } catch is CancellationError where service.feeds.isStopped {
                    // The server ends, and so does this.
                }
            })
    }

    /// A part took too long on its way.
    private struct TooSlow: Error {
        /// What the follower has.
        var position: FeedPosition
    }

    private func follow(_ feed: SessionFeed, _ writer: any PartWriter) async throws {
        var cursor = startsNow ? feed.cursorAtEnd() : feed.cursor(after: after)
        let begun = try await service.asked(session)
        try await greet(writer, begun)
        var isPaused = begun.status == .paused
        _ = feed.note(isPaused: isPaused)
        var branches: Set<String> = []
        var hasCaughtUp = false
        var lastWrite = ContinuousClock.now
        func send(_ part: Part) async throws {
            lastWrite = .now
            guard try await service.feeds.write(part, to: writer) else {
                throw TooSlow(position: FeedPosition(lastIn: part) ?? cursor.position)
            }
        }
        while !Task.isCancelled, !service.feeds.isStopped {
            guard service.mayStay(principal) else {
                return try await send(notice("revoked", "the token doesn't let you in any more", cursor.position))
            }
            if kind == .session { for part in try await news(&branches) { try await send(part) } }
            if kind == .session, feed.isPaused != isPaused {
                isPaused.toggle()
                try await send(Part(string: Self.event("session", status(isPaused ? .paused : .running))))
            }
            let here = cursor
            let step = try await service.workers.run { try feed.step(here) }
            switch step {
            case .block(let block, let next):
                for part in block.parts(kind) { try await send(part) }
                cursor = next
                if hasCaughtUp, feed.lag(cursor) > Self.longestLag {
                    throw TooSlow(position: cursor.position)
                }
            case .nothingYet:
                hasCaughtUp = true
                if ContinuousClock.now - lastWrite > Self.heartbeat { try await send(Part(string: ": still here\n\n")) }
                await feed.wait(beyond: cursor)
            case .end:
                return try await send(ending())
            }
        }
    }

    /// What a follower needs to know first.
    private func greet(_ writer: any PartWriter, _ session: SessionEntry) async throws {
        switch kind {
        case .session:
            try await writer.write(Part(string: Self.event("session", statusJSON(session))))
        case .terminal where startsNow:
            let size: JSON = [
                "type": "terminal_resize", "cols": .int(session.recording?.columns ?? 80),
                "rows": .int(session.recording?.rows ?? 24),
                "timestamp": .seconds(session.duration),
            ]
            try await writer.write(Part(string: Self.event("pty", size)))
        case .terminal:
            // The answer's head goes out with the first part.
            try await writer.write(Part(string: ": session \(session.id)\n\n"))
        }
    }

    /// Of one that runs.
    private func status(_ status: SessionLifecycle) -> JSON {
        var now = session
        now.status = status
        now.duration = max(now.duration, service.settings.now() - now.startedAt)
        return statusJSON(now)
    }

    private func statusJSON(_ session: SessionEntry) -> JSON {
        [
            "type": "status", "sessionId": .string(session.id), "status": .string(session.status.rawValue),
            "ts": .seconds(session.duration),
        ]
    }

    /// Branches that came since, each told once.
    private func news(_ told: inout Set<String>) async throws -> [Part] {
        let known = told
        let found = try await service.branchNews(of: session.id).filter {
            !known.contains($0.id) && principal.maySee($0.id)
        }
        return found.map { branch in
            told.insert(branch.id)
            return Part(
                string: Self.event(
                    "session",
                    [
                        "type": "timeline.sessionBranch.created", "sessionId": .string(session.id),
                        "ts": branch.parent?.time.map { .seconds($0) } ?? .null, "branch": SessionJSON.branch(branch),
                    ]))
        }
    }

    private func notice(_ type: String, _ reason: String, _ position: FeedPosition) -> Part {
        Part(
            string: Self.event(
                "notice",
                [
                    "type": .string(type), "reason": .string(reason),
                    "lastEventId": .string(
                        FeedPosition(
                            offset: position.offset, time: max(0, position.time), order: position.order
                        ).text),
                ]))
    }

    /// The session is over: how it ended.
    private func ending() async throws -> Part {
        let id = session.id
        var now = try await service.workers.run { try service.catalogue.resolve(id, isStrict: true) }
        // The recording is finished a moment before its host is gone.
        let deadline = ContinuousClock.now + .seconds(10)
        while now.status.isLive, ContinuousClock.now < deadline, !service.feeds.isStopped {
            try await Task.sleep(for: .milliseconds(50))
            now = try await service.workers.run { try service.catalogue.resolve(id, isStrict: true) }
        }
        return Part(string: Self.event(kind == .terminal ? "end" : "session", statusJSON(now)))
    }

    private static func event(_ name: String, _ data: JSON) -> String {
        "event: \(name)\ndata: \(String(decoding: data.bytes, as: UTF8.self))\n\n"
    }
}

/// A part of a body; several connections may share its bytes.
typealias Part = ByteBuffer
