import Agents
import Testing

struct AgentLaunchTests {
    private static func words(_ id: String, _ change: (inout AgentLaunch) -> Void) throws -> AgentLaunch.Words {
        var launch = AgentLaunch()
        change(&launch)
        return try launch.words(AgentCatalogue.standard().agent(id), program: "/p")
    }

    @Test func `a prompt, a model and the user's own arguments stand where the agent wants them`() throws {
        let claude = try Self.words("claude") {
            $0.prompt = "-x {text} y"
            $0.model = "opus"
            $0.hookArguments = ["--settings", "/s"]
            $0.extra = ["--verbose"]
        }
        #expect(claude.command == ["/p", "--settings", "/s", "--model", "opus", "--verbose", "--", "-x {text} y"])
        let codex = try Self.words("codex") {
            $0.prompt = "do it"
            $0.isNonInteractive = true
            $0.resumes = "id"
            $0.hookArguments = ["-c", "a=1"]
        }
        #expect(codex.command == ["/p", "exec", "-c", "a=1", "resume", "id", "--", "do it"])
        #expect(codex.typed == nil)
    }

    @Test func `a prompt that is no argument is typed`() throws {
        let aider = try Self.words("aider") { $0.prompt = "do it" }
        #expect(aider.command == ["/p"])
        #expect(aider.typed == "do it")
        let shell = try Self.words("bash") {
            $0.prompt = "ls"
            $0.isNonInteractive = true
        }
        #expect(shell.command == ["/p", "-c", "ls"])
    }

    @Test func `what an agent can't be given is refused`() {
        #expect(throws: AgentError.self) { try Self.words("bash") { $0.model = "x" } }
        #expect(throws: AgentError.self) { try Self.words("claude") { $0.isNonInteractive = true } }
        #expect(throws: AgentError.self) { try Self.words("aider") { $0.permissionMode = "x" } }
    }

    @Test func `what an agent's own words have no place for is refused`() throws {
        var agent = try AgentCatalogue.standard().agent("claude")
        agent.interactive = ["{prompt}"]
        var launch = AgentLaunch()
        launch.prompt = "do it"
        #expect(try launch.words(agent, program: "/p").command == ["/p", "--", "do it"])
        launch.model = "large"
        let error = #expect(throws: AgentError.self) { try launch.words(agent, program: "/p") }
        #expect("\(error!)".hasSuffix("can't be given “large”; put {options} among its words in agents.toml"))
        launch.model = nil
        launch.extra = ["-v"]
        #expect(throws: AgentError.self) { try launch.words(agent, program: "/p") }
    }
}
