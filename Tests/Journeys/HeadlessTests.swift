import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// `ah agent record --headless`: no terminal, no person.
@Suite(.serialized) struct HeadlessTests {
    @Test(arguments: [
        ("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 143), ("kill -KILL $$", 137), ("exec no-such-command", 127),
    ])
    func `the exit status is the child's`(script: String, status: Int32) throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.record(script).status == status)
        let exit = try sandbox.recorded().summary.exit
        #expect(exit?.shellStatus == status)
    }

    @Test func `a command that doesn't exist is 127 and one clear line`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.ah("agent", "record", "--headless", "-o", sandbox.recording, "--", "no-such-command")
        #expect(run.status == 127)
        #expect(run.errorText.contains("no-such-command"))
        #expect(run.errorText.split(separator: "\n").count == 1)
    }

    @Test func `the child's output is recorded byte for byte`() throws {
        let sandbox = try Sandbox()
        var random = SeededRandom(seed: 1)
        let bytes = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        try Data(bytes).write(to: URL(filePath: sandbox("bytes")))
        try sandbox.record("stty raw -echo; cat bytes")
        let recorded = try sandbox.recorded()
        #expect(recorded.output == bytes)
        #expect(recorded.isFinished)
        #expect(recorded.warnings.isEmpty)
    }

    @Test func `without a terminal the child has 80 by 24, or what the options say`() throws {
        let sandbox = try Sandbox()
        try sandbox.record("stty size")
        #expect(try sandbox.recorded().text == "24 80\r\n")
        unlink(sandbox.recording)
        try sandbox.record("stty size", options: ["--cols", "40", "--rows", "10"])
        let recorded = try sandbox.recorded()
        #expect(recorded.text == "10 40\r\n")
        #expect(recorded.summary.initialSize == Size(columns: 40, rows: 10))
    }

    @Test func `environment and folder are what the options say, and the session is in the environment`() throws {
        let sandbox = try Sandbox()
        try FileManager.default.createDirectory(atPath: sandbox("deep"), withIntermediateDirectories: true)
        try sandbox.record(
            "echo $FRUIT; basename $PWD; [ -n \"$AH_SESSION_ID\" ] && [ -S \"$AH_RECORDER_IPC_SOCKET\" ] && echo in-session",
            options: ["--env", "FRUIT=pear", "--cwd", sandbox("deep")])
        #expect(try sandbox.recorded().text == "pear\r\ndeep\r\nin-session\r\n")
    }

    @Test func `all standard streams may be closed`() throws {
        let sandbox = try Sandbox()
        let run = try CommandRun(
            ["sh", "-c", "\"$AH\" agent record --headless -o session.ahr -- sh -c 'echo hello; exit 4' <&- >&- 2>&-"],
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(run.status == 4)
        #expect(try sandbox.recorded().text == "hello\r\n")
    }

    @Test func `without a file the recording goes by date and session, and its path is printed`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.ah("agent", "record", "--headless", "--", "echo", "hello")
        let words = (run.text + run.errorText).split(whereSeparator: \.isWhitespace)
        let path = try #require(words.first { $0.hasSuffix(".ahr") })
        #expect(path.contains(#/\/ah\/recordings\/20\d\d\/\d\d\/[^\/]+\.ahr$/#))
        #expect(try sandbox.recorded(String(path)).text == "hello\r\n")
        var info = stat()
        #expect(stat(String(path), &info) == 0 && info.st_mode & 0o777 == 0o600)
    }

    @Test func `questions to the terminal are answered, so that no program hangs`() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.write(Self.asking, to: "ask.py")
        let run = try sandbox.record("python3 ask.py")
        let text = try sandbox.recorded().text
        #expect(run.status == 0, "\(text)")
    }

    /// Asks what programs ask at their start, each answer awaited for ten seconds.
    private static let asking = #"""
        import os, re, select, sys, termios, tty
        tty.setraw(0)
        asked = {
            "DA1": (b"\x1b[c", rb"\x1b\[\?[0-9;]+c"),
            "DA2": (b"\x1b[>c", rb"\x1b\[>[0-9;]+c"),
            "DSR": (b"\x1b[5n", rb"\x1b\[0n"),
            "CPR": (b"\x1b[3;5H\x1b[6n", rb"\x1b\[3;5R"),
            "XTVERSION": (b"\x1b[>q", rb"\x1bP>\|.+\x1b\\"),
            "DECRQM": (b"\x1b[?2026$p", rb"\x1b\[\?2026;[0-4]\$y"),
            "kitty": (b"\x1b[?u\x1b[c", rb"c$"),
            "OSC 11": (b"\x1b]11;?\x1b\\", rb"\x1b\]11;rgb:.+(\x07|\x1b\\)"),
        }
        for name, (question, pattern) in asked.items():
            os.write(1, question)
            answer = b""
            while not re.search(pattern, answer, re.S):
                if not select.select([0], [], [], 10)[0]:
                    print(name, "was not answered:", answer, "\r")
                    sys.exit(1)
                answer += os.read(0, 1000)
        """#

    @Test func `input that nobody gives doesn't end a program that waits for it`() throws {
        let sandbox = try Sandbox()
        #expect(try sandbox.record("read -t 1 line; [ $? -gt 128 ]").status == 0)
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT])
    func `a signal ends child and recording cleanly`(signal: Int32) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell("echo started; sleep 600"))
        try run.wait(for: "the first output to be on disk") {
            (try? sandbox.recorded().text.contains("started")) == true
        }
        kill(run.child.pid, signal)
        let status = try run.waitForExit()
        #expect(status > 128)
        let recorded = try sandbox.recorded()
        #expect(recorded.isFinished)
        #expect(recorded.summary.exit?.shellStatus == status)
        #expect(recorded.text == "started\r\n")
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `background children that keep the terminal don't keep the recorder`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.record("(sleep 600 &) ; echo done")
        #expect(run.status == 0)
        #expect(try sandbox.recorded().text == "done\r\n")
    }
}
