import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import TestSupport
import Testing

/// `ah agent replay` in a real terminal, key by key, and its printing modes.
@Suite(.serialized) struct ReplayTests {
    /// A minute in which each second clears the screen and says which one it is, with moments at 10, 30 and 50.
    private func makeMinute(in sandbox: Sandbox, resizingAt resize: Int? = nil) throws {
        var metadata = SessionMetadata(sessionID: "minute", command: ["minute"], startedAt: 1_700_000_000_000)
        metadata.name = "a minute"
        let writer = try RecordingWriter.create(
            at: sandbox.recording, metadata: metadata, size: Size(columns: 60, rows: 12))
        for second in 0...60 {
            let time = SessionTime(milliseconds: Int64(second) * 1000)
            if second == resize { writer.append(.resize(columns: 40, rows: 8), at: time) }
            let text = "\u{1B}[2J\u{1B}[Hsecond \(second).\r\n\u{1B}[31mred\u{1B}[0m \(second % 7 == 0 ? "seven" : "")"
            Array(text.utf8).withUnsafeBytes { writer.output($0, at: time) }
            if second % 20 == 10 {
                let id = UInt64(second / 20 + 1)
                writer.append(
                    .moment(Moment(id: id, label: "at \(second)", type: "manual", isAutomatic: false)), at: time)
            }
            try writer.flush(durable: false)
        }
        try writer.finish(exit: ExitStatus(code: 0), at: SessionTime(milliseconds: 60_500))
    }

    private func open(_ sandbox: Sandbox, size: Size = Size(columns: 80, rows: 24)) throws -> TerminalDriver {
        let driver = try sandbox.terminal(["agent", "replay", sandbox.recording], size: size)
        try driver.wait(forText: "second 0.")
        driver.send(" ")
        try driver.wait(forText: "paused")
        return driver
    }

    private func expect(_ driver: TerminalDriver, second: Int, after keys: String) throws {
        try driver.wait(for: "second \(second) after \(keys)") { $0.text.contains("second \(second).") }
    }

