import TOMLKit
import WorkbenchModel

/// The values of all settings: the environment's over the file's over the built-in ones.
public struct Settings: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        case standard
        case file(line: Int?)
        case variable(String)
    }

    public struct Value: Hashable, Sendable {
        public var words: [String]
        public var source: Source

        public var text: String { words.joined(separator: ",") }
    }

    /// Only what was said by somebody.
    private(set) var values: [String: Value] = [:]
    /// What was not understood and is left out.
    public private(set) var problems: [ConfigurationProblem] = []

    /// - Parameters:
    ///   - text: of the file; nil where there is none.
    ///   - file: its path, for messages.
    ///   - unreadable: why the file can't be read though there is one.
    public init(_ text: String?, file: String, environment: [String: String], unreadable: String? = nil) {
        if let unreadable { problem(file, nil, "it can't be read: \(unreadable)") }
        if let text {
            switch TOMLText.table(text, file: file) {
            case .success(let table): read(table, "", ConfigurationLines(text), file)
            case .failure(let problem): problems.append(problem)
            }
            problems.sort { ($0.line ?? 0) < ($1.line ?? 0) }
        }
        for setting in Setting.all {
            guard let text = environment[setting.variable], !text.isEmpty else { continue }
            if let problem = setting.problem(with: text) {
                problems.append(ConfigurationProblem(file: setting.variable, line: nil, text: problem))
            } else {
                values[setting.key] = Value(words: Self.words(text, setting), source: .variable(setting.variable))
            }
        }
        for name in environment.keys.sorted() { checkName(ofVariable: name) }
    }

    /// Other programs have variables of their own; what begins like a setting is meant to be one.
    private mutating func checkName(ofVariable name: String) {
        let known = Setting.all.map(\.variable)
        let isLike = Setting.all.contains { name.hasPrefix("AH_\($0.section.uppercased())_") }
        guard isLike, !known.contains(name) else { return }
        let hint = NearestName.to(name, in: known).map { "; did you mean \($0)?" } ?? ""
        problem(name, nil, "no setting has this variable\(hint)")
    }

    private static func words(_ text: String, _ setting: Setting) -> [String] {
        setting.kind == .words ? text.split(separator: ",").map(String.init) : [text]
    }

    // MARK: Asking

    /// The value, or the built-in one; a setting that is unset without anybody's saying has no words.
    public func value(_ key: String) -> Value {
        if let value = values[key] { return value }
        let standard = Setting.find(key)?.standard ?? ""
        return Value(
            words: standard.isEmpty || key.hasPrefix("retention.project.") ? [] : [standard], source: .standard)
    }

    public func text(_ key: String) -> String? {
        let text = value(key).text
        return text.isEmpty ? nil : text
    }

    public func flag(_ key: String) -> Bool { text(key) == "true" }
    public func number(_ key: String) -> Int? { text(key).flatMap { Int($0) } }
    public func decimal(_ key: String) -> Double? { text(key).flatMap { Double($0) } }
    public func age(_ key: String) -> Int64? { text(key).flatMap { SizeText.age($0) } }
    public func bytes(_ key: String) -> Int64? { text(key).flatMap { SizeText.bytes($0) } }

    /// Keys of limits for projects and tags.
    public var specialKeys: [String] { values.keys.filter { Setting.named($0) == nil }.sorted() }

    // MARK: The file

    private mutating func read(_ table: TOMLTable, _ section: String, _ lines: ConfigurationLines, _ file: String) {
        for key in table.keys {
            let full = section.isEmpty ? key : "\(section).\(key)"
            if let inner = table[key]?.table {
                // The names of folders and tags are their users'.
                let isKnown = Setting.all.contains { $0.section == full } || full.hasPrefix("retention.")
                guard isKnown else {
                    let sections = Setting.all.map(\.section)
                    let hint = NearestName.to(full, in: sections).map { "; did you mean [\($0)]?" } ?? ""
                    problem(file, lines.line(section: full), "there is no section [\(full)]\(hint)")
                    continue
                }
                read(inner, full, lines, file)
                continue
            }
            take(table, key, full, section, lines, file)
        }
    }

    private mutating func take(
        _ table: TOMLTable, _ key: String, _ full: String, _ section: String, _ lines: ConfigurationLines,
        _ file: String
    ) {
        let line = SettingsFile.line(of: full, in: lines)
        guard let setting = Setting.find(full) else {
            problem(
                file, line, "there is no setting \(full)" + (Setting.near(full).map { "; did you mean \($0)?" } ?? ""))
            return
        }
        guard let words = Self.words(table[key], setting) else {
            problem(file, line, setting.kind == .words ? "\(full) is a list of words" : "\(full) is one value")
            return
        }
        if let text = words.compactMap({ setting.problem(with: $0) }).first { return problem(file, line, text) }
        values[full] = Value(words: words, source: .file(line: line))
    }

    private mutating func problem(_ file: String, _ line: Int?, _ text: String) {
        problems.append(ConfigurationProblem(file: file, line: line, text: text))
    }

    private static func words(_ value: (any TOMLValueConvertible)?, _ setting: Setting) -> [String]? {
        if setting.kind == .words {
            guard let array = value?.array else { return nil }
            let words = array.compactMap { $0.string }
            return words.count == array.count ? words : nil
        }
        if let text = value?.string { return [text] }
        if let flag = value?.bool { return ["\(flag)"] }
        if let number = value?.int { return ["\(number)"] }
        return value?.double.map { ["\($0)"] }
    }
}
