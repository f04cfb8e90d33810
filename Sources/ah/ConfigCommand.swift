import ArgumentParser
import UserSettings
import FoundationEssentials
import Glibc
import SessionHost
import WorkbenchModel

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "The settings: one file, documented defaults, variables that win over it.",
        discussion:
            "What a command line says wins over variables, these over the file, and that over what is built in.",
        subcommands: [
            ConfigPathCommand.self, ConfigCheckCommand.self, ConfigShowCommand.self, ConfigGetCommand.self,
            ConfigSetCommand.self,
        ])
}

struct ConfigPathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "path", abstract: "Print where the file is.")

    func run() throws { Program.say(Preferences.path(environment: Program.environment)) }
}

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what in the files or the variables is not understood, and exit with 1 then.",
        discussion: "The files are config.toml, agents.toml and milestones.toml in the configuration folder.")

    func run() throws {
        Preferences.sayProblems()
        let environment = Program.environment
        let others = AgentShelf(environment: environment).problems + AgentShelf.milestoneProblems(environment)
        for problem in others { Program.complain("\(problem)") }
        if !Preferences.settings.problems.isEmpty || !others.isEmpty { Glibc.exit(1) }
    }
}

struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all settings, where each comes from, and what it does.")

    @Flag(help: "As JSON.")
    var json = false

    struct Line: Encodable {
        var key: String
        var value: String?
        var source: String
        var variable: String
        var help: String
    }

    func run() throws {
        let settings = Preferences.settings
        let special = settings.specialKeys.compactMap { Setting.find($0) }
        let lines = (Setting.all + special).map { setting in
            Line(
                key: setting.key, value: settings.text(setting.key),
                source: ConfigText.source(settings.value(setting.key).source), variable: setting.variable,
                help: setting.help)
        }
        Preferences.sayProblems()
        if json { return Program.say(try JSONText.text(lines)) }
        var table = TextTable()
        for line in lines { table.add([line.key, line.value ?? "-", line.source, line.help]) }
        Program.say(table.text)
    }
}

struct ConfigGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print one setting; nothing where it is unset.")

    @Argument(help: ArgumentHelp("Its name, such as snapshots.provider.", valueName: "key"))
    var key: String

    func run() throws {
        let setting = try ConfigText.setting(key)
        Preferences.sayProblems()
        if let text = Preferences.settings.text(setting.key) { Program.say(text) }
    }
}

struct ConfigSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change one setting in the file; the rest of it stays as it is.")

    @Argument(help: ArgumentHelp("Its name, such as snapshots.provider.", valueName: "key"))
    var key: String

    @Argument(help: "The value; words of a list with commas.")
    var value: String?

    @Flag(help: "Take it out of the file.")
    var unset = false

    func validate() throws {
        if (value == nil) != unset { throw ValidationError("set takes a value, or --unset.") }
    }

    func run() throws { try ConfigText.change([(ConfigText.setting(key), unset ? nil : value)]) }
}

/// Changing the file with settings.
enum ConfigText {
    static func setting(_ key: String) throws -> Setting {
        if let setting = Setting.find(key) { return setting }
        let near = Setting.near(key).map { "; did you mean \($0)?" } ?? ""
        throw Failure("there is no setting \(key)\(near)")
    }

    static func source(_ source: Settings.Source) -> String {
        switch source {
        case .standard: "built in"
        case .file(let line): line.map { "line \($0)" } ?? "file"
        case .variable(let name): name
        }
    }

    /// Changes all of them or none.
    static func change(_ changes: [(setting: Setting, value: String?)]) throws {
        let path = Preferences.path(environment: Program.environment)
        let before = AgentShelf.text(path)
        guard before != nil || access(path, F_OK) != 0 else { throw Failure("\(path): can't be read") }
        if let problem = Settings(before, file: path, environment: [:]).problems.first {
            throw Failure("\(problem); put that right first")
        }
        var file = SettingsFile(before ?? "")
        for (setting, value) in changes {
            guard let value else {
                file.set(setting, to: nil)
                continue
            }
            let words = setting.kind == .words ? value.split(separator: ",").map(String.init) : [value]
            if let problem = words.compactMap({ setting.problem(with: $0) }).first { throw Failure(problem) }
            file.set(setting, to: words)
        }
        if let problem = Settings(file.text, file: path, environment: [:]).problems.first {
            throw Failure("\(path) is left as it is, for then: \(problem)")
        }
        try write(file.text, path)
    }

    private static func write(_ text: String, _ path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        do {
            try FileManager.default.createDirectory(
                atPath: "/\(folder)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            // A link to a file kept elsewhere stays one.
            let target = realpath(path, nil).map { name in
                defer { free(name) }
                return String(cString: name)
            }
            try Data(text.utf8).write(to: URL(fileURLWithPath: target ?? path), options: .atomic)
        } catch {
            throw Failure("\(path): can't be written: \(error)")
        }
    }
}
