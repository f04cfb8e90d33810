/// The shapes that answers have, by the names that the interface's description gives them.
enum Schemas {
    static let named: [(name: String, schema: Schema)] = [
        ("Problem", problem), ("Session", session), ("Moment", moment), ("FsSnapshot", snapshot),
        ("Timeline", timeline),
        ("Branch", branch), ("Health", health), ("Agent", agent), ("Control", control), ("SearchHit", hit),
        ("Entry", entry), ("Change", change),
    ]

    static let byName = Dictionary(named.map { ($0.name, $0.schema) }) { $1 }

    private static func text(_ name: String, _ summary: String) -> Schema.Property {
        .init(name, .string(), required: true, summary)
    }
    private static func maybe(_ name: String, _ schema: Schema, _ summary: String) -> Schema.Property {
        .init(name, .nullable(schema), required: true, summary)
    }
    private static func maybe(_ name: String, _ summary: String) -> Schema.Property {
        maybe(name, .string(), summary)
    }
    private static func seconds(_ name: String, _ summary: String) -> Schema.Property {
        .init(name, .number(), required: true, summary)
    }
    private static func count(_ name: String, _ summary: String) -> Schema.Property {
        .init(name, .integer(), required: true, summary)
    }

    static let problem = Schema.object([
        text("type", "about:blank: the status says it."), text("title", "What is wrong, for all such problems."),
        count("status", "As in the status line."), text("detail", "What is wrong here, and what to do."),
        .init(
            "errors",
            .array(.object([text("field", "Which part of the request."), text("message", "What of it isn't right.")])),
            required: true, "One for each part of the request that isn't right."),
    ])

    static let status = Schema.choice(SessionJSON.statuses)

    static let session = Schema.object([
        text("id", "The session's id."), maybe("name", "The name it was given."),
        .init("status", status, required: true, "Where it is in its life."),
        .init("command", .array(.string()), required: true, "The program and its arguments."),
        maybe("cwd", "The folder it started in."), maybe("agent", "The agent that runs in it."),
        maybe("prompt", "What the agent was told first."), maybe("origin", "Who started it."),
        maybe("state", "What its program is doing, as its host knows it, or how it ended: starting, working, idle, …"),
        maybe("stateSource", "Who told of that: hook, screen rule, exit, …"),
        maybe("stateEvidence", "What told of it: an event's name, a line of the screen."),
        maybe("stateSinceSec", .number(), "Since when, in seconds from its start."),
        text("createdAt", "When it started."),
        maybe("completedAt", "When it ended."), seconds("durationSec", "How long it ran, or has run so far."),
        maybe("exitCode", .integer(), "The program's exit status."),
        maybe("exitSignal", .integer(), "The signal that ended it."),
        .init("tags", .array(.string()), required: true, "Its tags."),
        .init("pinned", .boolean, required: true, "Whether retention leaves it alone."),
        .init("recording", recording, required: true, "Its recording."), count("moments", "How many there are."),
        count("fsSnapshots", "How many there are."), maybe("parentSessionId", "The session it was branched off."),
        maybe("branchFromTs", .number(), "The parent's time at which it was."),
        maybe("fsSnapshotId", "The parent's snapshot that it started from."),
    ])

    static let recording = Schema.object([
        .init("format", .choice(["ahr"]), required: true, "The recording's own format."),
        text("uri", "Where its bytes are."), count("width", "Columns at the start."),
        count("height", "Rows at the start."),
    ])

    static let moment = Schema.object([
        text("id", "m1, m2, …, in the order of their making."), seconds("ts", "When it was."),
        text("label", "What it says."),
        .init("kind", .choice(["auto", "manual"]), required: true, "Whether a program made it by itself."),
        text("type", "tool_boundary, milestone, manual, …"),
        maybe("description", "More about it."), .init("attributes", .map(.string()), "Facts about it."),
    ])

    static let stored = Schema.object([
        text("id", "SESSION@N, as on the command line."),
        maybe("mount", "Where it can be looked at, if it is mounted."),
        maybe("size_bytes", .integer(), "What it added to the store."),
        .init("created_at", .nullable(.string()), "When it was taken."),
    ])

    static let snapshot = Schema.object([
        text("id", "s1, s2, …"), seconds("ts", "When it was taken."), text("label", "What it is called."),
        maybe("provider", "What took it."), .init("snapshot", stored, required: true, "Where it is kept."),
        .init("branchable", .boolean, required: true, "Whether it is still there."),
        .init("reason", .nullable(.string()), "Why it was taken."),
        .init("used_in_branches", .array(.string()), "Names of the branches that were made of it."),
    ])

    static let timeline = Schema.object([
        text("sessionId", "The session."), seconds("durationSec", "How long it is so far."),
        seconds("currentTime", "Where it is now."),
        .init(
            "recording",
            .object([
                .init("format", .choice(["ahr"]), required: true, "Its format."), text("uri", "Where its bytes are."),
                count("width", "Columns."), count("height", "Rows."),
                .init("hasInput", .boolean, required: true, "Whether what was typed is in it."),
            ]), required: true, "Its recording."),
        .init("moments", .array(.named("Moment")), required: true, "In the order of time."),
        .init("fsSnapshots", .array(.named("FsSnapshot")), required: true, "In the order of time."),
    ])

    static let branch = Schema.object([
        text("id", "The branch's session."), maybe("name", "Its name."), text("parentSessionId", "What it came from."),
        maybe("branchFromTs", .number(), "The parent's time."), maybe("fsSnapshotId", "The parent's snapshot."),
        maybe("injectedMessageId", "Set when it began with a message."),
        .init("status", status, required: true, "Where it is in its life."),
        .init("createdAt", .string(), "When it was made."),
        .init("workspaceMount", .nullable(.string()), "Where its files are."),
        .init("remarks", .array(.string()), "What was asked for and isn't done."),
    ])

    static let health = Schema.object([
        .init("status", .choice(["ok", "degraded"]), required: true, "Whether all is well."),
        text("version", "The program's."), seconds("uptimeSec", "Since the server started."),
        .init("problems", .array(.string()), required: true, "What isn't well."),
    ])

    static let agent = Schema.object([
        text("type", "As POST /sessions takes it."), text("name", "What people call it."),
        .init("installed", .boolean, required: true, "Whether its program was found."),
        maybe("path", "Its program."), maybe("version", "What it says of itself."),
        text("howToGet", "What to do when it isn't there."),
    ])

    static let control = Schema.object([
        text("sessionId", "The session."), .init("status", status, required: true, "Where it is going."),
    ])

    static let hit = Schema.object([
        text("sessionId", "The session."), seconds("ts", "When the text came onto the screen."),
        text("text", "The line that it is in."), .init("name", .nullable(.string()), "The session's name."),
    ])

    static let entry = Schema.object([
        text("path", "Below the workspace; what isn't printable is escaped."),
        text("kind", "file, folder, link, …"), count("mode", "Permission bits."), count("size", "Bytes."),
        maybe("modified", "When it was changed last."), maybe("note", "Why it is missing."),
    ])

    static let change = Schema.object([
        text("path", "Below the workspace."), maybe("oldPath", "Where it was before."),
        text("status", "added, deleted, modified, renamed, retyped or attributes."),
        maybe("lines_added", .integer(), "For text."), maybe("lines_removed", .integer(), "For text."),
        .init("binary", .boolean, required: true, "Whether it isn't text."),
    ])
}
