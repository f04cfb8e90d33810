import Recording
import ScreenModel
import Testing

@testable import Interchange

struct TypescriptTests {
    private let header = """
        Script started on 2026-11-23 12:44:19+00:00 [COMMAND="echo hi" TERM="xterm" TTY="/dev/pts/1" COLUMNS="90" LINES="20"]

        """

    @Test func `the classic format has delays and byte counts, and facts in its first line`() throws {
        let script = header + "hi\r\nyou\n\nScript done on 2026-11-23 12:44:20+00:00 [COMMAND_EXIT_CODE=\"3\"]\n"
        let session = try Typescript.read(
            typescript: Array(script.utf8), timing: Array("0.25 4\n0.5 4\n".utf8), path: "t")
        #expect(session.size == Size(columns: 90, rows: 20))
        #expect(session.startedAt == 1_795_437_859_000)
        #expect(session.command == "echo hi")
        #expect(session.environment == ["TERM": "xterm"])
        #expect(
            session.events == [
                event(250, 0, .output(Array("hi\r\n".utf8))), event(750, 4, .output(Array("you\n".utf8))),
            ])
    }

    @Test func `the advanced format has input, window changes and the exit status`() throws {
        let timing = """
            H 0.000000 START_TIME 2026-11-23 12:44:20+00:00
            H 0.000000 COMMAND read x; echo $x
            H 0.000000 INPUT_LOG in
            I 0.100000 3
            S 0.100000 SIGWINCH ROWS=30 COLS=100
            O 0.300000 4
            H 0.000000 DURATION 0.5
            H 0.000000 EXIT_CODE 2

            """
        let session = try Typescript.read(
            typescript: Array((header + "yo\r\n").utf8), input: Array((header + "yo\n").utf8),
            timing: Array(timing.utf8), path: "t")
        #expect(session.command == "read x; echo $x")
        #expect(
            session.events == [
                event(100, 0, .input(Array("yo\n".utf8))), event(200, 0, .resize(columns: 100, rows: 30)),
                event(500, 0, .output(Array("yo\r\n".utf8))), event(500, 4, .exit(ExitStatus(code: 2))),
            ])
    }

    @Test func `input and output in one log are taken in turn`() throws {
        let session = try Typescript.read(
            typescript: Array((header + "abcd").utf8), timing: Array("O 0 1\nI 0 2\nO 0 1\n".utf8), path: "t")
        #expect(
            session.events == [
                event(0, 0, .output([0x61])), event(0, 1, .input([0x62, 0x63])), event(0, 1, .output([0x64])),
            ])
    }

    @Test func `a line of no known form is an error with its number`() {
        #expect(throws: InterchangeError.malformed(path: "t", place: .line(2), what: "is no timing line of script(1)"))
        {
            try Typescript.read(typescript: [], timing: Array("0.1 0\nnonsense\n".utf8), path: "t")
        }
    }
}
