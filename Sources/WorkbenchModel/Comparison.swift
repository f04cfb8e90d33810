/// Branches of a session side by side: how each ended, and what it changed.
public struct Comparison: Hashable, Sendable {
    public struct Row: Hashable, Sendable, Codable {
        public var session: String
        public var name: String
        /// Status of the test command in the branch's last state; nil where none was run.
        public var test: Int32?
        /// 128 + the signal's number if one ended it; nil while it runs.
        public var exit: Int32?
        /// Milliseconds.
        public var duration: Int64
        /// Against the snapshot at which the branches part; nil where there is nothing to compare.
        public var files: Int?
        public var added: Int?
        public var removed: Int?
        /// Dollars and tokens, where the agent tells.
        public var cost: Double?
        public var tokens: Int?
        /// What couldn't be found out.
        public var note: String?
        /// For the diff: from where, to where.
        public var fork: String?
        public var last: String?

        public init(session: String, name: String, duration: Int64) {
            self.session = session
            self.name = name
            self.duration = duration
        }
    }

    public let sessions: [String]
    public var test: String?
    /// The best first; empty until they are known.
    public internal(set) var rows: [Row] = []
    public internal(set) var selected = 0
    /// Why there are no rows, if there is a reason.
    public var problem: String?

    public init(sessions: [String], test: String? = nil) {
        self.sessions = sessions
        self.test = test
    }

    /// The row of the table at a line of its pane, below the heading.
    public func row(atLine line: Int) -> Int? { rows.indices.contains(line - 1) ? line - 1 : nil }

    public var selectedRow: Row? { rows.indices.contains(selected) ? rows[selected] : nil }

    /// - Returns: the rows, ranked: by the test, by how they ended, then fewer lines, less time, less cost.
    public static func ranked(_ rows: [Row]) -> [Row] {
        func key(_ row: Row) -> (Int, Int, Int, Int64, Double) {
            let test = row.test.map { $0 == 0 ? 0 : 2 } ?? 1
            let exit = row.exit.map { $0 == 0 ? 0 : 2 } ?? 1
            let lines = row.added.map { $0 + (row.removed ?? 0) } ?? .max
            return (test, exit, lines, row.duration, row.cost ?? 0)
        }
        return rows.enumerated().sorted { one, other in
            let (first, second) = (key(one.element), key(other.element))
            return first == second ? one.offset < other.offset : first < second
        }.map(\.element)
    }

    public mutating func show(_ rows: [Row]) {
        self.rows = Self.ranked(rows)
        selected = min(selected, max(0, rows.count - 1))
        problem = nil
    }

    mutating func move(by step: Int) {
        selected = min(max(0, selected + step), max(0, rows.count - 1))
    }
}

/// A program whose output a pane shows while it runs: a bisection, an adoption.
public struct Job: Hashable, Sendable {
    public enum Purpose: Hashable, Sendable {
        /// Its standard output is a bisection's report.
        case bisect(session: String)
        /// What it says is all there is to it.
        case report
    }

    public var title: String
    /// What to run, after `ah` itself.
    public var arguments: [String]
    public var purpose: Purpose

    public init(title: String, arguments: [String], purpose: Purpose = .report) {
        self.title = title
        self.arguments = arguments
        self.purpose = purpose
    }
}
