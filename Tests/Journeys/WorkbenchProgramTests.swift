import FoundationEssentials
import ScreenModel
import TestSupport
import Testing

/// Real full-screen programs in a pane: it shows what a terminal of its size shows.
@Suite struct WorkbenchProgramTests {
    private static func path(of programs: String...) -> String? {
        programs.flatMap { ["/usr/bin/\($0)", "/bin/\($0)"] }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let vimPath: String? = path(of: "vim.tiny", "vim")
    private static let lessPath: String? = path(of: "less")
    private static let htopPath: String? = path(of: "htop")
    private static let fzfPath: String? = path(of: "fzf")

    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox(["COLORTERM": "truecolor", "VTE_VERSION": "7600", "LESS": "", "FZF_DEFAULT_OPTS": ""])
        let lines = (1...200).map { "line \($0) – déjà vu 漢字 🎉 \(String(repeating: "x", count: $0 % 90))" }
        try sandbox.folder.write(lines.joined(separator: "\n") + "\n", to: "text")
        return sandbox
    }

    /// Does the same with a program in a pane and in a terminal of its own, and compares after each step.
    private func compare(_ script: String, _ steps: [(keys: String, text: String)], end: String) throws {
        let sandbox = try sandbox()
        let pane = try PaneDriver(sandbox, script: script)
        var environment = sandbox.environment
        environment["TERM"] = "xterm-256color"
        let alone = try TerminalDriver(
            sandbox.shell(script), environment: environment, workingDirectory: sandbox.folder.path)
        for (keys, text) in steps {
            pane.send(keys)
            alone.send(keys)
            try alone.wait(forText: text)
            try pane.wait { alone.frame }
        }
        pane.send(end)
        alone.send(end)
        try alone.waitForExit()
        try pane.wait(forText: "exit 0")
        try pane.leave()
    }

    @Test(.enabled(if: vimPath != nil, "vim is not installed"))
    func `vim edits, searches and splits`() throws {
        try compare(
            "exec \(Self.vimPath ?? "") -n -u NONE -i NONE -N text",
            [
                ("", "line 1 "), (":s/^/hello /\r", "hello line 1"), (":set number\r", "  1 hello"),
                ("/line 77 \r", "line 77 "), ("\u{4}", "line 87 "), ("5dd", "5 fewer lines"), ("u", "5 more lines"),
                (":vsplit\r", "[+]"), ("\u{17}w", "line"), (":1\r", "hello line 1"),
            ], end: ":qa!\r")
    }

    @Test(.enabled(if: lessPath != nil, "less is not installed"))
    func `less pages and searches`() throws {
        try compare(
            "exec \(Self.lessPath ?? "") text",
            [("", "line 22 "), (" ", "line 44 "), ("b", "line 2 "), ("/line 15[0-9]\r", "line 150 "), ("G", "(END)")],
            end: "q")
    }

    @Test(.enabled(if: fzfPath != nil, "fzf is not installed"))
    func `fzf filters`() throws {
        try compare(
            "seq 1000 | \(Self.fzfPath ?? "") > chosen; exit 0",
            [("", "1000/1000"), ("99", "28/1000"), ("\u{1B}[A", "28/1000")], end: "\r")
    }

    /// Its figures change by themselves, so that only what stays is looked at.
    @Test(.enabled(if: htopPath != nil, "htop is not installed"))
    func `htop has its function keys`() throws {
        let sandbox = try sandbox()
        let pane = try PaneDriver(sandbox, script: "exec \(Self.htopPath ?? "")")
        try pane.wait(forText: "F1Help")
        pane.send("\u{1B}OQ")
        try pane.wait(forText: "Setup")
        pane.send("\u{1B}[21~")
        try pane.window.wait(for: "the list again") { $0.text.contains("F1Help") && !$0.text.contains("Setup  ") }
        pane.send("q")
        try pane.wait(forText: "exit 0")
        try pane.leave()
    }

    @Test(.enabled(if: TmuxDriver.isPresent, "tmux is not installed"))
    func `tmux within, whose prefix is sent by pressing it twice`() throws {
        let sandbox = try sandbox()
        try sandbox.folder.write(
            "set -g status-right ''\nset -g default-command \"exec env PS1='in> ' bash --norc\"\n", to: "tmux.conf")
        let pane = try PaneDriver(
            sandbox, script: "exec tmux -S '\(sandbox("tmux"))' -f tmux.conf new-session")
        try pane.wait(forText: "in>")
        pane.send("echo $((6 * 7)) 漢字\r")
        try pane.wait(forText: "42 漢字")
        pane.send("\u{2}\u{2}%")
        try pane.window.wait(for: "a second prompt") {
            $0.text.ranges(of: "in>").count >= 3 && $0.text.contains("│in>")
        }
        pane.send("echo right-$((1 + 1))\r")
        try pane.wait(forText: "right-2")
        pane.send("exit\r")
        try pane.window.wait(for: "one shell again") { !$0.text.contains("│") }
        pane.send("exit\r")
        try pane.wait(forText: "exit 0")
        try pane.leave()
    }
}
