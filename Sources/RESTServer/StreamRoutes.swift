/// Routes that go on as long as the session: server-sent events.
enum StreamRoutes {
    static let all = [events, terminal]

    private static let query: [Schema.Property] = [
        .init(
            "from", .choice(["start", "now"]),
            "start (without it): all from the session's start, then what comes; now: only what comes."),
        .init(
            "lastEventId", .formed(.eventID, most: 100), "As the header Last-Event-ID, for clients that can't set it."),
    ]

    private static let answers = [
        Route.AnswerKind.bytes("text/event-stream", "Events."),
        Route.AnswerKind.none("The session is over, and all of it is known to whoever asks with this Last-Event-ID."),
    ]

    private static let events = Route(
        method: "GET", path: "/sessions/{id}/events", name: "followSession",
        summary: "What happens in a session: events named session, with type status, timeline.sessionMoment, …",
        role: .viewer, query: query, answers: answers
    ) { call, service in try await follow(.session, call, service) }

    private static let terminal = Route(
        method: "GET", path: "/sessions/{id}/pty", name: "followTerminal",
        summary: "A session's terminal: events named pty, with type terminal or terminal_resize", role: .viewer,
        query: query, answers: answers
    ) { call, service in try await follow(.terminal, call, service) }

    private static func follow(_ kind: FeedKind, _ call: Call, _ service: RESTService) async throws -> Answer {
        let session = try call.listed
        _ = try session.recordingPath
        var stream = EventStream(kind: kind, session: session, principal: call.principal, service: service)
        if let known = call.headers["last-event-id"] ?? call.text("lastEventId"), !known.isEmpty {
            guard let position = FeedPosition(known) else {
                throw RESTError.invalid([.init(field: "Last-Event-ID", message: "must be one that came from here")])
            }
            stream.after = position
        } else {
            stream.startsNow = call.text("from") == "now"
        }
        return try await stream.answer()
    }
}
