import Access

/// One thing that can be asked for: where, what it takes and gives, who may ask, and what is done.
struct Route: Sendable {
    var method: String
    /// Below ``Interface/base``: `/sessions/{id}/timeline`.
    var path: String
    /// The operation's name in the interface's description, in metrics and in the audit log.
    var name: String
    var summary: String
    /// Nil: nobody need say who they are.
    var role: Role?
    var query: [Schema.Property] = []
    /// Nil takes no body.
    var body: Schema?
    var answers: [AnswerKind]
    /// Whether the audit log has a line for each use.
    var isAudited = true
    /// Whether a whole answer gets an ETag, and 304 when nothing changed.
    var isCacheable = false
    var handle: @Sendable (Call, RESTService) async throws -> Answer

    /// What comes back when all went well.
    struct AnswerKind: Sendable {
        var status: Int
        /// The media type; nil for no content.
        var type: String?
        var schema: Schema?
        var summary: String

        static func json(_ schema: Schema, status: Int = 200, _ summary: String) -> AnswerKind {
            AnswerKind(status: status, type: "application/json", schema: schema, summary: summary)
        }

        static func bytes(_ type: String, status: Int = 200, _ summary: String) -> AnswerKind {
            AnswerKind(status: status, type: type, schema: nil, summary: summary)
        }

        static func none(_ summary: String) -> AnswerKind {
            AnswerKind(status: 204, type: nil, schema: nil, summary: summary)
        }
    }

    /// The names in braces.
    var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether a method may change something.
    var changes: Bool { method != "GET" }

    /// Reads what came as the query; values are text and become what the route says they are.
    /// - Throws: `invalid`.
    func check(query given: [String: String]) throws(RESTError) {
        let faults = query.flatMap { property -> [Schema.Fault] in
            guard let text = given[property.name] else {
                return property.isRequired ? [.init(field: property.name, message: "is missing")] : []
            }
            return property.schema.faults(in: Self.value(text, as: property.schema), at: property.name)
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func value(_ text: String, as schema: Schema) -> JSON {
        switch schema {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .string(text)
        case .boolean: text == "true" ? true : text == "false" ? false : .string(text)
        default: .string(text)
        }
    }
}
