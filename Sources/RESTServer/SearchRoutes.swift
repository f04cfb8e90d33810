import Catalog

/// The route that searches all sessions.
enum SearchRoutes {
    static let all = [search]

    private static let search = Route(
        method: "GET", path: "/search", name: "search",
        summary: "Lines in which a text was on the screen, in all sessions", role: .viewer,
        query: [
            .init(
                "q", .line(least: TextIndex.shortest, most: 500), required: true,
                "Any part of a line, as it is, of either case."),
            .init("session", .string(least: 1, most: 300), "Only in this session."),
            .init("agent", .string(most: 100), "Only in this agent's sessions."),
            .init("limit", .integer(1...200), "Lines at most; 50 without it."),
            .init("perSession", .integer(1...200), "Lines of each session at most."),
        ],
        answers: [
            .json(
                .object([
                    .init("hits", .array(.named("SearchHit")), required: true, "The sessions read last come first."),
                    .init("complete", .boolean, required: true, "Whether there are no more."),
                    .init(
                        "unread", .integer(), required: true,
                        "Sessions whose newest text isn't searched yet; ask again for it."),
                ]), "The lines.")
        ]
    ) { call, service in
        let text = call.text("q") ?? ""
        var filter = SessionFilter()
        filter.agent = call.text("agent")
        filter.ids = call.principal.sessions.map(Array.init)
        if let name = call.text("session") { filter.ids = [try await service.find(name, for: call.principal).id] }
        let asked = filter
        let (limit, perSession) = (call.integer("limit") ?? 50, call.integer("perSession") ?? .max)
        return try await service.work {
            let gathering = TextGathering(service.catalogue, try TextIndex(folders: service.settings.folders))
            let unread = try readOn(service, gathering)
            let names = Dictionary(
                try service.catalogue.sessions(asked).map { ($0.id, $0.name) }
            ) { first, _ in first }
            var open = Set(names.keys)
            var hits: [TextHit] = []
            while true {
                hits = try gathering.ask { [open] index throws(CatalogError) in
                    try index.search(text, in: open, limit: limit, perSession: perSession)
                }
                // What can't be shown isn't told of either. Only of what was found: to look at all files takes a while.
                let refused = try refused(Set(hits.map(\.session)), service)
                guard !refused.isEmpty else { break }
                open.subtract(refused)
            }
            return .json([
                "hits": .array(
                    hits.map {
                        [
                            "sessionId": .string($0.session), "name": .optional(names[$0.session] ?? nil),
                            "ts": .seconds($0.time), "text": .string($0.line),
                        ]
                    }), "complete": .bool(hits.count < limit && perSession == .max && unread == 0),
                "unread": .int(unread),
            ])
        }
    }

    /// Those of the sessions whose recording isn't shown.
    private static func refused(_ sessions: Set<String>, _ service: RESTService) throws -> Set<String> {
        guard !sessions.isEmpty else { return [] }
        var filter = SessionFilter()
        filter.ids = sessions.sorted()
        return Set(
            try service.catalogue.sessions(filter).filter { session in
                guard let path = try? session.recordingPath else { return true }
                return (try? RecordingAccess.check(path)) == nil
            }.map(\.id))
    }

    /// What the background has not come to yet is read now, by a process of its own: a recording's text may be larger than
    /// the server.
    ///
    /// - Returns: how many sessions are left; those that run are always read anew.
    private static func readOn(_ service: RESTService, _ gathering: TextGathering) throws -> Int {
        try service.catalogue.bringUpToDate()
        guard try gathering.countUnread() > 0 else { return 0 }
        let isDone = try service.launcher.tend(["__upkeep", "--text"], seconds: patience)
        try service.catalogue.bringUpToDate()
        return isDone ? 0 : try gathering.countUnread()
    }

    /// Seconds that a search waits for what is read.
    private static let patience: UInt64 = 5
}
