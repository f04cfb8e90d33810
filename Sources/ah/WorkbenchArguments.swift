import Agents
import ArgumentParser
import Glibc
import SessionHost
import WorkbenchRuntime

/// `ah` without a subcommand: the workbench.
struct WorkbenchArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The session to show first: an id, the beginning of one, or a name.", valueName: "session"))
    var show: String?

    @Option(help: ArgumentHelp("A saved layout to begin with.", valueName: "name"))
    var layout: String?

    @Option(help: ArgumentHelp("dark, light, sixteen, contrast, solarized, gruvbox, or a file.", valueName: "name"))
    var theme: String?

    @Option(
        help: ArgumentHelp("default, tmux, vim, or a file whose keys win over the built-in ones.", valueName: "name"))
    var keymap: String?

    func run() throws -> Int32 {
        guard isatty(0) == 1, isatty(1) == 1 else {
            throw Failure("the workbench needs a terminal; `ah --help` lists what works without one")
        }
        let environment = Program.environment
        var options = WorkbenchOptions(
            environment: environment, executable: Program.executable, folder: try Program.existingWorkingDirectory())
        options.theme = theme ?? Preferences.theme
        options.keymap = keymap ?? Preferences.keymap
        options.layout = layout
        options.session = try show ?? demonstration(environment)
        let shelf = AgentShelf()
        options.agents = shelf.catalogue.agents.filter { $0.id != "shell" && (try? shelf.program(of: $0)) != nil }.map(
            \.id)
        return try WorkbenchRunner.run(options)
    }

    /// Something real to look at where there is nothing yet.
    private func demonstration(_ environment: [String: String]) throws -> String? {
        let directory = SessionDirectory(folders: SessionFolders(environment: environment))
        guard directory.running().isEmpty, directory.recorded().isEmpty else { return nil }
        return try Demonstration.start()
    }
}
