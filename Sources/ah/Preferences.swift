import Catalog
import UserSettings
import FoundationEssentials
import Glibc
import WorkbenchModel

/// The user's settings, read once: what options are where the command line doesn't say.
enum Preferences {
    static let settings = load(environment: Program.environment)

    static func path(environment: [String: String]) -> String {
        if let path = environment["AH_CONFIG"], !path.isEmpty {
            return path.hasPrefix("/") ? path : "\(Program.workingDirectory)/\(path)"
        }
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return "\(base ?? "\(environment["HOME"] ?? "/")/.config")/ah/config.toml"
    }

    static func load(environment: [String: String]) -> Settings {
        let path = path(environment: environment)
        let text = AgentShelf.text(path)
        var info = stat()
        let isUnread = text == nil && stat(path, &info) == 0
        return Settings(
            text, file: path, environment: environment, unreadable: isUnread ? Self.reason(path, info) : nil)
    }

    private static func reason(_ path: String, _ info: stat) -> String {
        if info.st_mode & S_IFMT == S_IFDIR { return "it is a folder" }
        return access(path, R_OK) == 0 ? "reading it fails" : String(cString: strerror(errno))
    }

    static var theme: String? { settings.text("look.theme") }
    static var keymap: String? { settings.text("look.keymap") }

    /// A setting that is one of an option's words.
    static func choice<Choice: RawRepresentable<String>>(_ key: String, or other: Choice) -> Choice {
        settings.text(key).flatMap { Choice(rawValue: $0) } ?? other
    }

    /// Says once what in the file was not understood, for commands that go by it.
    static func sayProblems() {
        for problem in settings.problems { Program.complain("\(problem)") }
    }
}

extension RetentionPolicy {
    init(_ settings: Settings) {
        self.init()
        func limits(_ prefix: String) -> Limits {
            Limits(
                count: settings.number("\(prefix).max-count"), age: settings.age("\(prefix).max-age"),
                size: settings.bytes("\(prefix).max-size"))
        }
        standard = limits("retention")
        for key in settings.specialKeys {
            guard let dot = key.lastIndex(of: ".") else { continue }
            let group = String(key[..<dot])
            if group.hasPrefix("retention.project.") {
                projects[String(group.dropFirst("retention.project.".count))] = limits(group)
            } else if group.hasPrefix("retention.tag.") {
                tags[String(group.dropFirst("retention.tag.".count))] = limits(group)
            }
        }
    }
}
