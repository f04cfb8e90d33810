import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// `ah agent record` with its live viewer, in a real terminal.
@Suite(.serialized) struct ViewerTests {
    private func bash(in sandbox: Sandbox, size: Size = Size(columns: 80, rows: 24)) throws -> TerminalDriver {
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--", "bash", "--norc", "-i"], size: size)
        try driver.wait(forText: "sh>")
        return driver
    }

    @Test func `a shell is used as without the recorder, and its status comes out`() throws {
        let sandbox = try Sandbox()
        let driver = try bash(in: sandbox)
        #expect(driver.frame.modes.alternateScreen)
        driver.send("echo $((40 + 2))\r")
        try driver.wait(forText: "\n42\n")
        driver.send("exit 5\r")
        #expect(try driver.waitForExit() == 5)
        let frame = driver.frame
        #expect(!frame.modes.alternateScreen && frame.cursor.isVisible)
        #expect(frame.modes.mouseTracking == .none && !frame.modes.bracketedPaste)
        #expect(frame.text.contains("session.ahr"))
        let recorded = try sandbox.recorded()
        #expect(recorded.isFinished)
        #expect(recorded.text.contains("42"))
        #expect(sandbox.isLeftEmpty())
    }

    @Test func `the child's size follows the window, and the recorded size is the child's`() throws {
        let sandbox = try Sandbox()
        let driver = try bash(in: sandbox)
        driver.send("stty size\r")
        try driver.wait(for: "the first size") { $0.text.contains("23 79") || $0.text.contains("23 80") }
        try driver.resize(to: Size(columns: 100, rows: 30))
        driver.send("clear; stty size\r")
        try driver.wait(for: "the new size") { $0.text.contains("29 99") || $0.text.contains("29 100") }
        driver.send("exit\r")
        try driver.waitForExit()
        let sizes = try sandbox.recorded().summary.resizes.map(\.value)
        #expect(sizes.contains { $0.rows == 29 && $0.columns >= 99 })
    }

    @Test func `after a storm of resizes the child has the last size and the screen is right`() throws {
        let sandbox = try Sandbox()
        let driver = try bash(in: sandbox)
        var random = SeededRandom(seed: 3)
        for _ in 0..<60 {
            let size = Size(
                columns: Int.random(in: 2...160, using: &random), rows: Int.random(in: 1...60, using: &random))
            try driver.resize(to: size)
            driver.send(" ")
        }
        try driver.resize(to: Size(columns: 90, rows: 20))
        driver.send("\u{15}clear; stty size; echo end-of-storm\r")
        try driver.wait(for: "the last size") { frame in
            (frame.text.contains("19 89") || frame.text.contains("19 90")) && frame.text.contains("\nend-of-storm")
        }
        driver.send("exit\r")
        #expect(try driver.waitForExit() == 0)
        #expect(try sandbox.recorded().warnings.isEmpty)
    }

