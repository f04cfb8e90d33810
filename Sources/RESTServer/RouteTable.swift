/// All routes, and which of them a request is for.
struct RouteTable: Sendable {
    let routes: [Route]

    static let all = RouteTable(
        routes: ServiceRoutes.all + SessionRoutes.all + ControlRoutes.all + TimelineRoutes.all + SnapshotRoutes.all
            + ContentRoutes.all + SearchRoutes.all + StreamRoutes.all)

    struct Match: Sendable {
        var route: Route
        /// What the path's `{names}` are.
        var parameters: [String: String]
    }

    /// - Throws: `noRoute`, `wrongMethod`.
    func find(_ method: String, _ path: [String]) throws(RESTError) -> Match {
        let base = Interface.base.split(separator: "/").map(String.init)
        guard path.starts(with: base) else { throw .noRoute(Self.text(path)) }
        let rest = Array(path.dropFirst(base.count))
        var methods: [String] = []
        for route in routes {
            guard let parameters = Self.match(route.path, rest) else { continue }
            if route.method == method || route.method == "GET" && method == "HEAD" {
                return Match(route: route, parameters: parameters)
            }
            methods.append(route.method)
            if route.method == "GET" { methods.append("HEAD") }
        }
        guard methods.isEmpty else { throw .wrongMethod(method, allowed: methods) }
        throw .noRoute(Self.text(path))
    }

    private static func match(_ template: String, _ path: [String]) -> [String: String]? {
        let parts = template.split(separator: "/")
        guard parts.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, given) in zip(parts, path) {
            if part.hasPrefix("{") {
                guard !given.isEmpty else { return nil }
                parameters[String(part.dropFirst().dropLast())] = given
            } else if part != given {
                return nil
            }
        }
        return parameters
    }

    private static func text(_ path: [String]) -> String { "/" + String(path.joined(separator: "/").prefix(100)) }
}
