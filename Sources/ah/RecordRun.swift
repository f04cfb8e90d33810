import Glibc
import Processes
import Recording
import ScreenModel
import SessionHost
import WorkbenchModel
import WorkbenchRuntime

/// Carries out `ah agent record` and `start`: chooses among viewer, passthrough and headless, and reports what became of it.
struct RecordRun {
    let options: RecordOptions
    /// The program and its arguments.
    let command: [String]
    /// Typed into the program once it is ready.
    let injection: String?
    let environment: [String: String]
    let folders: SessionFolders
    let sessionID: String
    /// Who started it, and how a branch's conversation was rebuilt: as in the recording's metadata.
    var origin = "record"
    var contextReconstruction = "fresh"
    /// What its program was told in other ways than by typing.
    var task: String?
    /// The branch that it starts in, where that was made already.
    var branchStart: BranchStart?
    /// Files made for this session's program; gone with the session.
    var privateFolder: String?
    /// What a viewer calls it where it has no name.
    var title: String?
    /// The agent that is recorded, if it is a known one.
    var agent: AgentFacts?

    init(
        _ options: RecordOptions, command: [String], injection: String? = nil,
        sessionID: String? = nil, environment: [String: String] = Program.environment
    ) {
        self.options = options
        self.command = command
        self.injection = injection
        self.sessionID = sessionID ?? options.sessionID ?? SessionFolders.newSessionID()
        self.environment = environment
        folders = SessionFolders(environment: environment)
    }

    func run() throws -> Int32 {
        if options.detach { return try recordDetached() }
        if options.headless { return try recordHeadless() }
        guard isatty(0) == 1, isatty(1) == 1 else {
            if options.passthrough { return try recordPassthrough() }
            Program.complain("no terminal here, so this is recorded as with --headless")
            return try recordHeadless()
        }
        return options.passthrough ? try recordPassthrough() : try recordWatched()
    }

    private func configuration(size: Size) throws -> HostConfiguration {
        let path = options.output.map(absolute) ?? folders.recording(sessionID, startedAt: WallClock.now())
        var configuration = HostConfiguration(
            sessionID: sessionID, command: command, environment: childEnvironment(), columns: size.columns,
            rows: size.rows, recordingPath: path, socketPath: folders.socket(sessionID),
            factsPath: folders.facts(sessionID), version: Program.version)
        if options.output != nil {
            configuration.linkPath = folders.recording(sessionID, startedAt: WallClock.now())
        }
        configuration.workingDirectory = try options.cwd.map(absolute) ?? Program.existingWorkingDirectory()
        configuration.recordsInput = options.recordInput
        configuration.quality = options.quality
        configuration.name = options.name
        configuration.hasFixedSize = !options.detach && (options.cols != nil || options.rows != nil)
        configuration.replacesRecording = try mayReplace(path)
        configuration.origin = origin
        configuration.privateFolder = privateFolder
        configuration.agent = agent ?? AgentShelf.facts(ofCommand: command, environment: environment)
        for problem in AgentShelf.milestoneProblems(environment) { Program.complain("\(problem)") }
        configuration.milestoneRules = AgentShelf.ownMilestones(environment)
        try configureWorkspace(&configuration)
        return configuration
    }

    /// A recording may be the only record of something, so none is overwritten unasked; devices and pipes may be written to.
    private func mayReplace(_ path: String) throws -> Bool {
        guard options.output != nil else { return false }
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return options.force }
        guard options.force else {
            throw Failure("\(path) is there already: choose another file, or --force replaces it")
        }
        return true
    }

    func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Program.workingDirectory)/\(path)"
    }

    /// The child's variables: those of the outer terminal would lie about the terminal that the child gets.
    private func childEnvironment() -> [String: String] {
        var result = environment
        if !options.passthrough {
            for name in result.keys where OuterTerminal.describes(name) { result[name] = nil }
            result["TERM"] = "xterm-256color"
            result["COLORTERM"] = "truecolor"
            result["TERM_PROGRAM"] = "ah"
            result["TERM_PROGRAM_VERSION"] = Program.version
        }
        for pair in options.environment {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
        }
        return result
    }

    private func recordHeadless() throws -> Int32 {
        let size = Size(columns: options.cols ?? 80, rows: options.rows ?? 24)
        var configuration = try configuration(size: size)
        // No terminal of the user's sets limits here: whatever a program asks for is there.
        configuration.offersKittyKeyboard = true
        let host = try HostProcess(configuration)
        let outcome = host.run()
        try finish(host, outcome.recording, pathTo: 1)
        return outcome.exit.shellStatus
    }

    /// Starts the session's host and leaves.
    private func recordDetached() throws -> Int32 {
        var configuration = try configuration(size: Size(columns: options.cols ?? 80, rows: options.rows ?? 24))
        configuration.offersKittyKeyboard = options.kittyKeyboard
        configuration.foreground = options.foreground.flatMap { UInt32($0, radix: 16) }
        configuration.background = options.background.flatMap { UInt32($0, radix: 16) }
        _ = try HostLauncher.start(configuration, executable: Program.executable, environment: environment)
        Program.say("session \(sessionID)")
        return 0
    }

    private func recordPassthrough() throws -> Int32 {
        let terminal = try PassthroughTerminal(environment: environment)
        let window = terminal.size ?? Size(columns: 80, rows: 24)
        let size = Size(columns: options.cols ?? window.columns, rows: options.rows ?? window.rows)
        let host = try HostProcess(try configuration(size: size), ports: terminal.ports)
        try terminal.enter()
        let outcome = host.run()
        terminal.leave()
        try finish(host, outcome.recording, pathTo: 2)
        return outcome.exit.shellStatus
    }

    private func recordWatched() throws -> Int32 {
        let watch = try Watch(
            environment: environment, gutter: options.gutter.gutter, awaitsAnswers: true, keymap: Preferences.keymap,
            theme: Preferences.theme)
        var size = watch.contentSize
        size = Size(columns: options.cols ?? size.columns, rows: options.rows ?? size.rows)
        var configuration = try configuration(size: size)
        watch.describe(&configuration)
        let client: HostClient
        do {
            client = try HostLauncher.start(
                configuration, executable: Program.executable, environment: environment)
        } catch {
            watch.leave()
            throw error
        }
        let outcome = watch.run(client, title: options.name ?? title ?? CommandText.text(command))
        return try WatchReport(sessionID: sessionID, recordingPath: configuration.recordingPath).report(
            outcome, remarks: watch.remarks)
    }

    private func finish(_ host: HostProcess, _ outcome: RecordingOutcome, pathTo descriptor: Int32) throws {
        for notice in host.notices { Program.complain(notice) }
        if let problem = outcome.problem, !host.notices.contains(problem) { Program.complain(problem) }
        if BackgroundCompaction.isDue(outcome) {
            do {
                try BackgroundCompaction.start(
                    path: host.recordingPath, quality: options.quality, executable: Program.executable,
                    environment: environment)
            } catch {
                Program.complain("\(error); the recording is whole but large, `ah agent compact` makes it small")
            }
        } else {
            do {
                try Upkeep.start(environment: environment)
            } catch {
                Program.complain("\(error); `ah session search` and `ah retention apply` make up for it")
            }
        }
        Program.write(host.recordingPath + "\n", to: descriptor)
    }
}
