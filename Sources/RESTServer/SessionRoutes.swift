import Access
import Catalog

/// Routes that list, show, start and delete sessions.
enum SessionRoutes {
    static let all = [list, start, show, delete]

    private static let pages: [Schema.Property] = [
        .init("page", .integer(1...1_000_000), "Which page, from 1."),
        .init("perPage", .integer(1...200), "How many on a page; 50 without it."),
    ]

    private static let list = Route(
        method: "GET", path: "/sessions", name: "listSessions", summary: "Sessions, live and finished, newest first",
        role: .viewer,
        query: [
            .init("status", .words(SessionJSON.statuses), "Only these, with commas between them: running,completed."),
            .init("agent", .string(most: 100), "Only this agent's."),
            .init("text", .string(most: 200), "Part of a name, command, prompt, folder or id."),
        ] + pages,
        answers: [
            .json(
                .object([
                    .init("items", .array(.named("Session")), required: true, "This page of them."),
                    .init("total", .integer(), required: true, "How many there are in all."),
                    .init("page", .integer(), required: true, "This page's number."),
                    .init("perPage", .integer(), required: true, "How many are on a page."),
                    .init("nextPage", .nullable(.integer()), required: true, "Null on the last one."),
                ]), "A page of sessions.")
        ], isCacheable: true
    ) { call, service in
        let (page, perPage) = (call.integer("page") ?? 1, call.integer("perPage") ?? 50)
        var filter = SessionFilter()
        filter.agent = call.text("agent")
        filter.text = call.text("text")
        filter.ids = call.principal.sessions.map(Array.init)
        filter.offset = (page - 1) * perPage
        filter.limit = perPage
        let statuses = call.text("status")?.split(separator: ",").map(String.init) ?? []
        filter.statuses = Set(statuses.compactMap { SessionLifecycle(rawValue: $0) })
        let asked = filter
        let found = try await service.work {
            try service.catalogue.bringUpToDate()
            return try service.catalogue.asked(asked, now: call.now)
        }
        return .json([
            "items": .array(found.items.map { SessionJSON.session($0.seen(by: call.principal)) }),
            "total": .int(found.total), "page": .int(page),
            "perPage": .int(perPage), "nextPage": page * perPage < found.total ? .int(page + 1) : .null,
        ])
    }

    private static let show = Route(
        method: "GET", path: "/sessions/{id}", name: "getSession", summary: "One session", role: .viewer,
        answers: [.json(.named("Session"), "The session.")], isCacheable: true
    ) { call, service in
        let session = try call.listed
        return .json(SessionJSON.session(try await service.asked(session)))
    }

    private static let start = Route(
        method: "POST", path: "/sessions", name: "startSession", summary: "Start a program or an agent, recorded",
        role: .operator,
        body: .either(
            .object([
                .init(
                    "command", .nullable(.array(.string(most: 8192), least: 1, most: 1000)),
                    "The program and its arguments."),
                .init("agent", .nullable(.string(least: 1, most: 100)), "Or an agent of GET /agents."),
                .init(
                    "prompt", .nullable(.string(most: 200_000)),
                    "What the agent is told, or what is typed into the program."),
                .init("model", .nullable(.string(most: 200)), "The agent's model."),
                .init("permissionMode", .nullable(.string(most: 100)), "As the agent calls it."),
                .init("nonInteractive", .nullable(.boolean), "Whether the agent answers the prompt and ends."),
                .init(
                    "trustHooks", .nullable(.boolean),
                    "Whether Codex is to run the hooks of this session, which it otherwise asks its user about."),
                .init(
                    "cwd", .nullable(.formed(.absolutePath, most: 4096)),
                    "The folder, as an absolute path; your home without it."),
                .init("name", .nullable(.string(least: 1, most: 200)), "A name for the session."),
                .init(
                    "environment", .nullable(.map(.string(most: 32_000), most: 500)), "More variables for the program."),
                .init("cols", .nullable(.integer(2...4096)), "Columns; 80 without it."),
                .init("rows", .nullable(.integer(1...4096)), "Rows; 24 without it."),
                .init(
                    "snapshots", .nullable(.choice(["auto", "git", "btrfs", "zfs", "disable"])), "What takes snapshots."
                ),
                .init("recordInput", .nullable(.boolean), "Whether what is typed is recorded, too."),
            ]), ["command", "agent"]),
        answers: [.json(.named("Session"), status: 201, "The session, which runs.")]
    ) { call, service in
        guard call.principal.sessions == nil else {
            throw RESTError.forbidden(reason: "this token is for some sessions only, so it can't start others")
        }
        let arguments = try StartArguments(call.body, home: service.settings.environment["HOME"] ?? "/")
        try await service.check(arguments)
        let started = try await service.work {
            let id = try service.launcher.start { arguments.words(sessionID: $0) }
            return try service.catalogue.resolve(id, isStrict: true)
        }
        let session = try await service.asked(started)
        var answer = Answer.json(SessionJSON.session(session), status: 201)
        answer.headers.append(("Location", "\(Interface.base)/sessions/\(session.id)"))
        return answer
    }

    private static let delete = Route(
        method: "DELETE", path: "/sessions/{id}", name: "deleteSession",
        summary: "Delete a session that has ended: its recording, and the snapshots that no branch needs", role: .admin,
        query: [.init("force", .boolean, "Even if it is pinned.")],
        answers: [.none("It is gone.")]
    ) { call, service in
        let session = try call.listed
        guard !session.status.isLive else {
            throw RESTError.conflict("it runs; end it first: POST \(Interface.base)/sessions/\(session.id)/stop")
        }
        let force = call.flag("force") == true ? ["--force"] : []
        _ = try await service.work {
            try service.seekMounts.hide(session: session.id)
            return try service.launcher.run(["session", "rm"] + force + ["--", session.id])
        }
        return Answer(status: 204)
    }
}
