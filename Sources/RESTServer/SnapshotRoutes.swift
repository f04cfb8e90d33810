import Catalog
import SessionHost
import Snapshots

/// Routes that read a snapshot's files, without a checkout.
enum SnapshotRoutes {
    static let all = [tree, file, difference]

    private static let path = Schema.Property(
        "path", .string(most: 2048), "Below the workspace, as GET …/tree writes it; the workspace itself without it.")

    private static let tree = Route(
        method: "GET", path: "/sessions/{id}/fs-snapshots/{snapshot}/tree", name: "getTree",
        summary: "A folder of a snapshot", role: .viewer, query: [path],
        answers: [
            .json(
                .object([
                    .init("path", .string(), required: true, "The folder."),
                    .init("entries", .array(.named("Entry")), required: true, "By name."),
                ]), "What is in it.")
        ], isCacheable: true
    ) { call, service in
        let (session, name) = (try call.listed, call.path["snapshot"] ?? "")
        let path = try RelativePath(printable: call.text("path") ?? "")
        let entries = try await service.work {
            let tree = try SnapshotReading(service).tree(session, name)
            return try tree.entries(in: path).map { entry in
                Self.json(entry, path.appending(entry.name))
            }
        }
        return .json(["path": .string(path.printable), "entries": .array(entries)])
    }

    private static func json(_ entry: TreeEntry, _ path: RelativePath) -> JSON {
        [
            "path": .string(path.printable), "kind": .string(entry.kind.rawValue), "mode": .int(entry.mode),
            "size": .int(entry.size),
            "modified": entry.modified.map { .string(DateTime.text($0 / 1_000_000)) } ?? .null,
            "note": .optional(entry.note),
        ]
    }

    private static let file = Route(
        method: "GET", path: "/sessions/{id}/fs-snapshots/{snapshot}/file", name: "getFile",
        summary: "A file of a snapshot, byte for byte", role: .viewer,
        query: [.init("path", .string(least: 1, most: 2048), required: true, path.summary)],
        answers: [.bytes("application/octet-stream", "The bytes.")]
    ) { call, service in
        let (session, name) = (try call.listed, call.path["snapshot"] ?? "")
        let path = try RelativePath(printable: call.text("path") ?? "")
        let reading = try await service.work {
            let reading = try SnapshotReading(service).file(session, name, path)
            return FileOfSnapshot(session: session, snapshot: name, path: path, size: reading)
        }
        return Answer(
            headers: [("Content-Type", "application/octet-stream"), ("Content-Disposition", "attachment")],
            body: .stream(length: Int(reading.size)) { try await reading.write(to: $0, service) })
    }

    private static let difference = Route(
        method: "GET", path: "/sessions/{id}/fs-snapshots/{snapshot}/diff", name: "getDiff",
        summary: "What changed in a snapshot since the one before it, or since another one", role: .viewer,
        query: [
            .init("base", .string(least: 1, most: 300), "Another snapshot of the session; the one before without it."),
            .init("path", .string(most: 2048), "Only what is below this."),
            .init("format", .choice(["json", "patch"]), "A list (json, without this), or a unified diff."),
        ],
        answers: [
            .json(
                .object([
                    .init("base", .nullable(.string()), required: true, "What it is compared with."),
                    .init("changes", .array(.named("Change")), required: true, "By path."),
                ]), "What changed."), .bytes("text/x-diff", "As a unified diff."),
        ], isCacheable: true
    ) { call, service in
        let (session, name) = (try call.listed, call.path["snapshot"] ?? "")
        var options = SnapshotComparison.Options()
        if let path = call.text("path"), !path.isEmpty { options.paths = [try RelativePath(printable: path)] }
        options.countsLines = true
        let (wanted, isPatch, base) = (options, call.text("format") == "patch", call.text("base"))
        return try await service.work {
            let reading = SnapshotReading(service)
            let (old, new, oldName) = try reading.sides(session, name, base: base)
            let comparison = SnapshotComparison(old, new)
            if isPatch { return .bytes(try comparison.patch(wanted), type: "text/x-diff; charset=utf-8") }
            return .json([
                "base": .string(oldName), "changes": .array(try comparison.changes(wanted).map(Self.json)),
            ])
        }
    }

    private static func json(_ change: FileChange) -> JSON {
        [
            "path": .string(change.path.printable), "oldPath": .optional(change.oldPath?.printable),
            "status": .string(change.kind.rawValue), "lines_added": .optional(change.added),
            "lines_removed": .optional(change.deleted), "binary": .bool(change.isBinary),
        ]
    }
}

/// A file of a snapshot that is sent in parts.
private struct FileOfSnapshot: Sendable {
    let session: SessionEntry
    let snapshot: String
    let path: RelativePath
    let size: UInt64

    private static let part = 1 << 20

    func write(to writer: any PartWriter, _ service: RESTService) async throws {
        var offset: UInt64 = 0
        while offset < size {
            let start = offset
            let bytes = try await service.work {
                let tree = try SnapshotReading(service).tree(session, snapshot)
                return try tree.read(path, from: start, count: Int(min(UInt64(Self.part), size - start)))
            }
            guard !bytes.isEmpty else { return }
            try await writer.write(Part(bytes: bytes))
            offset += UInt64(bytes.count)
        }
    }
}
