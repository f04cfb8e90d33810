import FoundationEssentials
import TestSupport
import Testing

/// What a session does when output floods in faster than anybody could look.
@Suite(.serialized) struct FloodTests {
    /// Asks where the cursor is after each of three floods, and after a resize of its text by wide and coloured words.
    private static let program = """
        import os, select, tty
        tty.setraw(0)
        def write(data):
            while data: data = data[os.write(1, data):]
        for number in range(3):
            write(b"".join(b"line %d \\x1b[3%dmcolour\\x1b[0m \\xe4\\xbd\\xa0\\r\\n" % (i, i % 8) for i in range(90000)))
            write(b"x" * (5 + number) + b"\\x1b[6n")
            answer = b""
            while not answer.endswith(b"R") and select.select([0], [], [], 120)[0]: answer += os.read(0, 100)
            write(b"\\r\\nanswer %d: %s\\r\\n" % (number, answer[1:]))
        """

    @Test func `a question after a flood is answered as if the screen had followed`() throws {
        let sandbox = try Sandbox()
        try Data(Self.program.utf8).write(to: URL(filePath: sandbox("flood.py")))
        let run = try sandbox.ah(
            "agent", "record", "--headless", "-o", sandbox.recording, "--", "python3", "flood.py")
        #expect(run.status == 0)
        let text = try sandbox.recorded().text
        for number in 0..<3 {
            #expect(text.contains("answer \(number): [24;\(6 + number)R"), "answer \(number) is wrong or missing")
        }
    }

    @Test func `a viewer sees how a flood ends, and questions are answered as if every line had been shown`() throws {
        let sandbox = try Sandbox()
        let waiting = Self.program + "\nselect.select([0], [], [], 120)\n"
        try Data(waiting.utf8).write(to: URL(filePath: sandbox("flood.py")))
        let viewer = try sandbox.terminal(["agent", "record", "-o", sandbox.recording, "--", "python3", "flood.py"])
        try viewer.wait(for: "the last answer", timeout: .seconds(120)) { frame in
            frame.text.contains("answer 2: [") && frame.text.contains("line 89999 colour 你")
        }
        viewer.send("q")
        try viewer.waitForExit()
        let text = try sandbox.recorded().text
        for number in 0..<3 {
            #expect(text.contains("answer \(number): [23;\(6 + number)R"), "answer \(number) is wrong or missing")
        }
    }
}
