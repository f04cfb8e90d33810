import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// A home in which both real agents are installed, with a scripted model.
struct AgentSandbox {
    let sandbox: Sandbox

    struct Run {
        var status: Int32
        var errorText: String
        var recorded: Recorded
    }

    init() throws {
        sandbox = try Sandbox(Agents.environment)
        for name in ["state", "state/home", "state/home/.claude", "state/codex"] {
            try FileManager.default.createDirectory(atPath: sandbox(name), withIntermediateDirectories: true)
        }
    }

    func callAsFunction(_ name: String) -> String { sandbox(name) }

    /// The command line that runs `ah agent …` where both agents are.
    ///
    /// - Parameters:
    ///   - options: the runner's.
    ///   - folder: what it takes for the workspace.
    func command(_ words: [String], options: [String] = [], folder: String = "workspace") -> [String] {
        [Agents.runner, "-w", sandbox(folder), "-s", sandbox("state")] + options
            + ["with", "--", BuiltProduct.ah, "agent"] + words
    }

    /// Runs `ah agent …` to its end.
    func run(_ words: [String], options: [String] = [], folder: String = "workspace") throws -> CommandRun {
        try CommandRun(
            command(words, options: options, folder: folder), environment: sandbox.environment,
            workingDirectory: sandbox.folder.path, timeout: .seconds(120))
    }

    /// The words after `ah agent` that start an agent which answers a prompt and ends.
    static func words(
        _ agent: String, _ options: [String], prompt: String, extra: [String] = []
    ) -> [String] {
        let own = agent == "claude" ? ["--", "--dangerously-skip-permissions"] : extra.isEmpty ? [] : ["--"] + extra
        return [
            "start", "--agent", agent, "--prompt", prompt, "--trust-hooks", "--non-interactive", "--headless",
            "--snapshots", "git",
        ] + options + own
    }

    func start(
        _ agent: String, _ options: [String] = [], prompt: String, folder: String = "workspace", extra: [String] = []
    ) throws -> Run {
        let run = try run(Self.words(agent, options, prompt: prompt, extra: extra), folder: folder)
        let path = String(run.text.split(separator: "\n").last { $0.hasSuffix(".ahr") } ?? "")
        return Run(status: run.status, errorText: run.errorText, recorded: try sandbox.recorded(path))
    }

    /// Starts it in a terminal, for a person.
    func terminal(_ agent: String, prompt: String, asks: Bool) throws -> TerminalDriver {
        let own = agent == "claude" ? ["--", asks ? "--permission-mode=manual" : "--dangerously-skip-permissions"] : []
        let words =
            [
                "start", "--agent", agent, "--prompt", prompt, "--trust-hooks", "--snapshots", "git", "-o",
                sandbox.recording,
            ] + own
        return try TerminalDriver(
            command(words, options: asks ? ["-m", "ask"] : []), size: Size(columns: 100, rows: 32),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
    }

    /// The agents' own conversations, where they keep them for their user.
    func conversations() throws -> [String: Data] {
        var result: [String: Data] = [:]
        for folder in [sandbox("state/home/.claude/projects"), sandbox("state/codex/sessions")] {
            for name in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            where name.hasSuffix("jsonl") {
                result["\(folder)/\(name)"] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            }
        }
        return result
    }

    /// The files that agents were given for sessions, and that are still there.
    func privateFolders() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/sessions")).filter { $0.hasSuffix(".agent") }
    }

    /// How many messages the model was first sent with this prompt: those before the branch, and the prompt's own.
    func asked(prompt: String) throws -> Int? {
        let log = try String(contentsOf: URL(filePath: sandbox("state/stub.jsonl")), encoding: .utf8)
        struct Entry: Decodable {
            var n: Int?
            var prompt: String?
        }
        return try log.split(separator: "\n").map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
            .first { $0.prompt == prompt }?.n
    }

    /// The agent's own process in the session that runs.
    func agentProcess(_ agent: String) -> Int32? {
        sandbox.processes.first { pid in
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe") else {
                return false
            }
            return path.hasSuffix("/\(agent)")
        }
    }
}

extension Recorded {
    /// The moments of uses of tools.
    var tools: [Anchored<Moment>] { summary.moments.filter { $0.value.type == "tool_boundary" } }
}
