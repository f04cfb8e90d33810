import Catalog
import Glibc
import Processes
import SessionHost

/// Routes that steer a running session, through its host's own messages.
enum ControlRoutes {
    static let all = [stop, pause, resume, prompt, keys]

    private static let answers = [
        Route.AnswerKind.json(.named("Control"), "It was done, or is under way.")
    ]

    private static func answer(_ session: SessionEntry, _ status: SessionLifecycle) -> Answer {
        .json(["sessionId": .string(session.id), "status": .string(status.rawValue)])
    }

    /// Does something with the session's host.
    private static func steer(
        _ call: Call, _ service: RESTService, _ status: SessionLifecycle,
        _ work: @escaping @Sendable (SessionSteering) throws -> Void
    ) async throws -> Answer {
        let session = try call.listed
        let socket = try session.hostSocket
        try await service.work { try work(SessionSteering(sessionID: session.id, socketPath: socket)) }
        return answer(session, status)
    }

    private static let stop = Route(
        method: "POST", path: "/sessions/{id}/stop", name: "stopSession",
        summary: "End a running session: SIGTERM, and more if that isn't heeded", role: .operator,
        body: .object([.init("force", .nullable(.boolean), "SIGKILL at once; the recording is finished all the same.")]
        ),
        answers: answers
    ) { call, service in
        let signal = call.body["force"]?.isTrue == true ? SIGKILL : SIGTERM
        return try await steer(call, service, .stopping) { try $0.stop(signal: signal, waits: false) }
    }

    private static let pause = Route(
        method: "POST", path: "/sessions/{id}/pause", name: "pauseSession",
        summary: "Stop a running session's program until it is resumed (SIGSTOP)", role: .operator, body: .object([]),
        answers: answers
    ) { call, service in try await steer(call, service, .paused) { try $0.pause() } }

    private static let resume = Route(
        method: "POST", path: "/sessions/{id}/resume", name: "resumeSession",
        summary: "Let a paused session's program go on (SIGCONT)", role: .operator, body: .object([]), answers: answers
    ) { call, service in try await steer(call, service, .running) { try $0.resume() } }

    private static let prompt = Route(
        method: "POST", path: "/sessions/{id}/prompt", name: "promptSession",
        summary: "Type text into a running session, as a paste where it takes pastes, and submit it", role: .operator,
        body: .object([
            .init("prompt", .string(least: 1, most: 200_000), required: true, "The text."),
            .init("submit", .nullable(.boolean), "Whether Enter follows; it does without this."),
        ]), answers: answers
    ) { call, service in
        let request = PromptRequest(
            text: call.body["prompt"]?.text ?? "", sender: call.principal.name,
            isSubmitted: call.body["submit"] != .bool(false))
        return try await steer(call, service, .running) { try $0.prompt(request) }
    }

    private static let keys = Route(
        method: "POST", path: "/sessions/{id}/keys", name: "pressKeys",
        summary: "Press keys in a running session, as to answer a question", role: .operator,
        body: .object([
            .init(
                "keys", .array(.string(least: 1, most: 1000), most: 200), required: true,
                "Enter, Escape, Tab, Up, Down, Left, Right, Space, Backspace, C-c, or the characters themselves.")
        ]), answers: answers
    ) { call, service in
        let keys = call.body["keys"]?.items.compactMap(\.text) ?? []
        return try await steer(call, service, .running) { try $0.press(keys) }
    }
}
