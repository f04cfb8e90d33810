import Catalog
import Glibc
import Recording
import SessionHost
import Snapshots

/// Routes about what happened in a session, and about going on from there.
enum TimelineRoutes {
    static let all = [timeline, addMoment, listSnapshots, takeSnapshot, seek, branch, branches]

    private static let timeline = Route(
        method: "GET", path: "/sessions/{id}/timeline", name: "getTimeline", summary: "Moments and snapshots, in order",
        role: .viewer, answers: [.json(.named("Timeline"), "The timeline.")], isCacheable: true
    ) { call, service in
        let session = try call.listed
        return .json(SessionJSON.timeline(try await service.work { try service.catalogue.timeline(of: session) }))
    }

    private static let addMoment = Route(
        method: "POST", path: "/sessions/{id}/moments", name: "addMoment",
        summary: "Mark a moment in a running session; it is on disk when this is answered", role: .operator,
        body: .object([
            .init("label", .string(least: 1, most: 500), required: true, "What it says."),
            .init("description", .nullable(.string(most: 5000)), "More about it."),
            .init("type", .nullable(.string(least: 1, most: 100)), "milestone, manual, …; manual without it."),
        ]), answers: [.json(.named("Moment"), status: 201, "The moment.")]
    ) { call, service in
        let session = try call.listed
        let socket = try session.hostSocket
        let request = MomentRequest(
            label: call.body["label"]?.text ?? "", type: call.body["type"]?.text ?? "manual",
            description: call.body["description"]?.text)
        let report = try await service.work {
            try SessionSteering(sessionID: session.id, socketPath: socket).mark(request)
        }
        let moment = report.moment
        return .json(
            SessionJSON.moment(
                moment.id, report.time, moment.label, isAutomatic: moment.isAutomatic, moment.type, moment.description,
                attributes: nil), status: 201)
    }

    private static let listSnapshots = Route(
        method: "GET", path: "/sessions/{id}/fs-snapshots", name: "listSnapshots",
        summary: "A session's snapshots, with the branches that were made of them", role: .viewer,
        query: [
            .init("branchable", .boolean, "Only those that are still there (true), or that aren't (false)."),
            .init("limit", .integer(1...1000), "At most so many, the first ones; 200 without it."),
        ],
        answers: [
            .json(
                .object([
                    .init("snapshots", .array(.named("FsSnapshot")), required: true, "In the order of time."),
                    .init("total", .integer(), required: true, "How many there are in all."),
                ]), "The snapshots.")
        ], isCacheable: true
    ) { call, service in
        let session = try call.listed
        let (timeline, branches) = try await service.work {
            try service.catalogue.bringUpToDate(.everything)
            return (try service.catalogue.timeline(of: session), try service.catalogue.branches(ofSession: session.id))
        }
        let wanted = timeline.snapshots.filter { snapshot in
            call.flag("branchable").map { $0 == (snapshot.store != nil) } ?? true
        }
        let visible = branches.filter { $0.session.map(call.principal.maySee) ?? true }
        let users = Dictionary(grouping: visible, by: \.parentNumber)
        return .json([
            "snapshots": .array(
                wanted.prefix(call.integer("limit") ?? 200).map { snapshot in
                    let names = (users[snapshot.number] ?? []).map { JSON.string($0.session ?? $0.name) }
                    return SessionJSON.snapshot(snapshot, [.init(name: "used_in_branches", value: .array(names))])
                }), "total": .int(wanted.count),
        ])
    }