    @Test func `each key does what the page says`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let driver = try open(sandbox)
        driver.send("\u{1B}[H")
        try expect(driver, second: 0, after: "Home")
        for (keys, name, second) in [
            ("]", "]", 10), ("]", "]", 30), ("]", "]", 50), ("[", "[", 30),
            ("\u{1B}[C", "Right", 31), ("\u{1B}[D\u{1B}[D", "Left, Left", 29), ("\u{1B}[B", "Down", 39),
            ("\u{1B}[A\u{1B}[A", "Up, Up", 19), (".", ".", 20), ("\u{1B}[F", "End", 60), ("\u{1B}[5~", "PageUp", 0),
            ("g5s\r", "g 5s", 5), ("g0:42\r", "g 0:42", 42), ("g50%\r", "g 50%", 30),
            ("gat 50\r", "g and a moment", 50),
            ("\u{1B}[H/seven\r", "/", 7), ("n", "n", 14), ("n", "n", 21), ("N", "N", 14),
            ("\u{1B}[1;2C", "Shift-Right", 15), ("\u{1B}[1;2D", "Shift-Left", 14),
        ] {
            driver.send(keys)
            try expect(driver, second: second, after: name)
        }
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
        let frame = driver.frame
        #expect(!frame.modes.alternateScreen && frame.cursor.isVisible && frame.modes.mouseTracking == .none)
    }

    @Test func `help shows the keys, speed changes, and what is missing is said`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let driver = try open(sandbox)
        driver.send("?")
        try driver.wait(forText: "pause, resume")
        driver.send("?")
        try driver.wait(for: "help to close") { !$0.text.contains("pause, resume") }
        driver.send(">")
        try driver.wait(forText: "×2")
        driver.send("<<")
        try driver.wait(forText: "×0.5")
        for key in ["s", "i", "{", "}"] {
            driver.send("\u{C}")
            driver.send(key)
            try driver.wait(for: "a word about snapshots after \(key)") { $0.text.contains("snapshot") }
        }
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
    }

    @Test func `it plays with the original timing, and faster`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let driver = try sandbox.terminal(["agent", "replay", "--speed", "16", sandbox.recording])
        try driver.wait(forText: "second 60.")
        #expect(driver.screen.contains("1:00"))
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
    }

    @Test func `a click on the timeline goes there`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let driver = try open(sandbox)
        let row = try #require((0..<24).first { driver.frame.text(row: $0).contains("●") })
        let bar = Array(driver.frame.text(row: row))
        let first = try #require(bar.firstIndex { "━─●╌◆".contains($0) })
        let last = try #require(bar.lastIndex { "━─●╌◆".contains($0) })
        let column = (first + last) / 2 + 1
        driver.send("\u{1B}[<0;\(column);\(row + 1)M\u{1B}[<0;\(column);\(row + 1)m")
        try driver.wait(for: "the middle") { frame in (28...32).contains { frame.text.contains("second \($0).") } }
        driver.send("q")
        try driver.waitForExit()
    }

    @Test func `it lives through a storm of resizes and small windows`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox, resizingAt: 30)
        let driver = try open(sandbox)
        var random = SeededRandom(seed: 5)
        for _ in 0..<40 {
            try driver.resize(
                to: Size(columns: Int.random(in: 2...150, using: &random), rows: Int.random(in: 1...50, using: &random))
            )
            driver.send(["]", "[", "\u{1B}[C", ".", "?", "?"].randomElement(using: &random) ?? ".")
        }
        try driver.resize(to: Size(columns: 40, rows: 10))
        driver.send("\u{7}\u{7}g45s\r")
        try driver.wait(for: "second 45 in a small window") { $0.text.contains("second 45.") }
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
    }

    @Test(arguments: [("screen", "C"), ("linux", "C.UTF-8"), ("vt100", "C"), ("dumb", "C")])
    func `it works on poor terminals`(term: String, lang: String) throws {
        let sandbox = try Sandbox(["TERM": term, "LANG": lang])
        try makeMinute(in: sandbox)
        let driver = try open(sandbox, size: Size(columns: 80, rows: 24))
        driver.send("]")
        try expect(driver, second: 10, after: "]")
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
    }

    @Test func `screens are printed at the end and at a time, from a file and from standard input`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let recording = sandbox.recording
        #expect(try sandbox.ah("agent", "replay", "--fast", recording).text.hasPrefix("second 60."))
        #expect(try sandbox.ah("agent", "replay", "--at", "12.5s", recording).text.hasPrefix("second 12."))
        #expect(try sandbox.ah("agent", "replay", "--at", "0:33", recording).text.hasPrefix("second 33."))
        let content = Array(FileManager.default.contents(atPath: recording) ?? Data())
        #expect(try sandbox.ah("agent", "replay", "--fast", "-", input: content).text.hasPrefix("second 60."))
        let piped = try sandbox.ah("agent", "replay", recording)
        #expect(piped.status == 0 && piped.text.contains("second 60.") && !piped.text.contains("\u{1B}"))
        let facts = try sandbox.ah("agent", "replay", "--print-meta", recording)
        #expect(facts.status == 0 && facts.text.contains("minute") && facts.text.contains("60"))
    }

    @Test func `torn, damaged, empty and foreign files are played as far as they go`() throws {
        let sandbox = try Sandbox()
        try makeMinute(in: sandbox)
        let whole = Array(FileManager.default.contents(atPath: sandbox.recording) ?? Data())
        try Data(whole.prefix(whole.count / 2)).write(to: URL(filePath: sandbox("torn.ahr")))
        var damaged = whole
        for index in whole.count / 3..<whole.count / 3 + 10 { damaged[index] ^= 0x55 }
        try Data(damaged).write(to: URL(filePath: sandbox("damaged.ahr")))
        try sandbox.folder.write("", to: "empty.ahr")
        for name in ["torn.ahr", "damaged.ahr"] {
            let run = try sandbox.ah("agent", "replay", "--fast", sandbox(name))
            #expect(run.status == 0 && run.text.contains("second"), "\(name): \(run.errorText)")
            #expect(try sandbox.ah("agent", "verify", sandbox(name)).status != 0)
            let driver = try sandbox.terminal(["agent", "replay", sandbox(name)])
            try driver.wait(forText: "second 0.")
            driver.send("q")
            #expect(try driver.waitForExit() == 0)
        }
        let empty = try sandbox.ah("agent", "replay", "--fast", sandbox("empty.ahr"))
        #expect(empty.status < 128)
        #expect(try sandbox.ah("agent", "verify", sandbox.recording).status == 0)
        for path in Corpus.recordings {
            #expect(try sandbox.ah("agent", "replay", "--fast", path).status == 0)
        }
    }

    @Test func `a session that runs now is followed`() throws {
        let sandbox = try Sandbox()
        let script = "echo first; while [ ! -e go ]; do sleep 0.05; done; echo second; sleep 600"
        let run = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(script))
        try run.wait(for: "the first output") { (try? sandbox.recorded().text.contains("first")) == true }
        let driver = try sandbox.terminal(["agent", "replay", sandbox.recording])
        try driver.wait(forText: "first")
        try sandbox.folder.write("", to: "go")
        driver.send("\u{1B}[F")
        try driver.wait(forText: "second")
        driver.send("q")
        #expect(try driver.waitForExit() == 0)
        kill(run.child.pid, SIGTERM)
        try run.waitForExit()
    }

    @Test func `escape codes of a recording never act on the user's terminal`() throws {
        let sandbox = try Sandbox()
        try sandbox.record(
            #"printf '\033]0;evil title\007\033]52;c;ZXZpbA==\007\033[c\033]11;?\007\033[6n\033]9;evil\007\a shown\n'"#)
        let driver = try sandbox.terminal(["agent", "replay", sandbox.recording])
        try driver.wait(forText: "shown")
        driver.send("q")
        try driver.waitForExit()
        let sent = String(decoding: driver.output, as: UTF8.self)
        #expect(
            !sent.contains("]0;evil") && !sent.contains("]2;evil") && !sent.contains("]52;") && !sent.contains("]9;"))
    }
}
