/// What a JSON value may be: checked by it, and described by it in the interface's OpenAPI document.
indirect enum Schema: Hashable, Sendable {
    case string(least: Int = 0, most: Int? = nil)
    /// A part of one line.
    case line(least: Int, most: Int)
    case choice([String])
    /// Some of these words, with commas between them.
    case words([String])
    case integer(ClosedRange<Int64>? = nil)
    case number(ClosedRange<Double>? = nil)
    case boolean
    /// Text of a form that has a name.
    case formed(Form, most: Int)
    case array(Schema, least: Int = 0, most: Int? = nil)
    case object([Property])
    /// An object that has exactly one of these members, null aside.
    case either(Schema, [String])
    /// An object whose members' names are free.
    case map(Schema, most: Int? = nil)
    /// It, or null.
    case nullable(Schema)
    /// One that the document has under its own name.
    case named(String)
    case anything

    enum Form: Hashable, Sendable {
        case absolutePath, eventID

        /// For the description; whatever it matches is taken.
        var pattern: String {
            switch self {
            case .absolutePath: "^/[^\\u0000]*$"
            case .eventID: "^[0-9]{1,18}-[0-9]{1,18}(-[0-9]{1,9})?$"
            }
        }

        func fault(in text: String) -> String? {
            switch self {
            case .absolutePath: text.hasPrefix("/") ? nil : "must be an absolute path"
            case .eventID: FeedPosition(text) == nil ? "must be one that came from here" : nil
            }
        }
    }

    struct Property: Hashable, Sendable {
        var name: String
        var schema: Schema
        var isRequired: Bool
        var summary: String

        init(_ name: String, _ schema: Schema, required: Bool = false, _ summary: String) {
            self.name = name
            self.schema = schema
            isRequired = required
            self.summary = summary
        }
    }

    /// What is wrong with one part of a request.
    struct Fault: Hashable, Sendable {
        /// As a path: `name`, `environment.PATH`, `command[0]`.
        var field: String
        var message: String
    }

    /// What of a value isn't as it should be.
    func faults(in value: JSON, at field: String, named: [String: Schema] = [:]) -> [Fault] {
        func fault(_ message: String) -> [Fault] { [Fault(field: field, message: message)] }
        switch (self, value) {
        case (.anything, _): return []
        case (.nullable, .null): return []
        case (.nullable(let schema), _): return schema.faults(in: value, at: field, named: named)
        case (.named(let name), _):
            guard let schema = named[name] else { return fault("there is no schema \(name)") }
            return schema.faults(in: value, at: field, named: named)
        case (.string(let least, let most), .string(let text)):
            // Scalars, as JSON Schema counts.
            let count = text.unicodeScalars.count
            if count < least { return fault("must have \(least) characters or more") }
            if let most, count > most { return fault("must have \(most) characters at most") }
            return []
        case (.line(let least, let most), .string(let text)):
            guard !text.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) else {
                return fault("must be a part of one line")
            }
            return Schema.string(least: least, most: most).faults(in: value, at: field)
        case (.choice(let words), .string(let text)):
            return words.contains(text) ? [] : fault("must be one of \(words.joined(separator: ", "))")
        case (.words(let words), .string(let text)):
            let unknown = text.split(separator: ",", omittingEmptySubsequences: false).first {
                !words.contains(String($0))
            }
            return unknown.map { fault("has no “\($0)”; there are \(words.joined(separator: ", "))") } ?? []
        case (.integer(let range), _) where value.int != nil:
            guard let range, let number = value.int, !range.contains(Int64(number)) else { return [] }
            return fault("must be \(range.lowerBound) to \(range.upperBound)")
        case (.number(let range), _) where value.double != nil:
            guard let range, let number = value.double, !range.contains(number) else { return [] }
            return fault("must be \(range.lowerBound) to \(range.upperBound)")
        case (.boolean, .bool): return []
        case (.formed(let form, let most), .string(let text)):
            if let message = form.fault(in: text) { return fault(message) }
            return Schema.string(most: most).faults(in: value, at: field)
        case (.either(let schema, let names), .object(let members)):
            let given = names.filter { name in members.contains { $0.name == name && $0.value != .null } }
            let faults = schema.faults(in: value, at: field, named: named)
            guard given.count != 1, let first = names.first else { return faults }
            let others = names.dropFirst().joined(separator: " or ")
            return [Fault(field: Self.path(field, first), message: "or \(others) must be there, and not both")] + faults
        case (.array(let schema, let least, let most), .array(let items)):
            if items.count < least { return fault("must have \(least) items or more") }
            if let most, items.count > most { return fault("must have \(most) items at most") }
            return items.enumerated().flatMap {
                schema.faults(in: $0.element, at: "\(field)[\($0.offset)]", named: named)
            }
        case (.map(let schema, let most), .object(let members)):
            if let most, members.count > most { return fault("must have \(most) members at most") }
            return members.flatMap { schema.faults(in: $0.value, at: Self.path(field, $0.name), named: named) }
        case (.object(let properties), .object(let members)):
            return properties.flatMap { property -> [Fault] in
                guard let member = members.first(where: { $0.name == property.name }) else {
                    return property.isRequired
                        ? [Fault(field: Self.path(field, property.name), message: "is missing")] : []
                }
                return property.schema.faults(
                    in: member.value, at: Self.path(field, property.name), named: named)
            }
        default: return fault("must be \(word)")
        }
    }

    private static func path(_ field: String, _ name: String) -> String { field.isEmpty ? name : "\(field).\(name)" }

    /// What it is, in a sentence.
    private var word: String {
        switch self {
        case .string, .line, .choice, .words, .formed: "text"
        case .integer: "a whole number"
        case .number: "a number"
        case .boolean: "true or false"
        case .array: "a list"
        case .object, .map, .either: "an object"
        case .nullable(let schema): "\(schema.word) or null"
        case .named(let name): name
        case .anything: "anything"
        }
    }
}