    private static let takeSnapshot = Route(
        method: "POST", path: "/sessions/{id}/fs-snapshots", name: "takeSnapshot",
        summary: "Snapshot a running session's workspace; it is durable when this is answered", role: .operator,
        body: .object([
            .init("label", .nullable(.string(most: 500)), "What it is called."),
            .init("description", .nullable(.string(most: 5000)), "More about it: told in a moment of its own."),
        ]), answers: [.json(.named("FsSnapshot"), status: 201, "The snapshot.")]
    ) { call, service in
        let session = try call.listed
        let socket = try session.hostSocket
        let label = call.body["label"]?.text ?? ""
        let description = call.body["description"]?.text
        let report = try await service.work {
            let steering = try SessionSteering(sessionID: session.id, socketPath: socket)
            if let description, !description.isEmpty {
                _ = try steering.mark(
                    MomentRequest(
                        label: label.isEmpty ? "snapshot" : label, type: "manual", description: description))
            }
            return try steering.snapshot(SnapshotDemand(label: label), milliseconds: 300_000)
        }
        return .json(
            SessionJSON.snapshot(
                report.reference.id, report.time, report.reference.label, session: session.id,
                report.reference.provider, report.reference.reason,
                size: report.reference.size.map { Int64(clamping: $0) }, takenAt: nil, isThere: true), status: 201)
    }

    private static let seek = Route(
        method: "POST", path: "/sessions/{id}/seek", name: "seek",
        summary: "Find the files as they were at a time, and show them at a folder if that is wanted", role: .operator,
        body: .object([
            .init("ts", .nullable(.number(0...1e10)), "Seconds since the start."),
            .init("fsSnapshotId", .nullable(.string(least: 1, most: 300)), "Or a snapshot."),
            .init("mountReadonly", .nullable(.boolean), "Show it at a folder, for reading only."),
            .init("pausePlayer", .nullable(.boolean), "Given back: the player is the client's own."),
        ]),
        answers: [
            .json(
                .object([
                    .init("seekTime", .number(), required: true, "The time."),
                    .init("fsSnapshotId", .nullable(.string()), required: true, "The snapshot at or before it."),
                    .init("mountPath", .nullable(.string()), required: true, "Where its files can be read."),
                    .init("playerPaused", .boolean, required: true, "As it was asked for."),
                    .init(
                        "workspaceView", .choice(["readonly", "none"]), required: true,
                        "Whether there is a folder to look at."),
                ]), "Where that is.")
        ]
    ) { call, service in
        let session = try call.listed
        let time = call.body["ts"]?.double.map(Call.milliseconds)
        let name = call.body["fsSnapshotId"]?.text
        let mounts = call.body["mountReadonly"]?.isTrue == true
        let (snapshot, mount) = try await service.work {
            let timeline = try service.catalogue.timeline(of: session)
            // Without snapshots there is still a time to go to, but nothing to look at.
            guard !timeline.snapshots.isEmpty || name != nil || mounts else {
                return (nil, nil) as (SnapshotEntry?, String?)
            }
            let snapshot = try timeline.snapshot(named: name, at: time)
            guard mounts else { return (snapshot, nil) }
            return (snapshot, try service.seekMounts.show(snapshot.name))
        }
        return .json([
            "seekTime": .seconds(time ?? snapshot?.time ?? session.duration),
            "fsSnapshotId": snapshot.map { .string(SnapshotID.text($0.number)) } ?? .null,
            "mountPath": .optional(mount), "playerPaused": .bool(call.body["pausePlayer"]?.isTrue == true),
            "workspaceView": mount == nil ? "none" : "readonly",
        ])
    }

