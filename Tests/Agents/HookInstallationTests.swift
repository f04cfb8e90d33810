import Agents
import Glibc
import TestSupport
import Testing

struct HookInstallationTests {
    private static func request(_ environment: [String: String] = [:]) -> HookInstallation.Request {
        HookInstallation.Request(executable: "/opt/my ah/ah", folder: "/f", environment: environment)
    }

    @Test func `Claude's settings hold one quoted command for each event`() throws {
        let plan = try HookInstallation.plan(.claude, Self.request()) { _ in nil }
        #expect(plan.arguments == ["--settings", "/f/claude-settings.json"])
        let settings = try JSONValue(parsing: try #require(plan.files["claude-settings.json"]))
        let hook = settings["hooks"]?["PostToolUse"]?.elements?.first?["hooks"]?.elements?.first
        #expect(hook?["command"]?.text == "'/opt/my ah/ah' __hook claude PostToolUse")
        #expect(plan.remarks.isEmpty)
    }

    @Test func `the user's own --settings and its hooks stay`() throws {
        var request = Self.request()
        request.extra = ["--settings", "mine.json", "--verbose"]
        let plan = try HookInstallation.plan(.claude, request) { path in
            path == "mine.json" ? #"{"model":"opus","hooks":{"Stop":[{"hooks":[]}]}}"# : nil
        }
        let settings = try JSONValue(parsing: try #require(plan.files["claude-settings.json"]))
        #expect(settings["model"]?.text == "opus")
        #expect(settings["hooks"]?["Stop"]?.elements?.count == 2)
        #expect(HookInstallation.removing("--settings", from: request.extra) == ["--verbose"])
        request.extra = ["--settings={", "x"]
        #expect(throws: AgentError.self) { try HookInstallation.plan(.claude, request) { _ in nil } }
    }

    @Test func `Codex is given hooks only when its user said so, each marked with what Codex compares`() throws {
        var request = Self.request(["HOME": "/home/u"])
        request.executable = "/tmp/agp/hook.sh"
        let plain = try HookInstallation.plan(.codex, request) { path in
            path == "/home/u/.codex/config.toml" ? #"notify = ["notify-send", "Codex"]"# : nil
        }
        #expect(
            plain.arguments == [
                "-c", #"notify=["/tmp/agp/hook.sh","__hook","codex","notify","--then","notify-send","Codex"]"#,
            ])
        #expect(plain.remarks.count == 1)
        request.trustsHooks = true
        let trusted = try HookInstallation.plan(.codex, request) { _ in nil }
        #expect(trusted.remarks.isEmpty)
        #expect(trusted.arguments.contains { $0.hasPrefix("hooks.PostToolUse=[{hooks=[{type=\"command\",command=\"") })
        let states = try #require(trusted.arguments.last)
        #expect(
            states.hasPrefix("hooks.state={\"/<session-flags>/config.toml:session_start:0:0\"={trusted_hash=\"sha256:"))
    }

    @Test(
        arguments: [
            (["-c", "hooks.PostToolUse=[]"], true, "hooks.PostToolUse"), (["--config=notify=[]"], false, "notify"),
            (["--config", "hooks = {}"], true, "hooks"), (["-c", "hooks.PostToolUse=[]"], false, nil),
            (["-c", "notify=[]"], true, nil), (["-c", "model=x", "-c"], true, nil),
        ] as [([String], Bool, String?)])
    func `a setting of the user's own in place of Codex's hooks is told`(extra: [String], trusts: Bool, key: String?)
        throws
    {
        var request = Self.request()
        request.extra = extra
        request.trustsHooks = trusts
        let remarks = try HookInstallation.plan(.codex, request) { _ in nil }.remarks
            .filter { $0.hasPrefix("your own -c") }
        #expect(remarks.count == (key == nil ? 0 : 1))
        if let key { #expect(remarks.first?.hasPrefix("your own -c \(key) takes the place") == true) }
    }

    @Test func `Gemini's defaults of the machine stay below ours`() throws {
        let plan = try HookInstallation.plan(.gemini, Self.request()) { path in
            path == "/etc/gemini-cli/system-defaults.json" ? #"{"hooks":{"AfterTool":[{"hooks":[]}]},"a":1}"# : nil
        }
        let settings = try JSONValue(parsing: try #require(plan.files["gemini-defaults.json"]))
        #expect(settings["hooks"]?["AfterTool"]?.elements?.count == 2)
        #expect(settings["a"] == .number("1"))
        #expect(plan.environment == ["GEMINI_CLI_SYSTEM_DEFAULTS_PATH": "/f/gemini-defaults.json"])
    }

    @Test func `opencode's own folder is not taken away`() throws {
        let taken = try HookInstallation.plan(.opencode, Self.request(["OPENCODE_CONFIG_DIR": "/mine"])) { _ in nil }
        #expect(taken.files.isEmpty)
        #expect(taken.remarks.count == 1)
        let plan = try HookInstallation.plan(.opencode, Self.request()) { _ in nil }
        #expect(plan.files["opencode/plugins/recorder.js"]?.contains(#"spawn("/opt/my ah/ah", ["__hook""#) == true)
    }

    @Test(arguments: [("plain", "plain"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("", "''"), ("$x", "'$x'")])
    func `a word survives a shell`(word: String, quoted: String) throws {
        #expect(ShellWord.quoted(word) == quoted)
        let run = try CommandRun(["/bin/sh", "-c", "printf %s \(quoted)"], environment: [:])
        #expect(run.text == word)
    }

    @Test func `private files are the user's alone, and leftovers of the dead are removed`() throws {
        let home = try TemporaryFolder()
        let live = PrivateFolder(home: home.path, session: "live")
        let dead = PrivateFolder(home: home.path, session: "dead")
        // Its starter has left, as one does who detaches; another is about to start; a third died while starting.
        let detached = PrivateFolder(home: home.path, session: "live+77")
        let starting = PrivateFolder(home: home.path, session: "new+78")
        let failed = PrivateFolder(home: home.path, session: "never+79")
        for folder in [live, dead, detached, starting, failed] { try folder.write([1, 2], to: "a/b") }
        var info = stat()
        #expect(stat("\(live.path)/a/b", &info) == 0)
        #expect(info.st_mode & 0o777 == 0o600)
        // What a link in it names is not removed with it.
        let kept = try home.write("x", to: "kept")
        #expect(symlink(kept, "\(dead.path)/link") == 0)
        let problems = PrivateFolder.removeLeftovers(
            home: home.path, isRunning: { $0 == "live" }, isAlive: { $0 == 78 })
        #expect(problems.isEmpty)
        for folder in [live, detached, starting] { #expect(access(folder.path, F_OK) == 0) }
        for folder in [dead, failed] { #expect(access(folder.path, F_OK) != 0) }
        #expect(access(kept, F_OK) == 0)
        try live.remove()
        try live.remove()
    }
}
