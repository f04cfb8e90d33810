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

    private static func ownFile(_ environment: [String: String]) -> String {
        let home = environment["HOME"] ?? "/"
        let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/.config"
        return "\(folder)/ah/agents.toml"
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
