import ArgumentParser
import Catalog
import Recording

struct SessionTreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Show which sessions branched from which.")

    @Argument(help: "Only the tree that this session is in.")
    var session: String?

    @Flag(help: "Sessions without branches too.")
    var all = false

    @Flag(help: "As JSON.")
    var json = false

    struct Node: Encodable {
        var id: String
        var name: String?
        var status: String
        var command: [String]
        /// Of its parent, that it branched from.
        var snapshot: Int64?
        var children: [Node]
    }

    func run() throws {
        let desk = try CatalogueDesk()
        let wanted = try session.map { try desk.session($0).id }
        try desk.catalogue.bringUpToDate()
        let tree = SessionTree(
            try desk.catalogue.sessions(), removed: try desk.catalogue.tombstones())
        desk.sayRemarks()
        var roots = tree.roots
        if let wanted { roots = roots.filter { $0.contains(wanted) } }
        if session == nil, !all { roots = roots.filter { !$0.children.isEmpty } }
        if json { return Program.say(try JSONText.text(roots)) }
        guard !roots.isEmpty else { return Program.complain("no session has branches; --all shows them all the same") }
        for root in roots { say(root, "", "") }
    }

    private func say(_ node: Node, _ first: String, _ rest: String) {
        let title = node.name ?? CommandText.text(node.command)
        let place = node.snapshot.map { "@\($0) → " } ?? ""
        Program.say(first + HarmlessText.oneLine("\(place)\(SessionText.short(node.id))  \(node.status)  \(title)"))
        for (index, child) in node.children.enumerated() {
            let isLast = index == node.children.count - 1
            say(child, rest + (isLast ? "└─ " : "├─ "), rest + (isLast ? "   " : "│  "))
        }
    }
}

extension SessionTreeCommand.Node {
    func contains(_ id: String) -> Bool { self.id == id || children.contains { $0.contains(id) } }
}

/// Sessions below those that they branched from. One that is its own ancestor, in forged recordings, is shown once.
struct SessionTree {
    private(set) var roots: [SessionTreeCommand.Node] = []
    private var children: [String: [SessionEntry]] = [:]
    private var removed: [String: Tombstone]
    private var shown: Set<String> = []

    init(_ sessions: [SessionEntry], removed: [(session: String, tombstone: Tombstone)]) {
        self.removed = Dictionary(removed.map { ($0.session, $0.tombstone) }) { first, _ in first }
        let known = Set(sessions.map(\.id))
        let oldestFirst = sessions.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        for session in oldestFirst {
            if let parent = session.parent?.session { children[parent, default: []].append(session) }
        }
        var tops: [SessionTreeCommand.Node] = []
        for session in oldestFirst {
            guard let parent = session.parent?.session else {
                tops.append(node(session))
                continue
            }
            guard !known.contains(parent), shown.insert(parent).inserted else { continue }
            tops.append(lost(parent))
        }
        for session in oldestFirst where !shown.contains(session.id) { tops.append(node(session)) }
        roots = tops
    }

    private mutating func node(_ session: SessionEntry) -> SessionTreeCommand.Node {
        shown.insert(session.id)
        return SessionTreeCommand.Node(
            id: session.id, name: session.name, status: session.status.rawValue, command: session.command,
            snapshot: session.parent?.snapshot, children: branches(of: session.id))
    }

    /// A parent of which nothing but a tombstone is left, or less.
    private mutating func lost(_ id: String) -> SessionTreeCommand.Node {
        SessionTreeCommand.Node(
            id: id, name: removed[id]?.name, status: removed[id] == nil ? "unknown" : "removed",
            command: removed[id]?.command ?? [], snapshot: removed[id]?.parent?.snapshot, children: branches(of: id))
    }

    private mutating func branches(of id: String) -> [SessionTreeCommand.Node] {
        var result: [SessionTreeCommand.Node] = []
        for child in children[id] ?? [] where !shown.contains(child.id) { result.append(node(child)) }
        return result
    }
}
