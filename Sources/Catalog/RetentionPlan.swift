/// What goes, in which order and why, and what stays though a limit says it should go. A pure function of what there is.
public struct RetentionPlan: Hashable, Sendable {
    public struct Removal: Hashable, Sendable {
        public enum Subject: Hashable, Sendable {
            case branch(name: String, store: String)
            /// With its snapshots, of which those that branches need stay.
            case session(String)
            /// Of a session that is gone already: the numbers.
            case snapshots(session: String, numbers: [Int64])
        }

        public var subject: Subject
        public var reason: String
        /// What it takes up.
        public var bytes: Int64
    }

    public struct Kept: Hashable, Sendable {
        /// A session's id, a branch's name, or a snapshot's.
        public var subject: String
        public var isSnapshot = false
        public var reason: String
    }

    /// In this order nothing that is still there needs what is gone: branches, then sessions, oldest first, then single snapshots.
    public var removals: [Removal] = []
    public var kept: [Kept] = []

    public var bytes: Int64 { removals.reduce(0) { $0 + $1.bytes } }

    /// - Parameter now: milliseconds since 1970. A session that ends later (the clock was set back) has no age.
    public init(_ policy: RetentionPolicy, _ graph: RetentionGraph, now: Int64) {
        var bytes: [String: Int64] = [:]
        for snapshot in graph.snapshots { bytes[snapshot.session, default: 0] += snapshot.bytes }
        let going = Self.outdated(policy, graph, bytes, now)
        for session in graph.sessions {
            guard let reason = going[session.id], let why = Self.protection(session) else { continue }
            kept.append(Kept(subject: session.id, reason: "\(why), though \(reason)"))
        }
        let gone = Set(graph.sessions.filter { going[$0.id] != nil && Self.protection($0) == nil }.map(\.id))
        let known = Set(graph.sessions.map(\.id))
        var needed: [String: Set<Int64>] = [:]
        for branch in graph.branches.sorted(by: { ($0.store, $0.name) < ($1.store, $1.name) }) {
            // Of a session that was removed by hand, its branch was said to stay.
            let wasRemoved = { (session: String) in
                !known.contains(session) && graph.removed.contains(session) && !graph.removedByHand.contains(session)
            }
            if let session = branch.session, gone.contains(session) || wasRemoved(session) {
                if let why = Self.protection(branch) {
                    kept.append(Kept(subject: branch.name, reason: "\(why), though its session goes"))
                } else {
                    removals.append(
                        Removal(
                            subject: .branch(name: branch.name, store: branch.store),
                            reason: going[session].map { "its session \(session) goes: \($0)" }
                                ?? "its session \(session) went by retention before", bytes: 0))
                    continue
                }
            }
            needed[branch.parentSession, default: []].insert(branch.parentNumber)
        }
        let oldestFirst = graph.sessions.filter { gone.contains($0.id) }
            .sorted { ($0.endedAt, $0.id) < ($1.endedAt, $1.id) }
        for session in oldestFirst {
            removals.append(
                Removal(
                    subject: .session(session.id), reason: going[session.id] ?? "",
                    bytes: session.bytes + bytes[session.id, default: 0]))
            for number in (needed[session.id] ?? []).sorted() {
                kept.append(
                    Kept(subject: "\(session.id)@\(number)", isSnapshot: true, reason: "a branch was made of it"))
            }
        }
        addForgotten(graph, known, needed)
    }

    /// Snapshots of sessions that went before, and that nothing needs any more.
    private mutating func addForgotten(
        _ graph: RetentionGraph, _ known: Set<String>, _ needed: [String: Set<Int64>]
    ) {
        var forgotten: [String: (numbers: [Int64], bytes: Int64)] = [:]
        for snapshot in graph.snapshots where graph.removed.contains(snapshot.session) {
            guard !known.contains(snapshot.session), needed[snapshot.session]?.contains(snapshot.number) != true else {
                continue
            }
            forgotten[snapshot.session, default: ([], 0)].numbers.append(snapshot.number)
            forgotten[snapshot.session, default: ([], 0)].bytes += snapshot.bytes
        }
        for (session, found) in forgotten.sorted(by: { $0.key < $1.key }) {
            removals.append(
                Removal(
                    subject: .snapshots(session: session, numbers: found.numbers.sorted()),
                    reason: "its session is gone and no branch needs it any more", bytes: found.bytes))
        }
    }

    private static func protection(_ session: RetentionGraph.Session) -> String? {
        if session.isPinned { return "pinned" }
        if session.isRunning { return "it runs" }
        if let use = session.use { return use }
        return session.isElsewhere ? "its recording lies in a file of your choice" : nil
    }

    private static func protection(_ branch: RetentionGraph.Branch) -> String? {
        if branch.isInUse { return "a process works in it" }
        return branch.isOwnFolder ? "its folder is of your choice" : nil
    }

    /// The sessions beyond a limit of their group, with the reason.
    private static func outdated(
        _ policy: RetentionPolicy, _ graph: RetentionGraph, _ snapshots: [String: Int64], _ now: Int64
    ) -> [String: String] {
        var reasons: [String: String] = [:]
        for (group, members) in Dictionary(grouping: graph.sessions, by: { policy.group(of: $0) }) {
            let limits = policy.limits(group)
            guard !limits.isEmpty else { continue }
            var total: Int64 = 0
            let newestFirst = members.sorted { ($0.endedAt, $0.id) > ($1.endedAt, $1.id) }
            for (index, session) in newestFirst.enumerated() {
                total += session.bytes + snapshots[session.id, default: 0]
                if let count = limits.count, index >= count {
                    reasons[session.id] = "there are more than \(count) sessions\(group.name)"
                } else if let age = limits.age, now - session.endedAt > age {
                    reasons[session.id] = "it is older than \(RetentionText.age(age))"
                } else if let size = limits.size, total > size {
                    reasons[session.id] =
                        "all newer ones\(group.name) and it take more than \(RetentionText.size(size))"
                }
            }
        }
        return reasons
    }
}

/// Ages and sizes as they are written in settings.
enum RetentionText {
    private static let ages: [(Int64, String)] = [
        (7 * 86_400_000, "w"), (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"), (1, "ms"),
    ]
    private static let sizes: [(Int64, String)] = [
        (1 << 40, "T"), (1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K"), (1, ""),
    ]

    static func age(_ milliseconds: Int64) -> String { text(milliseconds, ages) }
    static func size(_ bytes: Int64) -> String { text(bytes, sizes) }

    private static func text(_ value: Int64, _ units: [(Int64, String)]) -> String {
        let unit = units.first { value >= $0.0 && value % $0.0 == 0 } ?? (1, units[units.count - 1].1)
        return "\(value / unit.0)\(unit.1)"
    }
}
