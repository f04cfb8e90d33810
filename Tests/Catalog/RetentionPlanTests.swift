import TestSupport
import Testing

@testable import Catalog

/// What goes and what stays: decided without touching anything.
struct RetentionPlanTests {
    private let now: Int64 = 1_000_000_000

    private func session(_ id: String, age: Int64, bytes: Int64 = 10) -> RetentionGraph.Session {
        RetentionGraph.Session(id: id, endedAt: now - age, bytes: bytes)
    }

    private func going(_ plan: RetentionPlan) -> [String] {
        plan.removals.compactMap { if case .session(let id) = $0.subject { id } else { nil } }
    }

    @Test func `nothing goes without limits`() {
        var graph = RetentionGraph()
        graph.sessions = (0..<50).map { session("\($0)", age: Int64($0) * 1000) }
        #expect(RetentionPlan(RetentionPolicy(), graph, now: now).removals.isEmpty)
    }

    @Test func `count, age and size each name the oldest, and say why`() {
        var graph = RetentionGraph()
        graph.sessions = [session("a", age: 10), session("b", age: 20), session("c", age: 30)]
        var policy = RetentionPolicy()
        policy.standard.count = 2
        #expect(going(RetentionPlan(policy, graph, now: now)) == ["c"])
        policy.standard = .init(age: 15)
        let plan = RetentionPlan(policy, graph, now: now)
        #expect(going(plan) == ["c", "b"] && plan.removals[0].reason.contains("older than"))
        policy.standard = .init(size: 25)
        graph.snapshots = [.init(session: "b", number: 1, bytes: 6)]
        #expect(going(RetentionPlan(policy, graph, now: now)) == ["c", "b"])
        #expect(RetentionPlan(policy, graph, now: now).bytes == 26)
    }

    @Test func `a clock that was set back makes nothing old`() {
        var graph = RetentionGraph()
        graph.sessions = [session("future", age: -5_000_000), session("past", age: 10)]
        var policy = RetentionPolicy()
        policy.standard.age = 1000
        #expect(RetentionPlan(policy, graph, now: now).removals.isEmpty)
    }

    @Test func `limits of a tag win over those of the nearest project, and these over the others`() {
        var graph = RetentionGraph()
        graph.sessions = ["a", "b", "c", "d"].map { session($0, age: 100) }
        graph.sessions[0].folder = "/srv/x/deep"
        graph.sessions[1].folder = "/srv/x/deep/er"
        graph.sessions[1].tags = ["keep"]
        graph.sessions[2].folder = "/srv/xy"
        var policy = RetentionPolicy()
        policy.standard.age = 1000
        policy.projects = ["/srv/x": .init(age: 10), "/srv": .init(age: 1000)]
        policy.tags = ["keep": .init()]
        #expect(going(RetentionPlan(policy, graph, now: now)) == ["a"])
    }

    @Test func `pinned, running and far recordings stay, and it is said`() {
        var graph = RetentionGraph()
        graph.sessions = ["a", "b", "c", "d"].map { session($0, age: 100) }
        graph.sessions[0].isPinned = true
        graph.sessions[1].isRunning = true
        graph.sessions[2].isElsewhere = true
        var policy = RetentionPolicy()
        policy.standard.count = 0
        let plan = RetentionPlan(policy, graph, now: now)
        #expect(going(plan) == ["d"] && plan.kept.map(\.subject) == ["a", "b", "c"])
    }

