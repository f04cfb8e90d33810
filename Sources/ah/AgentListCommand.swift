import Agents
import ArgumentParser
import Processes

struct AgentListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the agents that can be started, and which of them are installed.")

    @Flag(help: "As JSON.")
    var json = false

    struct Row: Encodable {
        var agent: String
        var name: String
        var command: String
        var isInstalled: Bool
        var path: String?
        var version: String?
        var hooks: String
        var howToGet: String
    }

    func run() throws {
        let shelf = AgentShelf()
        for problem in shelf.problems { Program.complain("\(problem)") }
        let paths = shelf.catalogue.agents.map { try? shelf.program(of: $0) }
        let versions = VersionQuery.versions(
            zip(shelf.catalogue.agents, paths).map { agent, path in
                path.flatMap { path in agent.version.map { [path] + $0 } }
            }, environment: shelf.environment)
        let rows = zip(shelf.catalogue.agents, zip(paths, versions)).map { agent, found in
            Row(
                agent: agent.id, name: agent.name, command: agent.command, isInstalled: found.0 != nil, path: found.0,
                version: found.1, hooks: agent.hooks.rawValue, howToGet: agent.howToGet)
        }
        if json { return Program.say(try JSONText.text(rows)) }
        var table = TextTable()
        table.add(["AGENT", "VERSION", "PROGRAM"])
        for row in rows {
            table.add([
                row.agent, row.isInstalled ? row.version ?? "?" : "-",
                row.path ?? "not installed; to get it: \(row.howToGet)",
            ])
        }
        Program.say(table.text)
    }
}
