import Playback
import Recording
import Snapshots

/// What came of bisecting, as it is printed.
struct BisectReport: Encodable {
    struct MomentFacts: Encodable {
        var label: String
        var type: String
        /// Seconds of the session.
        var time: Double
    }

    /// `found`, `undecided`, `invalid`, `aborted` or `interrupted`.
    var result: String
    var session: String
    var firstBad: String?
    var lastGood: String?
    /// Any of them may be the first bad one.
    var candidates: [String]?
    var moment: MomentFacts?
    /// Seconds of the session at which the first bad snapshot was taken.
    var time: Double?
    var changes: [FileChange]?
    var diffCommand: String?
    var replayCommand: String?
    var tests: [BisectionTest]
    /// Good ones after the first bad one: the test fails for more than one reason.
    var contradictions: [String]
    var explanation: String
    let status: Int32

    enum CodingKeys: String, CodingKey {
        case result, session, firstBad, lastGood, candidates, moment, time, changes, diffCommand, replayCommand, tests
        case contradictions, explanation
    }

    init(
        _ ending: BisectionRun.Ending, _ bisection: Bisection, _ tests: [BisectionTest], _ row: [Snapshot],
        _ subject: BisectSubject
    ) throws {
        session = subject.sessionID
        self.tests = tests
        contradictions = bisection.contradictions.map { row[$0].name }
        switch ending {
        case .decided(.found(let first)):
            (result, status) = ("found", 0)
            explanation = "\(row[first].name) is the first bad snapshot"
            try describe(first, row, subject)
        case .decided(.undecided(let range)):
            (result, status) = ("undecided", 2)
            let names = range.map { row[$0].name }
            candidates = names
            lastGood = row[range.lowerBound - 1].name
            explanation =
                "only skipped snapshots are left: any of \(names.joined(separator: ", ")) may be the first bad one"
        case .decided(.invalid(let end, let verdict)):
            (result, status) = ("invalid", 1)
            explanation = Self.explain(end, verdict, row)
        case .decided(.running), .interrupted:
            (result, status) = ("interrupted", 1)
            explanation = "interrupted after \(tests.count) tests"
        case .aborted(let code):
            (result, status) = ("aborted", 1)
            explanation = "the test ended with status \(code) at \(tests.last?.snapshot ?? ""), which ends the search"
        }
    }

    private static func explain(_ end: Bisection.End, _ verdict: Bisection.Verdict, _ row: [Snapshot]) -> String {
        let name = (end == .good ? row.first : row.last)?.name ?? ""
        switch (end, verdict) {
        case (.good, .bad): return "the test fails at \(name) already: give a --good snapshot at which it doesn't"
        case (.bad, .good): return "the test doesn't fail at \(name): give a --bad snapshot at which it does"
        default: return "\(name) can't be tested (skipped or flaky), so there is no \(end.rawValue) end to begin with"
        }
    }

    private mutating func describe(_ first: Int, _ row: [Snapshot], _ subject: BisectSubject) throws {
        let (good, bad) = (row[first - 1], row[first])
        (firstBad, lastGood) = (bad.name, good.name)
        changes = try subject.changes(from: good, to: bad)
        diffCommand = "ah agent fs diff \(good.name) \(bad.name)"
        time = subject.time(of: bad).map { Double($0) / 1000 }
        if let moment = subject.moment(before: bad) {
            self.moment = MomentFacts(
                label: moment.value.label, type: moment.value.type, time: Double(moment.time.milliseconds) / 1000)
        }
        if let path = subject.recording?.path, let time {
            replayCommand = "ah agent replay \(Self.quoted(path)) --start \(time)s"
        }
    }

    /// For a shell.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789/._-+@".unicodeScalars.contains($0))
        }
        return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
    }

    var text: String {
        var lines = [explanation]
        if let moment {
            let time = TimeFormat.text(Int64((moment.time * 1000).rounded()))
            lines.append("the moment before it: \(moment.label.printable) (\(moment.type.printable)) at \(time)")
        }
        if let changes { lines.append(Self.summary(changes)) }
        if let diffCommand { lines.append("the changes: \(diffCommand)") }
        if let replayCommand { lines.append("the replay: \(replayCommand)") }
        if !contradictions.isEmpty {
            lines.append(
                "but \(contradictions.joined(separator: ", ")) after it is good again: there may be further changes")
        }
        let kept = tests.compactMap(\.branch)
        if !kept.isEmpty { lines.append("branches kept: \(kept.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    private static func summary(_ changes: [FileChange]) -> String {
        var table = TextTable()
        for change in changes.prefix(20) {
            let counts = change.added.flatMap { added in change.deleted.map { "+\(added) −\($0)" } }
            table.add([" \(change.kind.letter)", change.path.printable, counts ?? change.note ?? ""])
        }
        let more = changes.count > 20 ? "\n and \(changes.count - 20) more" : ""
        let count = "\(changes.count) file\(changes.count == 1 ? "" : "s") changed since the last good one"
        return changes.isEmpty ? count : "\(count):\n\(table.text)\(more)"
    }
}

/// One line on standard error for each step.
struct BisectProgress {
    private let row: [Snapshot]
    private let isQuiet: Bool

    init(_ row: [Snapshot], isQuiet: Bool) {
        self.row = row
        self.isQuiet = isQuiet
    }

    func tell(_ event: BisectionRun.Event) {
        switch event {
        case .started: break
        case .ended(let test, let output):
            if !isQuiet, !output.isEmpty { Program.write(output, to: 2) }
            let remark = test.isFlaky ? "flaky, so it counts as a skip" : "status \(test.status)"
            Program.complain("\(test.snapshot): \(test.verdict.rawValue) (\(remark))")
        case .stopped(let index):
            Program.complain("\(row[index].name): stopped, its result wouldn't tell anything any more")
        }
    }
}