    @Test func `a session's branch goes before it, one made by hand keeps its snapshot`() {
        var graph = RetentionGraph()
        graph.sessions = [session("parent", age: 200), session("child", age: 100)]
        graph.snapshots = [
            .init(session: "parent", number: 1, bytes: 1), .init(session: "gone", number: 1, bytes: 1),
            .init(session: "gone", number: 2, bytes: 1), .init(session: "moved", number: 1, bytes: 1),
        ]
        graph.branches = [
            .init(name: "auto", store: "s", parentSession: "parent", parentNumber: 1, session: "child"),
            .init(name: "mine", store: "s", parentSession: "gone", parentNumber: 1, session: nil),
        ]
        graph.removed = ["gone"]
        var policy = RetentionPolicy()
        policy.standard.count = 0
        let plan = RetentionPlan(policy, graph, now: now)
        #expect(
            plan.removals.map(\.subject) == [
                .branch(name: "auto", store: "s"), .session("parent"), .session("child"),
                .snapshots(session: "gone", numbers: [2]),
            ])
        graph.branches[0].isInUse = true
        let other = RetentionPlan(policy, graph, now: now)
        #expect(!other.removals.contains { $0.subject == .branch(name: "auto", store: "s") })
        #expect(other.kept.contains { $0.subject == "parent@1" })
    }

    @Test func `the branch of a session that was removed by hand stays; one whose session went by a limit goes, named`()
    {
        var graph = RetentionGraph()
        graph.sessions = [session("parent", age: 200)]
        graph.snapshots = [.init(session: "parent", number: 1, bytes: 1)]
        graph.branches = [
            .init(name: "told", store: "s", parentSession: "parent", parentNumber: 1, session: "hand"),
            .init(name: "late", store: "s", parentSession: "parent", parentNumber: 1, session: "limit"),
        ]
        graph.removed = ["hand", "limit"]
        graph.removedByHand = ["hand"]
        var policy = RetentionPolicy()
        policy.standard.count = 1000
        let plan = RetentionPlan(policy, graph, now: now)
        #expect(plan.removals.map(\.subject) == [.branch(name: "late", store: "s")])
        #expect(plan.removals.first?.reason.contains("limit went by retention") == true)
    }

    @Test func `what somebody looks at stays, and of a kept snapshot it is said that it is one`() {
        var graph = RetentionGraph()
        graph.sessions = [session("seen", age: 300), session("parent", age: 200)]
        graph.sessions[0].use = "its recording is open in a replay"
        graph.branches = [.init(name: "mine", store: "s", parentSession: "parent", parentNumber: 1, session: nil)]
        var policy = RetentionPolicy()
        policy.standard.count = 0
        let plan = RetentionPlan(policy, graph, now: now)
        #expect(going(plan) == ["parent"])
        #expect(plan.kept.contains { $0.subject == "seen" && $0.reason.contains("replay") && !$0.isSnapshot })
        #expect(plan.kept.contains { $0.subject == "parent@1" && $0.isSnapshot })
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `nothing that stays needs what goes, and what is protected stays`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let graph = Self.graph(&random)
        var policy = RetentionPolicy()
        if Bool.random(using: &random) { policy.standard.count = .random(in: 0...20, using: &random) }
        if Bool.random(using: &random) { policy.standard.age = .random(in: 0...1000, using: &random) }
        if Bool.random(using: &random) { policy.standard.size = .random(in: 0...500, using: &random) }
        if Bool.random(using: &random) { policy.tags["t1"] = .init(count: .random(in: 0...3, using: &random)) }
        if Bool.random(using: &random) { policy.projects["/p1"] = .init(age: .random(in: 0...1000, using: &random)) }
        let plan = RetentionPlan(policy, graph, now: now)
        check(plan, graph)
        // What is left after it is within the limits: carrying it out again changes nothing.
        let rest = Self.apply(plan, graph)
        #expect(RetentionPlan(policy, rest, now: now).removals.isEmpty, "seed \(seed)")
    }

    private func check(_ plan: RetentionPlan, _ graph: RetentionGraph) {
        let rest = Self.apply(plan, graph)
        let left = Set(rest.snapshots.map { "\($0.session)@\($0.number)" })
        let before = Set(graph.snapshots.map { "\($0.session)@\($0.number)" })
        for branch in rest.branches {
            let parent = "\(branch.parentSession)@\(branch.parentNumber)"
            #expect(left.contains(parent) || !before.contains(parent), "\(branch.name) lost \(parent)")
        }
        let sessions = Set(rest.sessions.map(\.id))
        for snapshot in graph.snapshots where sessions.contains(snapshot.session) {
            #expect(left.contains("\(snapshot.session)@\(snapshot.number)"))
        }
        let branches = Set(rest.branches.map(\.name))
        for branch in graph.branches where branch.session.map(sessions.contains) ?? true {
            #expect(branches.contains(branch.name))
        }
        for branch in graph.branches where branch.isInUse || branch.isOwnFolder {
            #expect(branches.contains(branch.name))
        }
        for session in graph.sessions where session.isPinned || session.isRunning || session.isElsewhere {
            #expect(sessions.contains(session.id))
        }
    }

    /// What carrying it out leaves.
    private static func apply(_ plan: RetentionPlan, _ graph: RetentionGraph) -> RetentionGraph {
        var rest = graph
        for removal in plan.removals {
            switch removal.subject {
            case .branch(let name, _): rest.branches.removeAll { $0.name == name }
            case .session(let id):
                rest.sessions.removeAll { $0.id == id }
                rest.removed.insert(id)
                let needed = Set(rest.branches.filter { $0.parentSession == id }.map(\.parentNumber))
                rest.snapshots.removeAll { $0.session == id && !needed.contains($0.number) }
            case .snapshots(let session, let numbers):
                rest.snapshots.removeAll { $0.session == session && numbers.contains($0.number) }
            }
        }
        return rest
    }

    private static func graph(_ random: inout SeededRandom) -> RetentionGraph {
        var graph = RetentionGraph()
        let count = Int.random(in: 0...30, using: &random)
        for index in 0..<count {
            var session = RetentionGraph.Session(
                id: "s\(index)", endedAt: 1_000_000_000 - .random(in: -100...1500, using: &random),
                bytes: .random(in: 0...100, using: &random))
            session.isPinned = Int.random(in: 0..<8, using: &random) == 0
            session.isRunning = Int.random(in: 0..<8, using: &random) == 0
            session.isElsewhere = Int.random(in: 0..<8, using: &random) == 0
            if Bool.random(using: &random) { session.tags = ["t\(Int.random(in: 0...2, using: &random))"] }
            if Bool.random(using: &random) { session.folder = "/p\(Int.random(in: 0...2, using: &random))/x" }
            graph.sessions.append(session)
        }
        // Some snapshots and branches are of sessions that went before, or of which nothing is known.
        graph.removed = ["r0", "r1"]
        let owners = graph.sessions.map(\.id) + ["r0", "r1", "unknown", "manual-1"]
        for owner in owners {
            for number in 0..<Int.random(in: 0...3, using: &random) {
                graph.snapshots.append(
                    .init(session: owner, number: Int64(number + 1), bytes: .random(in: 0...20, using: &random)))
            }
        }
        for index in 0..<Int.random(in: 0...12, using: &random) {
            guard let parent = graph.snapshots.randomElement(using: &random) else { break }
            var branch = RetentionGraph.Branch(
                name: "b\(index)", store: "s", parentSession: parent.session, parentNumber: parent.number,
                session: Bool.random(using: &random) ? owners.randomElement(using: &random) : nil)
            branch.isInUse = Int.random(in: 0..<6, using: &random) == 0
            branch.isOwnFolder = Int.random(in: 0..<6, using: &random) == 0
            graph.branches.append(branch)
        }
        return graph
    }
}
