import Agents
import Testing

struct AgentCatalogueTests {
    @Test func `the compiled-in catalogue is without mistakes`() {
        let catalogue = AgentCatalogue.standard()
        #expect(
            catalogue.ids == [
                "claude", "codex", "gemini", "opencode", "copilot", "aider", "goose", "shell", "bash", "zsh", "fish",
            ])
        for agent in catalogue.agents {
            #expect(!agent.howToGet.isEmpty, "\(agent.id)")
            #expect(agent.nonInteractive?.contains("{prompt}") == true, "\(agent.id)")
        }
    }

    @Test func `a user's file wins entry by entry`() throws {
        let text = """
            [claude]
            command = "my-claude"

            [claude.screen]
            working = ['busy']

            [mine]
            command = "mine"
            how-to-get = "make mine"
            interactive = ["{prompt}"]
            prompt = ["{text}"]

            [mine.environment]
            A = "b"
            """
        let (catalogue, problems) = AgentCatalogue.standard().overlaid(by: text, file: "agents.toml")
        #expect(problems.isEmpty)
        let claude = try catalogue.agent("claude")
        #expect(claude.command == "my-claude")
        #expect(claude.hooks == .claude)
        #expect(claude.screen[.working] == ["busy"])
        #expect(claude.screen[.waitsForPermission]?.isEmpty == false)
        #expect(try catalogue.agent("mine").environment == ["A": "b"])
    }

    @Test func `mistakes are told with file, line and the nearest right name`() {
        let text = """
            [claude]
            comand = "x"
            hooks = "clod"
            model = "x"

            [claude.screen]
            wokring = ['x']
            idle = ['(']
            """
        let (_, problems) = AgentCatalogue.standard().overlaid(by: text, file: "agents.toml")
        let texts = problems.map(\.description)
        #expect(texts.count == 5)
        #expect(texts.contains("agents.toml:2: an agent has no “comand”; did you mean “command”?"))
        #expect(texts.contains { $0.hasPrefix("agents.toml:3: hooks is one of claude, codex") })
        #expect(texts.contains { $0.hasPrefix("agents.toml:4: model is a list") })
        #expect(texts.contains("agents.toml:7: there is no state “wokring”; did you mean “working”?"))
        #expect(texts.contains { $0.hasPrefix("agents.toml:8: “(” is no pattern") })
    }

    @Test func `an unknown placeholder and a new agent without what it needs are told with their line`() {
        let text = """
            [mine]
            model = ["--model", "{txt}"]
            interactive = ["{optons}", "x", "--say={prompt}"]
            resume = ["{}", "{a b}", "{\\"x\\":1}"]
            """
        let (_, problems) = AgentCatalogue.standard().overlaid(by: text, file: "agents.toml")
        let texts = problems.map(\.description)
        #expect(texts.count == 5, "\(texts)")
        #expect(texts.contains { $0.hasPrefix("agents.toml:1: [mine] lacks command") })
        #expect(texts.contains { $0.hasPrefix("agents.toml:1: [mine] lacks how-to-get") })
        #expect(texts.contains("agents.toml:2: model has no place for {txt}; did you mean {text}?"))
        #expect(texts.contains("agents.toml:3: interactive has no place for {optons}; did you mean {options}?"))
        #expect(texts.contains { $0.hasPrefix("agents.toml:3: {prompt} is a word of its own") })
    }

    @Test func `an unknown agent is answered with the nearest`() {
        #expect(throws: AgentError.unknownAgent("cladue", hint: "did you mean “claude”?")) {
            try AgentCatalogue.standard().agent("cladue")
        }
    }
}
