import UserSettings
import TOMLKit
import WorkbenchModel

extension AgentCatalogue {
    /// The agents that are compiled in.
    public static func standard() -> AgentCatalogue {
        let text = String(decoding: PackageResources.catalogue_toml, as: UTF8.self)
        return AgentCatalogue().overlaid(by: text, file: "catalogue.toml").catalogue
    }

    /// This catalogue with the entries of a file over its own, and what is wrong with that file.
    public func overlaid(
        by text: String, file: String
    ) -> (catalogue: AgentCatalogue, problems: [ConfigurationProblem]) {
        var reader = CatalogueReader(file: file, lines: ConfigurationLines(text), catalogue: self)
        switch TOMLText.table(text, file: file) {
        case .success(let table): reader.read(table)
        case .failure(let problem): reader.problems.append(problem)
        }
        return (reader.catalogue, reader.problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
    }
}

/// Lays one file over a catalogue, and collects what is wrong with it.
private struct CatalogueReader {
    let file: String
    let lines: ConfigurationLines
    var catalogue: AgentCatalogue
    var problems: [ConfigurationProblem] = []

    private typealias Definition = AgentDefinition
    private static let texts: [(name: String, set: @Sendable (inout Definition, String) -> Void)] = [
        ("name", { $0.name = $1 }), ("command", { $0.command = $1 }), ("transcripts", { $0.transcripts = $1 }),
        ("how-to-get", { $0.howToGet = $1 }),
    ]
    private static let words: [(name: String, set: @Sendable (inout Definition, [String]) -> Void)] = [
        ("interactive", { $0.interactive = $1 }), ("interactive-prompt", { $0.interactivePrompt = $1 }),
        ("non-interactive", { $0.nonInteractive = $1 }), ("prompt", { $0.prompt = $1 }),
        ("model", { $0.model = $1 }), ("permission-mode", { $0.permissionMode = $1 }),
        ("folder", { $0.folder = $1 }), ("resume", { $0.resume = $1 }), ("version", { $0.version = $1 }),
    ]
    private static var names: [String] { texts.map(\.name) + words.map(\.name) + ["hooks", "environment", "screen"] }

    init(file: String, lines: ConfigurationLines, catalogue: AgentCatalogue) {
        self.file = file
        self.lines = lines
        self.catalogue = catalogue
    }

    mutating func problem(_ line: Int?, _ text: String) {
        problems.append(ConfigurationProblem(file: file, line: line, text: text))
    }

    mutating func read(_ table: TOMLTable) {
        let sections = table.keys.sorted { (firstLine($0), $0) < (firstLine($1), $1) }
        for id in sections {
            guard let parts = table[id]?.table else {
                problem(lines.line(section: "", name: id), "“\(id)” must be a section: [\(id)]")
                continue
            }
            let index = catalogue.agents.firstIndex { $0.id == id }
            var agent = index.map { catalogue.agents[$0] } ?? Definition(id: id)
            for key in parts.keys { read(key, parts[key], into: &agent) }
            if let index {
                catalogue.agents[index] = agent
            } else {
                checkNew(id, parts)
                catalogue.agents.append(agent)
            }
        }
    }

    /// A new agent has nothing to fall back on.
    private mutating func checkNew(_ id: String, _ parts: TOMLTable) {
        let line = lines.line(section: id)
        if parts["command"] == nil {
            problem(line, "[\(id)] lacks command = \"…\", the program to start; “\(id)” is taken for it")
        }
        if parts["how-to-get"] == nil {
            problem(line, "[\(id)] lacks how-to-get = \"…\", which is said where its program isn't installed")
        }
    }

    /// A word in braces that stands for nothing would be given to the agent as it is.
    private mutating func checkPlaceholders(_ words: [String], _ key: String, _ line: Int?) {
        let isTemplate = Self.templates.contains(key)
        let known = isTemplate ? ["{options}", "{resume}", "{extra}", "{prompt}"] : ["{text}"]
        for word in words where word.hasPrefix("{") && word.hasSuffix("}") && !known.contains(word) {
            let name = word.dropFirst().dropLast()
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" }) else { continue }
            let hint = NearestName.to(word, in: known).map { "did you mean \($0)?" }
            problem(line, "\(key) has no place for \(word); \(hint ?? "there is \(known.joined(separator: ", "))")")
        }
        guard isTemplate else { return }
        for word in words {
            guard let part = known.first(where: { word != $0 && word.contains($0) }) else { continue }
            problem(line, "\(part) is a word of its own, not a part of “\(word)”")
        }
    }

    private static let templates: Set = ["interactive", "interactive-prompt", "non-interactive"]

    private func firstLine(_ id: String) -> Int {
        lines.line(section: id) ?? lines.line(section: "\(id).screen") ?? lines.line(section: "\(id).environment")
            ?? .max
    }

    private mutating func read(_ key: String, _ value: (any TOMLValueConvertible)?, into agent: inout Definition) {
        let line = lines.line(section: agent.id, name: key)
        if let entry = Self.texts.first(where: { $0.name == key }) {
            guard let text = value?.string else { return problem(line, "\(key) is a text in quotes") }
            entry.set(&agent, text)
        } else if let entry = Self.words.first(where: { $0.name == key }) {
            guard let words = strings(value) else { return problem(line, "\(key) is a list: \(key) = [\"--word\"]") }
            checkPlaceholders(words, key, line)
            entry.set(&agent, words)
        } else {
            readOther(key, value, line, into: &agent)
        }
    }

    private mutating func readOther(
        _ key: String, _ value: (any TOMLValueConvertible)?, _ line: Int?, into agent: inout Definition
    ) {
        switch key {
        case "hooks":
            guard let kind = value?.string.flatMap(HookKind.init) else {
                return problem(line, "hooks is one of \(HookKind.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            agent.hooks = kind
        case "environment":
            guard let table = value?.table else { return problem(line, "environment is a section: NAME = \"value\"") }
            for name in table.keys { agent.environment[name] = table[name]?.string }
        case "screen":
            guard let table = value?.table else { return problem(line, "screen is a section: state = ['pattern']") }
            for name in table.keys { readScreen(name, table[name], into: &agent) }
        default:
            let hint = NearestName.to(key, in: Self.names).map { "; did you mean “\($0)”?" } ?? ""
            problem(line, "an agent has no “\(key)”\(hint)")
        }
    }

    private mutating func readScreen(_ name: String, _ value: (any TOMLValueConvertible)?, into agent: inout Definition)
    {
        let line = lines.line(section: "\(agent.id).screen", name: name)
        guard let state = AgentState(rawValue: name) else {
            let names = AgentState.allCases.map(\.rawValue)
            let hint = NearestName.to(name, in: names).map { "did you mean “\($0)”?" }
            return problem(line, "there is no state “\(name)”; \(hint ?? names.joined(separator: ", "))")
        }
        guard let patterns = strings(value) else { return problem(line, "\(name) is a list of patterns") }
        for pattern in patterns {
            if let reason = LinePattern.problem(pattern) { problem(line, "“\(pattern)” is no pattern: \(reason)") }
        }
        agent.screen[state] = patterns.filter { LinePattern.problem($0) == nil }
    }

    private func strings(_ value: (any TOMLValueConvertible)?) -> [String]? {
        guard let array = value?.array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }
}