    private static let branch = Route(
        method: "POST", path: "/sessions/{id}/session-branch", name: "branchSession",
        summary: "Start a new session from the files as they were", role: .operator,
        body: .object([
            .init("fromTs", .nullable(.number(0...1e10)), "Seconds since the start."),
            .init("fsSnapshotId", .nullable(.string(least: 1, most: 300)), "Or a snapshot."),
            .init("name", .nullable(.string(least: 1, most: 64)), "A name for the branch and its session."),
            .init("injectedMessage", .nullable(.string(most: 200_000)), "What its program is told once it is ready."),
            .init(
                "trustHooks", .nullable(.boolean),
                "Whether Codex is to run the hooks of this session, which it otherwise asks its user about."),
            .init("autoSummarize", .nullable(.boolean), "Isn't done; a remark says so."),
        ]), answers: [.json(.named("Branch"), status: 201, "The new session, which runs.")]
    ) { call, service in
        guard call.principal.sessions == nil else {
            throw RESTError.forbidden(reason: "this token is for some sessions only, so it can't start others")
        }
        let parent = try call.listed
        let body = call.body
        try BranchArguments.check(body)
        let (session, snapshot, workspace) = try await service.work {
            let snapshot = try service.catalogue.timeline(of: parent).snapshot(
                named: body["fsSnapshotId"]?.text, at: body["fromTs"]?.double.map(Call.milliseconds))
            let arguments = BranchArguments(snapshot, body)
            let id = try service.launcher.start { arguments.words(sessionID: $0) }
            // Branches are read with all that is stored only.
            try service.catalogue.bringUpToDate(.everything)
            let session = try service.catalogue.resolve(id, isStrict: true)
            let made = try service.catalogue.branches(ofSession: parent.id).first { $0.session == id }
            return (session, snapshot, made?.folder)
        }
        service.forgetBranches(of: parent.id)
        var answer = SessionJSON.branch(session).members
        for (name, value) in [
            ("branchFromTs", body["fromTs"] ?? snapshot.time.map { .seconds($0) } ?? .null),
            ("fsSnapshotId", .string(SnapshotID.text(snapshot.number))),
            ("parentSessionId", .string(parent.id)),
        ] as [(String, JSON)] {
            if let index = answer.firstIndex(where: { $0.name == name }) { answer[index].value = value }
        }
        let remarks: [JSON] = body["autoSummarize"]?.isTrue == true ? ["autoSummarize isn't done here"] : []
        answer += [
            .init(name: "workspaceMount", value: .optional(workspace)), .init(name: "remarks", value: .array(remarks)),
        ]
        var created = Answer.json(.object(answer), status: 201)
        created.headers.append(("Location", "\(Interface.base)/sessions/\(session.id)"))
        return created
    }

    private static let branches = Route(
        method: "GET", path: "/sessions/{id}/branches", name: "listBranches",
        summary: "The sessions that were branched off this one", role: .viewer,
        answers: [
            .json(
                .object([
                    .init("branches", .array(.named("Branch")), required: true, "Oldest first."),
                    .init("total", .integer(), required: true, "How many there are."),
                ]), "The branches.")
        ], isCacheable: true
    ) { call, service in
        let session = try call.listed
        service.forgetBranches(of: session.id)
        let found = try await service.branchNews(of: session.id).filter { call.principal.maySee($0.id) }
        return .json(["branches": .array(found.map(SessionJSON.branch)), "total": .int(found.count)])
    }
}

/// What `ah` is called with to start a session from a snapshot.
struct BranchArguments: Sendable {
    private let options: [String]
    private let snapshot: String

    /// The program again, or the agent with its conversation up to there.
    init(_ snapshot: SnapshotEntry, _ body: JSON) {
        var words = ["agent", "branch", "--detach"]
        if let name = body["name"]?.text { words.append("--name=\(name)") }
        if let message = body["injectedMessage"]?.text, !message.isEmpty { words.append("--message=\(message)") }
        if body["trustHooks"]?.isTrue == true { words.append("--trust-hooks") }
        options = words
        self.snapshot = snapshot.name
    }

    /// - Throws: `invalid` for a name that no branch or no session may have.
    static func check(_ body: JSON) throws(RESTError) {
        guard let name = body["name"]?.text else { return }
        do {
            try Branch.check(name: name)
            try SessionNotes.check(name: name)
        } catch {
            throw .invalid([.init(field: "name", message: "isn't one: \(error)")])
        }
    }

    func words(sessionID: String) -> [String] { options + ["--session-id=\(sessionID)", "--", snapshot] }
}