    @Test func `every key reaches the child byte for byte`() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.write(Self.echoingHex, to: "hex.py")
        let driver = try sandbox.terminal(["agent", "record", "-o", sandbox.recording, "--", "python3", "hex.py"])
        try driver.wait(forText: "READY")
        // All of ASCII but the prefix (C-b) and the end mark (C-d); then keys, mouse, paste, focus, kitty, UTF-8.
        let bytes =
            (1...127).filter { $0 != 2 && $0 != 4 && $0 != 27 }.map { UInt8($0) }
            + Array(
                "\u{1B}[A\u{1B}OP\u{1B}[15~\u{1B}[1;5C\u{1B}[<0;5;7M\u{1B}[<0;5;7m\u{1B}[<35;6;7M\u{1B}[I\u{1B}[O".utf8)
            + Array("\u{1B}[200~pasted\rtext\u{1B}[201~\u{1B}[97;5u\u{1B}[27;5;9~é漢🎉".utf8) + [0xFF, 0xC3, 0x28]
        driver.send(bytes)
        driver.send([4])
        #expect(try driver.waitForExit() == 0)
        let hex = String(decoding: FileManager.default.contents(atPath: sandbox("hex")) ?? Data(), as: UTF8.self)
        #expect(hex == bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    /// Writes what it reads as hexadecimal digits to a file, until C-d.
    private static let echoingHex = #"""
        import os, tty
        tty.setraw(0)
        os.write(1, b"\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2004hREADY")
        got = b""
        while not got.endswith(b"\x04"):
            got += os.read(0, 1000)
        open("hex", "w").write(got[:-1].hex())
        """#

    @Test func `the prefix marks a moment, and the session goes on`() throws {
        let sandbox = try Sandbox()
        let driver = try bash(in: sandbox)
        driver.send("\u{2}m")
        driver.send("my mark\r")
        try driver.wait(forText: "my mark")
        driver.send("echo still-$((1 + 1))\r")
        try driver.wait(forText: "still-2")
        driver.send("exit\r")
        #expect(try driver.waitForExit() == 0)
        #expect(try sandbox.recorded().momentLabels == ["my mark"])
    }

    @Test func `a session goes on after its viewer detached, was killed or lost its terminal`() throws {
        for end in ["detach", "kill", "hang up"] {
            let sandbox = try Sandbox()
            let script = "echo started; while [ ! -e go ]; do sleep 0.05; done; echo finished; exit 0"
            let driver = try sandbox.terminal(
                ["agent", "record", "-o", sandbox.recording, "--"] + sandbox.shell(script))
            try driver.wait(forText: "started")
            switch end {
            case "detach": driver.send("\u{2}d")
            case "kill": kill(driver.child.pid, SIGKILL)
            default: driver.hangUp()
            }
            try driver.waitForExit()
            try sandbox.folder.write("", to: "go")
            try driver.wait(for: "the recording's end after \(end)") {
                (try? sandbox.recorded().isFinished) == true && sandbox.processes.isEmpty
            }
            #expect(try sandbox.recorded().text == "started\r\nfinished\r\n", "after \(end)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal to the viewer ends the session cleanly and restores the terminal`(signal: Int32) throws {
        let sandbox = try Sandbox()
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--"] + sandbox.shell("echo started; sleep 600"))
        try driver.wait(forText: "started")
        kill(driver.child.pid, signal)
        #expect(try driver.waitForExit() == 128 + signal)
        #expect(!driver.frame.modes.alternateScreen)
        #expect(try sandbox.recorded().isFinished)
        #expect(sandbox.isLeftEmpty())
    }

    @Test(arguments: [
        ("screen", "C", 40, 10), ("xterm", "C.UTF-8", 40, 10), ("vt100", "C", 80, 24), ("dumb", "C", 80, 24),
    ])
    func `it works on poor and small terminals`(term: String, lang: String, columns: Int, rows: Int) throws {
        let sandbox = try Sandbox(["TERM": term, "LANG": lang])
        let driver = try bash(in: sandbox, size: Size(columns: columns, rows: rows))
        driver.send("echo $((40 + 2))\r")
        try driver.wait(for: "the sum") { $0.text.contains("42") }
        driver.send("exit 7\r")
        #expect(try driver.waitForExit() == 7)
    }

    @Test func `passed through, bytes go straight and the terminal is restored`() throws {
        let sandbox = try Sandbox()
        let driver = try sandbox.terminal(
            ["agent", "record", "--passthrough", "-o", sandbox.recording, "--", "bash", "--norc", "-i"])
        try driver.wait(forText: "sh>")
        driver.send("stty size; echo $((40 + 2))\r")
        try driver.wait(forText: "24 80\n42\n")
        #expect(!driver.frame.modes.alternateScreen)
        try driver.resize(to: Size(columns: 100, rows: 30))
        driver.send("stty size\r")
        try driver.wait(forText: "30 100")
        driver.send("exit 9\r")
        #expect(try driver.waitForExit() == 9)
        #expect(try sandbox.recorded().text.contains("42"))
    }

    @Test func `keys that come while a session ends harm neither its host nor its status`() throws {
        for _ in 0..<12 {
            let sandbox = try Sandbox()
            let driver = try sandbox.terminal(
                ["agent", "record", "-o", sandbox.recording, "--"]
                    + sandbox.shell("stty raw -echo; echo started; head -c 1 >key; exit 3"))
            try driver.wait(forText: "started")
            try driver.wait(for: "the end") {
                driver.send("x")
                return driver.termination != nil
            }
            #expect(driver.termination?.shellStatus == 3)
            #expect(try sandbox.recorded().isFinished)
        }
    }
}
