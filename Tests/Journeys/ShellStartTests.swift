import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

struct ShellStartTests {
    @Test func `a shell's commands are moments, its user's own prompt and settings hold, and nothing is left`() throws {
        let sandbox = try Sandbox()
        sandbox.environment["PS1"] = nil
        try sandbox.folder.write(
            "PS1='mine> '; PROMPT_COMMAND='count=$((count+1))'; greet() { echo hello; }\n", to: ".bashrc")
        let driver = try sandbox.terminal(
            ["agent", "start", "--agent", "bash", "-o", sandbox.recording, "--snapshots", "disable"])
        try driver.wait(for: "the user's prompt") { $0.text.contains("mine>") }
        driver.send("greet\r")
        try driver.wait(for: "the user's function") { $0.text.contains("hello") }
        driver.send("false\r")
        driver.send("echo ran $((count > 1))\r")
        try driver.wait(for: "the user's prompt command") { $0.text.contains("ran 1") }
        driver.send("exit\r")
        try driver.wait(for: "the shell's end") { _ in driver.termination != nil }
        let moments = try sandbox.recorded().summary.moments.map(\.value.label)
        #expect(moments.contains { $0.contains("greet") }, "\(moments)")
        #expect(moments.contains { $0.contains("false") && $0.contains("1") }, "\(moments)")
        #expect(moments.count == 3, "\(moments)")
        // The session's host goes a moment after its viewer.
        #expect(sandbox.isLeftEmpty())
        let sessions = try FileManager.default.contentsOfDirectory(atPath: sandbox("ah/sessions"))
        #expect(!sessions.contains { $0.hasSuffix(".agent") })
    }

    /// What a shell has to do with its user's own files, by the shell.
    private static let shells: [(name: String, file: String, content: String)] = [
        ("bash", ".bashrc", "PS1='mine> '; greet() { echo hello; }\n"),
        ("zsh", ".zshrc", "PS1='mine> '; precmd() { true }; greet() { echo hello; }\n"),
        (
            "fish", ".config/fish/config.fish",
            "function fish_prompt; echo -n 'mine> '; end; function greet; echo hello; end; set -U fish_greeting ''\n"
        ),
    ]

    @Test(arguments: shells)
    func `each command is a moment with its text, status, duration and folder`(
        _ shell: (name: String, file: String, content: String)
    ) throws {
        let places = ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(shell.name)" }
        guard let path = places.first(where: { access($0, X_OK) == 0 }) else {
            print("\(shell.name) isn't installed; its marks are not tried")
            return
        }
        let sandbox = try Sandbox()
        sandbox.environment["SHELL"] = path
        sandbox.environment["PS1"] = nil
        try FileManager.default.createDirectory(atPath: sandbox(".config/fish"), withIntermediateDirectories: true)
        try sandbox.folder.write(shell.content, to: shell.file)
        mkdir(sandbox("a b%41"), 0o700)
        let driver = try sandbox.terminal(
            ["agent", "start", "--agent", "shell", "-o", sandbox.recording, "--snapshots", "disable"])
        try driver.wait(for: "the user's prompt") { $0.text.contains("mine>") }
        driver.send("greet\r")
        try driver.wait(for: "the user's function") { $0.text.contains("hello") }
        driver.send("cd 'a b%41'; sleep 0.3; false\r")
        driver.send("echo one; echo t\"w\"o\r")
        try driver.wait(for: "the last command") { $0.text.contains("\ntwo") }
        driver.send("exit\r")
        try driver.wait(for: "the shell's end") { _ in driver.termination != nil }
        // fish tells the end of exit, too.
        let moments = try sandbox.recorded().summary.moments.map(\.value).filter { $0.type == "shell_command" }
            .prefix(3)
        #expect(
            moments.map(\.label) == ["greet", "cd 'a b%41'; sleep 0.3; false → 1", "echo one; echo t\"w\"o"])
        #expect(moments.map { $0.attributes?["exit_status"] } == ["0", "1", "0"])
        let folder = realpath(sandbox.folder.path, nil)
        defer { free(folder) }
        let home = try #require(folder.map { String(cString: $0) })
        #expect(moments.map { $0.attributes?["cwd"] } == [home, home, "\(home)/a b%41"])
        let durations = moments.compactMap { $0.attributes?["duration_ms"].flatMap { Int($0) } }
        #expect(durations.count == 3 && durations[1] >= 200, "\(durations)")
        #expect(sandbox.isLeftEmpty())
    }
}