extension Schema {
    /// As JSON Schema has it.
    var json: JSON {
        switch self {
        case .anything: return [:]
        case .string(let least, let most):
            var members: [JSON.Member] = [.init(name: "type", value: "string")]
            if least > 0 { members.append(.init(name: "minLength", value: .int(least))) }
            if let most { members.append(.init(name: "maxLength", value: .int(most))) }
            return .object(members)
        case .line(let least, let most):
            return [
                "type": "string", "minLength": .int(least), "maxLength": .int(most),
                "pattern": "^[^\\u0000\\n\\r]*$",
            ]
        case .formed(let form, let most):
            return ["type": "string", "maxLength": .int(most), "pattern": .string(form.pattern)]
        case .either(let schema, let names):
            let choices = names.map { name -> JSON in
                [
                    "required": [.string(name)],
                    "properties": .object([.init(name: name, value: ["not": ["type": "null"]])]),
                ]
            }
            return .object(schema.json.members + [.init(name: "oneOf", value: .array(choices))])
        case .choice(let words): return ["type": "string", "enum": .array(words.map { .string($0) })]
        case .words(let words):
            let word = "(\(words.joined(separator: "|")))"
            return ["type": "string", "pattern": .string("^\(word)(,\(word))*$")]
        case .integer(let range):
            return Self.bounded("integer", range.map { (.integer($0.lowerBound), .integer($0.upperBound)) })
        case .number(let range):
            return Self.bounded("number", range.map { (.number($0.lowerBound), .number($0.upperBound)) })
        case .boolean: return ["type": "boolean"]
        case .array(let schema, let least, let most):
            var members: [JSON.Member] = [
                .init(name: "type", value: "array"), .init(name: "items", value: schema.json),
            ]
            if least > 0 { members.append(.init(name: "minItems", value: .int(least))) }
            if let most { members.append(.init(name: "maxItems", value: .int(most))) }
            return .object(members)
        case .map(let schema, let most):
            var members: [JSON.Member] = [
                .init(name: "type", value: "object"), .init(name: "additionalProperties", value: schema.json),
            ]
            if let most { members.append(.init(name: "maxProperties", value: .int(most))) }
            return .object(members)
        case .named(let name): return ["$ref": .string("#/components/schemas/\(name)")]
        case .nullable(let schema): return schema.nullableJSON
        case .object(let properties):
            var members: [JSON.Member] = [.init(name: "type", value: "object")]
            let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
            if !required.isEmpty { members.append(.init(name: "required", value: .array(required))) }
            members.append(
                .init(
                    name: "properties",
                    value: .object(
                        properties.map { .init(name: $0.name, value: $0.schema.described($0.summary)) })))
            return .object(members)
        }
    }

    private static func bounded(_ type: JSON, _ bounds: (JSON, JSON)?) -> JSON {
        guard let bounds else { return ["type": type] }
        return ["type": type, "minimum": bounds.0, "maximum": bounds.1]
    }

    private var nullableJSON: JSON {
        let plain = json
        guard case .object(var members) = plain, let index = members.firstIndex(where: { $0.name == "type" }) else {
            return ["anyOf": [plain, ["type": "null"]]]
        }
        members[index].value = [members[index].value, "null"]
        if let words = members.firstIndex(where: { $0.name == "enum" }) {
            members[words].value = .array(members[words].value.items + [.null])
        }
        return .object(members)
    }

    func described(_ summary: String) -> JSON {
        guard !summary.isEmpty, case .object(let members) = json else { return json }
        return .object(members + [.init(name: "description", value: .string(summary))])
    }
}
