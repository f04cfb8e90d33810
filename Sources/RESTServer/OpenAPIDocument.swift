/// The interface's description (OpenAPI 3.1), made of the same table that requests go through.
struct OpenAPIDocument {
    let routes: [Route]
    let version: String

    var json: JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "ah", "version": .string(version),
                "description":
                    .string(
                        "Sessions of coding agents: their recordings, screens, snapshots and branches. Times are seconds since a session's start. A request's body may have \(Interface.longestBody) bytes."
                    ),
            ],
            "servers": [["url": .string(Interface.base)]], "paths": paths,
            "components": [
                "schemas": .object(Schemas.named.map { .init(name: $0.name, value: $0.schema.json) }),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "Made with `ah token create`. On the Unix socket its owner needs none.",
                    ]
                ],
            ],
        ]
    }

    private var paths: JSON {
        var order: [String] = []
        for route in routes where !order.contains(route.path) { order.append(route.path) }
        return .object(
            order.map { path in
                let here = routes.filter { $0.path == path }
                return .init(
                    name: path,
                    value: .object(here.map { .init(name: $0.method.lowercased(), value: operation($0)) }))
            })
    }

    private func operation(_ route: Route) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "operationId", value: .string(route.name)),
            .init(name: "summary", value: .string(route.summary)),
            .init(name: "security", value: route.role == nil ? [] : [["token": []]]),
        ]
        if let role = route.role { members.append(.init(name: "x-role", value: .string(role.rawValue))) }
        let parameters = self.parameters(route)
        if !parameters.isEmpty { members.append(.init(name: "parameters", value: .array(parameters))) }
        if let body = route.body {
            members.append(
                .init(
                    name: "requestBody",
                    value: [
                        "required": .bool(!body.faults(in: .object([]), at: "").isEmpty),
                        "description": .string("At most \(Interface.longestBody) bytes."),
                        "content": ["application/json": ["schema": body.json]],
                    ]))
        }
        members.append(.init(name: "responses", value: responses(route)))
        return .object(members)
    }

    private func parameters(_ route: Route) -> [JSON] {
        var all: [JSON] = route.parameters.map { name in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": Schema.string(least: 1, most: 300).json,
                "description": name == "id"
                    ? "The session: its id, the beginning of one, its name, or - for the newest."
                    : "A snapshot of the session: s3, or 3.",
            ]
        }
        all += route.query.map { property in
            [
                "name": .string(property.name), "in": "query", "required": .bool(property.isRequired),
                "schema": withoutZeros(property.schema), "description": .string(property.summary),
            ]
        }
        if route.method == "POST" {
            all.append(
                header(
                    "Idempotency-Key", "The same request with the same key is carried out once.",
                    .string(least: 1, most: 255)))
        }
        if route.answers.contains(where: { $0.type == "text/event-stream" }) {
            all.append(
                header(
                    "Last-Event-ID", "What is known already; the stream goes on after it.", .formed(.eventID, most: 100)
                ))
        }
        return all
    }

    /// No zero byte can be in an address: the system would take it for the end.
    private func withoutZeros(_ schema: Schema) -> JSON {
        guard case .string = schema else { return schema.json }
        return .object(schema.json.members + [.init(name: "pattern", value: "^[^\\u0000]*$")])
    }

    private func header(_ name: String, _ summary: String, _ schema: Schema) -> JSON {
        [
            "name": .string(name), "in": "header", "required": false,
            "schema": schema.json, "description": .string(summary),
        ]
    }

    private func responses(_ route: Route) -> JSON {
        var byStatus: [(status: Int, kinds: [Route.AnswerKind])] = []
        for kind in route.answers {
            if let index = byStatus.firstIndex(where: { $0.status == kind.status }) {
                byStatus[index].kinds.append(kind)
            } else {
                byStatus.append((kind.status, [kind]))
            }
        }
        var members = byStatus.map { status, kinds -> JSON.Member in
            var response: [JSON.Member] = [.init(name: "description", value: .string(kinds[0].summary))]
            let content = kinds.filter { $0.type != nil }.map { kind -> JSON.Member in
                .init(
                    name: kind.type ?? "",
                    value: .object(kind.schema.map { [.init(name: "schema", value: $0.json)] } ?? []))
            }
            if !content.isEmpty { response.append(.init(name: "content", value: .object(content))) }
            return .init(name: "\(status)", value: .object(response))
        }
        if route.isCacheable || route.name == "getRecording" {
            members.append(.init(name: "304", value: ["description": "Nothing changed since the ETag that was sent."]))
        }
        members.append(
            .init(
                name: "default",
                value: [
                    "description": "What is wrong.",
                    "content": ["application/problem+json": ["schema": Schema.named("Problem").json]],
                ]))
        return .object(members)
    }
}
