import UserSettings
import TOMLKit
import WorkbenchModel

extension MilestoneRules {
    /// The rules that are compiled in.
    public static func standard() -> MilestoneRules {
        parse(String(decoding: PackageResources.milestones_toml, as: UTF8.self), file: "milestones.toml").rules
    }

    /// These rules, with a user's own over them: a rule of the same name is replaced, others come first.
    public func overlaid(
        by text: String, file: String
    ) -> (rules: MilestoneRules, problems: [ConfigurationProblem]) {
        let own = Self.parse(text, file: file)
        let names = Set(own.rules.names)
        return (MilestoneRules(rules: own.rules.rules + rules.filter { !names.contains($0.name) }), own.problems)
    }

    static func parse(_ text: String, file: String) -> (rules: MilestoneRules, problems: [ConfigurationProblem]) {
        var reader = MilestoneReader(file: file, lines: ConfigurationLines(text))
        switch TOMLText.table(text, file: file) {
        case .success(let table): reader.read(table)
        case .failure(let problem): reader.problems.append(problem)
        }
        // A table's keys come in no order of their author's; the file's order decides which rule is asked first.
        let ordered = reader.rules.sorted { $0.line < $1.line }.map(\.rule)
        return (MilestoneRules(rules: ordered), reader.problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }
}

/// Collects the rules of one file, and what is wrong with it.
private struct MilestoneReader {
    let file: String
    let lines: ConfigurationLines
    var rules: [(rule: MilestoneRules.Rule, line: Int)] = []
    var problems: [ConfigurationProblem] = []

    private static let names = ["kind", "command", "passed", "failed", "failure-wins", "screen", "by-status"]

    init(file: String, lines: ConfigurationLines) {
        self.file = file
        self.lines = lines
    }

    mutating func problem(_ line: Int?, _ text: String) {
        problems.append(ConfigurationProblem(file: file, line: line, text: text))
    }

    mutating func read(_ table: TOMLTable) {
        for name in table.keys {
            let line = lines.line(section: name)
            guard let parts = table[name]?.table else {
                problem(lines.line(section: "", name: name), "“\(name)” must be a section: [\(name)]")
                continue
            }
            guard let kind = parts["kind"]?.string.flatMap(Milestone.Kind.init) else {
                problem(
                    line, "[\(name)] needs a kind: \(Milestone.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
                continue
            }
            var rule = MilestoneRules.Rule(name: name, kind: kind)
            for key in parts.keys { read(key, parts[key], of: name, into: &rule) }
            rules.append((rule, line ?? .max))
        }
    }

    private mutating func read(
        _ key: String, _ value: (any TOMLValueConvertible)?, of section: String, into rule: inout MilestoneRules.Rule
    ) {
        let line = lines.line(section: section, name: key)
        switch key {
        case "kind": break
        case "command": rule.command = pattern(value?.string, key, line)
        case "passed": rule.passed = pattern(value?.string, key, line)
        case "failed": rule.failed = pattern(value?.string, key, line)
        case "failure-wins": rule.failureWins = flag(value?.bool, key, line)
        case "screen": rule.readsScreen = flag(value?.bool, key, line)
        case "by-status": rule.goesByStatus = flag(value?.bool, key, line)
        default:
            let hint = NearestName.to(key, in: Self.names).map { "; did you mean “\($0)”?" } ?? ""
            problem(line, "a milestone's rule has no “\(key)”\(hint)")
        }
    }

    private mutating func pattern(_ text: String?, _ key: String, _ line: Int?) -> LinePattern? {
        guard let text, !text.isEmpty else {
            problem(line, "\(key) is a pattern in quotes: \(key) = '^OK'")
            return nil
        }
        if let reason = LinePattern.problem(text) { problem(line, "\(key) is no pattern: \(reason)") }
        return LinePattern(text)
    }

    private mutating func flag(_ value: Bool?, _ key: String, _ line: Int?) -> Bool {
        if value == nil { problem(line, "\(key) is true or false") }
        return value ?? false
    }
}
