import Catalog
import Glibc
import Playback
import Recording

/// Routes that show what was on a session's screen, and its recording.
enum ContentRoutes {
    static let all = [recording, screen, search]

    private static let recording = Route(
        method: "GET", path: "/sessions/{id}/recording", name: "getRecording",
        summary: "A session's recording: as its file (with ranges), or in another form", role: .viewer,
        query: [
            .init("startTime", .number(0...1e10), "Seconds; not for ahr."),
            .init("endTime", .number(0...1e10), "Seconds; not for ahr."),
            .init(
                "format", .choice(RecordingExport.Form.allCases.map(\.rawValue)),
                "cast (a JSON document with asciicast's events) without it; ahr is the file itself, raw the output's bytes."
            ),
        ],
        answers: [
            .json(
                .object([
                    .init("format", .choice(["cast"]), required: true, "cast"),
                    .init("width", .integer(), required: true, "Columns at the start."),
                    .init("height", .integer(), required: true, "Rows at the start."),
                    .init(
                        "events", .array(.array(.anything)), required: true, "[seconds, code, data], as in asciicast 2."
                    ),
                    .init(
                        "moments",
                        .array(
                            .object([
                                .init("ts", .number(), required: true, "When it was."),
                                .init("id", .string(), required: true, "Its id."),
                                .init("label", .string(), required: true, "What it says."),
                            ])), required: true, "In the order of time."),
                ]), "As a document."), .bytes("application/octet-stream", "The file, or the program's output."),
            .bytes("application/octet-stream", status: 206, "Some bytes of the file."),
            .bytes("application/x-asciicast", "As an asciicast file."),
        ]
    ) { call, service in
        let session = try call.listed
        let form = call.text("format").flatMap { RecordingExport.Form(rawValue: $0) } ?? .cast
        let path = try session.recordingPath
        let (start, end) = (call.time("startTime"), call.time("endTime"))
        if form == .ahr {
            guard start == nil, end == nil else {
                throw RESTError.invalid([.init(field: "startTime", message: "can't be cut out of an ahr file")])
            }
            return try await file(path, call, service)
        }
        let export = try await service.work {
            try RecordingExport(path: path, form: form, from: start ?? 0, to: end ?? Int64.max)
        }
        return Answer(
            headers: [("Content-Type", form.type)],
            body: .stream(length: nil) { writer in
                while let bytes = try await service.work({ try export.next() }) {
                    if !bytes.isEmpty { try await writer.write(Part(bytes: bytes)) }
                }
            })
    }

    private static func file(_ path: String, _ call: Call, _ service: RESTService) async throws -> Answer {
        let (file, tag) = try await service.work {
            let info = try RecordingAccess.check(path)
            return (try FileBytes(path: path), RecordingAccess.tag(info))
        }
        var headers = [("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes"), ("ETag", tag)]
        if call.headers["if-none-match"].map({ EntityTag.matches($0, tag) }) == true {
            return Answer(status: 304, headers: headers)
        }
        // A part of another content would not fit to what the client has.
        let isSame = call.headers["if-range"].map { EntityTag.matches($0, tag) } ?? true
        let part = isSame ? try ByteRange.parse(call.headers["range"], size: file.size) : nil
        if let part {
            headers.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"))
        }
        let wanted = part ?? 0..<file.size
        return Answer(
            status: part == nil ? 200 : 206, headers: headers,
            body: .stream(length: wanted.count) { writer in
                var offset = wanted.lowerBound
                while offset < wanted.upperBound {
                    let start = offset
                    let bytes = try await service.work {
                        try file.read(at: start, count: Int(min(256 << 10, wanted.upperBound - start)))
                    }
                    // Cut meanwhile: the connection is closed, so that the client sees that bytes are missing.
                    guard !bytes.isEmpty else { return writer.connection.abort() }
                    try await writer.write(Part(bytes: bytes))
                    offset += UInt64(bytes.count)
                }
            })
    }

    private static let screen = Route(
        method: "GET", path: "/sessions/{id}/screen", name: "getScreen", summary: "The screen at a time", role: .viewer,
        query: [
            .init("ts", .number(0...1e10), "Seconds since the start; now, or the end, without it."),
            .init("format", .choice(["text", "json", "svg"]), "text without it."),
        ],
        answers: [
            .bytes("text/plain", "Its lines."),
            .json(
                .object([
                    .init("ts", .number(), required: true, "The time."),
                    .init("cols", .integer(), required: true, "Columns."),
                    .init("rows", .integer(), required: true, "Rows."),
                    .init("title", .string(), required: true, "The terminal's title."),
                    .init(
                        "cursor",
                        .object([
                            .init("row", .integer(), required: true, "From 0."),
                            .init("col", .integer(), required: true, "From 0."),
                            .init("visible", .boolean, required: true, "Whether it is shown."),
                        ]), required: true, "Where it is."),
                    .init(
                        "lines", .array(.array(.object([.init("text", .string(), required: true, "Its characters.")]))),
                        required: true, "For each row, runs of cells that look the same."),
                ]), "Its cells."), .bytes("image/svg+xml", "As a picture."),
        ], isCacheable: true
    ) { call, service in
        let path = try call.listed.recordingPath
        let (time, format) = (call.time("ts"), call.text("format") ?? "text")
        return try await service.workHard {
            let screens = try ScreenReading(path: path)
            let (frame, shown) = try screens.frame(at: time)
            switch format {
            case "json": return .json(ScreenJSON.json(frame, time: shown))
            case "svg": return .text(ScreenSVG(frame).text, type: "image/svg+xml")
            default: return .text(frame.text + "\n")
            }
        }
    }

    private static let search = Route(
        method: "GET", path: "/sessions/{id}/search", name: "searchSession",
        summary: "The times at which a text came onto a session's screen", role: .viewer,
        query: [
            .init("q", .string(least: 1, most: 500), required: true, "The text."),
            .init("ignoreCase", .boolean, "Whether large and small letters are the same."),
            .init("after", .number(0...1e10), "Seconds: only later ones."),
            .init("limit", .integer(1...200), "At most so many; 20 without it."),
        ],
        answers: [
            .json(
                .object([
                    .init("hits", .array(.named("SearchHit")), required: true, "In the order of time."),
                    .init("complete", .boolean, required: true, "Whether there are no more."),
                ]), "The hits.")
        ], isCacheable: true
    ) { call, service in
        let session = try call.listed
        let path = try session.recordingPath
        // No regular expressions: one that takes for ever is written quickly.
        let (text, ignoresCase) = (call.text("q") ?? "", call.flag("ignoreCase") ?? false)
        let (after, limit) = (call.time("after"), call.integer("limit") ?? 20)
        return try await service.workHard {
            let found = try ScreenReading(path: path).search(
                TextPattern(text, ignoresCase: ignoresCase), after: after, limit: limit)
            return .json([
                "hits": .array(
                    found.hits.map {
                        ["sessionId": .string(session.id), "ts": .seconds($0.time), "text": .string($0.line)]
                    }), "complete": .bool(found.isComplete),
            ])
        }
    }
}
