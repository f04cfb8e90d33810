import Catalog
import Glibc
import SessionHost

/// Routes about the server itself, and what can be started with it.
enum ServiceRoutes {
    static let all = [health, version, metrics, openAPI, agents]

    private static let health = Route(
        method: "GET", path: "/health", name: "getHealth", summary: "Whether the server is well", role: nil,
        answers: [.json(.named("Health"), "How it is.")], isAudited: false
    ) { call, service in
        var problems: [String] = []
        if let problem = service.settings.audit.problem {
            problems.append("\(problem.count) lines of the audit log could not be written")
        }
        if let problem = service.upkeepProblem.withLock({ $0 }) { problems.append(problem) }
        problems += service.mountProblems.withLock { $0 }
        if access("\(service.settings.folders.logs)/upkeep.log", F_OK) == 0 {
            problems.append("the last upkeep left something undone: upkeep.log says what")
        }
        return .json([
            "status": problems.isEmpty ? "ok" : "degraded", "version": .string(service.settings.version),
            "uptimeSec": .seconds(call.now - service.startedAt), "problems": .array(problems.map { .string($0) }),
        ])
    }

    private static let version = Route(
        method: "GET", path: "/version", name: "getVersion", summary: "What this is", role: .viewer,
        answers: [
            .json(
                .object([
                    .init("name", .string(), required: true, "ah"),
                    .init("version", .string(), required: true, "The program's version."),
                    .init("api", .string(), required: true, "The interface's version."),
                    .init("hostProtocol", .integer(), required: true, "Of the sockets of sessions."),
                ]), "The versions.")
        ], isAudited: false, isCacheable: true
    ) { _, service in
        .json([
            "name": "ah", "version": .string(service.settings.version), "api": "v1",
            "hostProtocol": .int(SessionProtocol.version),
        ])
    }

    private static let metrics = Route(
        method: "GET", path: "/metrics", name: "getMetrics", summary: "Counts, in Prometheus' text form", role: .viewer,
        answers: [.bytes("text/plain", "Counts.")], isAudited: false
    ) { call, service in
        guard call.principal.sessions == nil else {
            throw RESTError.forbidden(reason: "this token is for some sessions only, and these counts are of all")
        }
        let feeds = service.feeds.figures
        let running = try await service.work {
            try service.catalogue.bringUpToDate()
            var live = SessionFilter()
            live.statuses = Set(SessionLifecycle.allCases.filter(\.isLive))
            return try service.catalogue.count(live)
        }
        return .text(
            service.metrics.text(gauges: [
                ("ah_sessions_running", "Sessions that run now.", Double(running)),
                ("ah_followers", "Followers of sessions.", Double(feeds.followers)),
                ("ah_feeds", "Recordings that are followed.", Double(feeds.feeds)),
                ("ah_followers_dropped", "Followers that read too slowly, since the start.", Double(feeds.dropped)),
                ("ah_feed_cache_bytes", "Encoded blocks in memory.", Double(feeds.cachedBytes)),
                ("ah_resident_memory_bytes", "Memory of the server.", Double(ServerMetrics.residentBytes())),
                ("ah_uptime_seconds", "Since the start.", Double(call.now - service.startedAt) / 1000),
            ]), type: "text/plain; version=0.0.4; charset=utf-8")
    }

    private static let openAPI = Route(
        method: "GET", path: "/openapi.json", name: "getOpenAPI", summary: "This description", role: .viewer,
        answers: [.json(.anything, "OpenAPI 3.1.")], isAudited: false, isCacheable: true
    ) { _, service in
        .json(OpenAPIDocument(routes: service.routes.routes, version: service.settings.version).json)
    }

    private static let agents = Route(
        method: "GET", path: "/agents", name: "listAgents", summary: "The agents that can be started here",
        role: .viewer,
        answers: [
            .json(
                .object([.init("items", .array(.named("Agent")), required: true, "All that are known.")]),
                "The agents.")
        ], isAudited: false, isCacheable: true
    ) { _, service in
        let agents = try await service.agents()
        return .json([
            "items": .array(
                agents.items.map {
                    [
                        "type": $0["agent"] ?? "", "name": $0["name"] ?? "",
                        "installed": .bool($0["isInstalled"]?.isTrue == true), "path": $0["path"] ?? .null,
                        "version": $0["version"] ?? .null, "howToGet": $0["howToGet"] ?? "",
                    ]
                })
        ])
    }
}
