import Agents
import FoundationEssentials
import Glibc
import Processes
import SessionHost
import WorkbenchModel

/// The agents that this user can start: the catalogue with their own file over it, and what is known of each.
struct AgentShelf {
    let environment: [String: String]
    let folders: SessionFolders
    let catalogue: AgentCatalogue
    /// What is wrong with the user's own file.
    let problems: [ConfigurationProblem]

    init(environment: [String: String] = Program.environment) {
        self.environment = environment
        folders = SessionFolders(environment: environment)
        let path = Self.ownFile(environment)
        let standard = AgentCatalogue.standard()
        guard let text = Self.text(path) else {
            (catalogue, problems) = (standard, [])
            return
        }
        (catalogue, problems) = standard.overlaid(by: text, file: path)
    }

    /// What a host has to know of an agent.
    static func facts(of agent: AgentDefinition) -> AgentFacts {
        var facts = AgentFacts(id: agent.id)
        facts.screen = agent.screen
        return facts
    }

    /// The same for the agent that a command line runs, itself or through `ah agent start`; nil where it is none.
    static func facts(ofCommand words: [String], environment: [String: String]) -> AgentFacts? {
        let shelf = AgentShelf(environment: environment)
        let isStart = words.first?.split(separator: "/").last == "ah" && words.contains("start")
        if isStart, let name = HookInstallation.option("--agent", in: words) {
            return (try? shelf.catalogue.agent(name)).flatMap { $0.hooks == .shell ? nil : facts(of: $0) }
        }
        return shelf.catalogue.agent(runBy: words).flatMap { $0.hooks == .shell ? nil : facts(of: $0) }
    }

    /// The text of the user's own rules for milestones.
    static func ownMilestones(_ environment: [String: String]) -> String? {
        text(configurationFile("milestones.toml", environment))
    }

    /// What is wrong with them.
    static func milestoneProblems(_ environment: [String: String]) -> [ConfigurationProblem] {
        guard let text = ownMilestones(environment) else { return [] }
        let file = configurationFile("milestones.toml", environment)
        return MilestoneRules.standard().overlaid(by: text, file: file).problems
    }

    private static func ownFile(_ environment: [String: String]) -> String {
        configurationFile("agents.toml", environment)
    }

    private static func configurationFile(_ name: String, _ environment: [String: String]) -> String {
        let home = environment["HOME"] ?? "/"
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
        return "\(folder)/ah/\(name)"
    }

    /// A file's text; nil where there is none that can be read. Bounded: settings are small.
    static func text(_ path: String) -> String? {
        guard let handle = fopen(path, "re") else { return nil }
        defer { fclose(handle) }
        var buffer = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&buffer, 1, buffer.count, handle)
        return ferror(handle) == 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// The agent's program, as an absolute path.
    func program(of agent: AgentDefinition) throws(AgentError) -> String {
        guard let program = agent.program(environment: environment), let path = find(program) else {
            throw .notInstalled(agent: agent.name, command: agent.command, howToGet: agent.howToGet)
        }
        return path
    }

    private func find(_ program: String) -> String? {
        let folders =
            program.contains("/")
            ? [""] : ChildProcess.Launch.searchPath(environment).split(separator: ":").map { "\($0)/" }
        return folders.map { $0 + program }.first { path in
            var info = stat()
            return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
        }
    }
}
