import Testing

@testable import Access
@testable import RESTServer

/// The table of routes, and the description that is made of it.
@Suite struct RouteTableTests {
    /// What clients of Agent Harbor ask for.
    private static let expected = [
        "GET /sessions", "POST /sessions", "GET /sessions/{id}", "DELETE /sessions/{id}", "POST /sessions/{id}/stop",
        "POST /sessions/{id}/pause", "POST /sessions/{id}/resume", "POST /sessions/{id}/prompt",
        "GET /sessions/{id}/timeline", "POST /sessions/{id}/moments", "POST /sessions/{id}/fs-snapshots",
        "GET /sessions/{id}/fs-snapshots", "POST /sessions/{id}/seek", "POST /sessions/{id}/session-branch",
        "GET /sessions/{id}/branches", "GET /sessions/{id}/recording", "GET /sessions/{id}/events",
        "GET /sessions/{id}/pty",
    ]

    private let table = RouteTable.all
    private var document: JSON { OpenAPIDocument(routes: table.routes, version: "1").json }

    @Test func `every route that clients of Agent Harbor know is there`() {
        let routes = Set(table.routes.map { "\($0.method) \($0.path)" })
        #expect(Set(Self.expected).subtracting(routes).isEmpty)
    }

    @Test func `every route is in the description, and nothing else is`() {
        var described: Set<String> = []
        for path in document["paths"]?.members ?? [] {
            for operation in path.value.members { described.insert("\(operation.name.uppercased()) \(path.name)") }
        }
        #expect(described == Set(table.routes.map { "\($0.method) \($0.path)" }))
    }

    @Test func `each described operation is what a request of its kind finds`() throws {
        for path in document["paths"]?.members ?? [] {
            for operation in path.value.members {
                let filled = path.name.split(separator: "/").map { $0.hasPrefix("{") ? "x" : String($0) }
                let found = try table.find(operation.name.uppercased(), ["api", "v1"] + filled)
                #expect(found.route.name == operation.value["operationId"]?.text)
            }
        }
    }

    @Test func `names are given once, and what is referred to is there`() {
        #expect(Set(table.routes.map(\.name)).count == table.routes.count)
        let known = Set((document["components"]?["schemas"]?.members ?? []).map(\.name))
        for word in String(decoding: document.bytes, as: UTF8.self).matches(of: #/#\/components\/schemas\/(\w+)/#) {
            #expect(known.contains(String(word.1)), "\(word.1)")
        }
    }

    @Test func `what changes something takes more than a viewer, and what only reads doesn't`() {
        for route in table.routes {
            guard route.changes else {
                #expect(route.role ?? .viewer == .viewer, "\(route.name)")
                continue
            }
            #expect(route.role.map { $0 >= .operator } == true, "\(route.name)")
            #expect(route.isAudited, "\(route.name)")
        }
    }

    @Test func `every parameter of a path is described`() {
        for path in document["paths"]?.members ?? [] {
            for operation in path.value.members {
                let described = (operation.value["parameters"]?.items ?? []).filter { $0["in"] == "path" }
                    .compactMap { $0["name"]?.text }
                let names = path.name.matches(of: #/\{(\w+)\}/#).map { String($0.1) }
                #expect(described == names)
            }
        }
    }

    @Test func `a schema takes what it says and nothing else`() throws {
        let schema = Schema.object([
            .init("name", .string(least: 1, most: 3), required: true, ""),
            .init("count", .nullable(.integer(1...5)), ""), .init("list", .array(.choice(["a", "b"]), most: 2), ""),
            .init("map", .map(.boolean), ""),
        ])
        func faults(_ text: String) throws -> [String] {
            schema.faults(in: try JSON(parsing: Array(text.utf8)), at: "").map(\.field)
        }
        #expect(try faults("{\"name\":\"abc\",\"count\":null,\"list\":[\"a\"],\"map\":{\"x\":true},\"more\":1}") == [])
        #expect(try faults("{\"name\":\"ab🏳️‍🌈\"}") == ["name"])
        #expect(
            try faults("{\"name\":\"\",\"count\":6,\"list\":[\"a\",\"c\"],\"map\":{\"x\":1}}") == [
                "name", "count", "list[1]", "map.x",
            ])
        #expect(try faults("{\"count\":\"3\",\"list\":[\"a\",\"a\",\"a\"]}") == ["name", "count", "list"])
        #expect(try faults("[]") == [""])
    }

    @Test func `JSON is written so that it reads back the same`() throws {
        let value: JSON = [
            "text": "a\"\\\n\r\t\u{1}\u{7F}ü🏳️‍🌈</script>",
            "numbers": [0, -1, .integer(.max), .number(0.125), .number(1e300)],
            "nothing": .null, "flags": [true, false], "empty": [:], "list": [],
        ]
        let read = try JSON(parsing: value.bytes)
        #expect(read["text"] == value["text"] && read["numbers"] == value["numbers"] && read["flags"] == value["flags"])
        #expect(String(decoding: JSON.number(.infinity).bytes, as: UTF8.self) == "null")
        for text in ["", "{", "nul", "\"\\u12\"", "{\"a\" 1}", String(repeating: "[", count: 100_000)] {
            #expect(throws: RESTError.self) { try JSON(parsing: Array(text.utf8)) }
        }
    }

    @Test func `wall clock times are those of the calendar`() {
        #expect(DateTime.text(0) == "1970-01-01T00:00:00.000Z")
        #expect(DateTime.text(951_782_400_000) == "2000-02-29T00:00:00.000Z")
        #expect(DateTime.text(1_793_577_599_999) == "2026-11-01T23:59:59.999Z")
        #expect(DateTime.text(-1) == "1969-12-31T23:59:59.999Z")
    }

    @Test func `ranges of bytes are read as the standard has them`() throws {
        #expect(try ByteRange.parse("bytes=0-0", size: 10) == 0..<1)
        #expect(try ByteRange.parse("bytes=5-", size: 10) == 5..<10)
        #expect(try ByteRange.parse("bytes=5-99999999999999999999", size: 10) == nil)
        #expect(try ByteRange.parse("bytes=5-18446744073709551615", size: 10) == 5..<10)
        #expect(try ByteRange.parse("bytes=-3", size: 10) == 7..<10)
        #expect(try ByteRange.parse("bytes=-30", size: 10) == 0..<10)
        for text in ["bytes=3-2", "bytes=a-b", "bytes=1-2,4-5", "lines=1-2", "bytes=", "bytes=-", "bytes=--1"] {
            #expect(try ByteRange.parse(text, size: 10) == nil, "\(text)")
        }
        for text in ["bytes=10-", "bytes=-0", "bytes=99-100"] {
            #expect(throws: RESTError.unsatisfiableRange(size: 10)) { try ByteRange.parse(text, size: 10) }
        }
    }
}
