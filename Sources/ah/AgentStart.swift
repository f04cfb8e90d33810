import Agents
import Catalog
import Glibc
import Processes
import SessionHost
import Snapshots

/// Carries out `ah agent start`: finds the agent, gives it its hooks, and runs it, recorded or within a recorded session.
struct AgentStart {
    let options: AgentStartCommand
    let shelf: AgentShelf
    let agent: AgentDefinition
    let program: String
    let prompt: String?

    private var environment: [String: String] { shelf.environment }

    init(_ options: AgentStartCommand) throws {
        self.options = options
        shelf = AgentShelf()
        for problem in shelf.problems { Program.complain("\(problem)") }
        agent = try shelf.catalogue.agent(options.agent)
        program = try shelf.program(of: agent)
        prompt = try Self.prompt(options)
    }

    func run() throws -> Int32 {
        removeLeftovers()
        if !options.record || isRecordedAlready && options.recording.fromSnapshot == nil { return try runHere() }
        return try runRecorded()
    }

    /// Whether a recorder of this session answers: a variable that outlived its session means nothing.
    private var isRecordedAlready: Bool {
        guard let socket = environment["AH_RECORDER_IPC_SOCKET"], !socket.isEmpty else { return false }
        return (try? UnixSocket.connect(to: socket)) != nil
    }

    private func removeLeftovers() {
        let running = Set(SessionDirectory(folders: shelf.folders).running().map(\.sessionID))
        let problems = PrivateFolder.removeLeftovers(
            home: shelf.folders.home, isRunning: { running.contains($0) },
            isAlive: { kill($0, 0) == 0 || errno == EPERM })
        for problem in problems { Program.complain("\(problem)") }
    }

    private func runRecorded() throws -> Int32 {
        let sessionID = options.recording.sessionID ?? SessionFolders.newSessionID()
        // Named with this process too: the session's host isn't there yet when another start looks for leftovers.
        let folder = PrivateFolder(home: shelf.folders.home, session: "\(sessionID)+\(getpid())")
        let begun = try options.recording.fromSnapshot.map { name in
            let request = BranchRequest(
                name: options.recording.name, injectedMessage: facts?.prompt, session: sessionID)
            return try BranchStart(of: name, request, environment: environment)
        }
        let plan = begun.map { branch in
            AgentContinuation(start: self, folder: folder, session: sessionID, branch: branch).plan()
        }
        if let plan { Program.complain("the conversation goes on by \(plan.continuation)") }
        let prepared: Prepared
        do {
            prepared = try prepare(folder, plan)
        } catch {
            try folder.remove()
            // Nothing has run in it yet, so nothing is lost.
            try begun?.takeBack()
            throw error
        }
        var variables = environment
        variables.merge(prepared.environment) { $1 }
        var run = RecordRun(
            options.recording, command: prepared.words.command, injection: prepared.words.typed, sessionID: sessionID,
            environment: variables)
        run.origin = "start"
        run.title = agent.name
        run.agent = facts
        run.contextReconstruction = plan?.continuation.kind.rawValue ?? "fresh"
        run.task = facts?.prompt
        run.branchStart = begun
        run.privateFolder = folder.path
        do {
            return try run.run()
        } catch {
            try folder.remove()
            throw error
        }
    }

    private var facts: AgentFacts? {
        guard agent.hooks != .shell else { return nil }
        var facts = AgentShelf.facts(of: agent)
        facts.prompt = prompt.map { String(SecretRedaction.redact($0).prefix(Self.longestPromptKept)) }
        facts.model = options.model
        facts.permissionMode = options.permissionMode
        return facts
    }

    /// Characters of a prompt that the recording's facts hold.
    private static let longestPromptKept = 4000

    /// Runs the agent in the terminal that it was started in; a recorder around it hears its hooks.
    private func runHere() throws -> Int32 {
        if let name = options.recording.name { try nameSession(name) }
        let folder = PrivateFolder(home: shelf.folders.home, session: "here+\(getpid())")
        let prepared = try prepare(folder, nil)
        if let text = prepared.words.typed {
            throw AgentError.unsupported(
                agent: agent.name, what: "a prompt on its command line",
                instead:
                    "start it outside of a recorded session, where “\(text.prefix(20))…” is typed into it, or with --non-interactive"
            )
        }
        var variables = environment
        variables.merge(prepared.environment) { $1 }
        let result: Int32
        do {
            result = try ForegroundChild.run(
                prepared.words.command, environment: variables, workingDirectory: options.recording.cwd)
        } catch {
            try folder.remove()
            throw error
        }
        try folder.remove()
        return result
    }

    /// The session around it, which is recorded already, gets the name, unless it has one.
    private func nameSession(_ name: String) throws {
        guard options.record, let id = environment["AH_SESSION_ID"], !id.isEmpty else {
            return Program.complain("--name \(name) is left out: this isn't recorded")
        }
        let desk = try CatalogueDesk(environment: environment)
        let session = try desk.session(id)
        if let other = session.name {
            return Program.complain("--name \(name) is left out: the session around it is called \(other) already")
        }
        try SessionNotes.check(name: name)
        try desk.catalogue.notes.change(session.id) { $0.name = name }
    }

    private struct Prepared {
        var words: AgentLaunch.Words
        var environment: [String: String]
    }

    /// Writes the agent's private files and makes its command line.
    private func prepare(_ folder: PrivateFolder, _ continuation: AgentContinuation.Plan?) throws -> Prepared {
        var launch = AgentLaunch()
        launch.prompt = continuation.map(\.prompt) ?? prompt
        launch.model = options.model
        launch.permissionMode = options.permissionMode
        launch.isNonInteractive = options.nonInteractive
        launch.resumes = continuation?.conversation
        launch.extra = options.extraWords
        var variables = agent.environment
        variables.merge(continuation?.environment ?? [:]) { $1 }
        if !options.noHooks {
            let hooks = try installHooks(in: folder, variables)
            launch.hookArguments = hooks.arguments
            if agent.hooks == .claude { launch.extra = HookInstallation.removing("--settings", from: launch.extra) }
            variables.merge(hooks.environment) { $1 }
        }
        return Prepared(words: try launch.words(agent, program: program), environment: variables)
    }

    private func installHooks(in folder: PrivateFolder, _ variables: [String: String]) throws -> HookInstallation {
        var request = HookInstallation.Request(
            executable: Program.executable, folder: folder.path,
            environment: environment.merging(variables) { $1 })
        request.extra = options.extraWords
        request.program = program
        request.trustsHooks = options.trustHooks
        let hooks = try HookInstallation.plan(agent.hooks, request, read: AgentShelf.text)
        for (name, text) in hooks.files { try folder.write(Array(text.utf8), to: name) }
        for remark in hooks.remarks { Program.complain(remark) }
        if agent.hooks == .none {
            Program.complain(
                "\(agent.name) has no hooks that can be installed for one session; its tools are no moments")
        }
        return hooks
    }

    /// Standard input can be read once only.
    private static func prompt(_ options: AgentStartCommand) throws -> String? {
        guard let file = options.promptFile else { return options.prompt }
        let path = file == "-" ? "/dev/stdin" : file
        guard let text = AgentShelf.text(path) else {
            throw Failure("\(file): can't read the prompt: \(String(cString: strerror(errno)))")
        }
        return text
    }
}
