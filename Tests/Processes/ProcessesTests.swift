import Glibc
import Testing

@testable import Processes

@Suite struct ProcessesTests {
    private func run(_ arguments: [String], columns: Int = 80, rows: Int = 24) throws -> (
        String, ChildProcess.Termination
    ) {
        let terminal = try PseudoTerminal(columns: columns, rows: rows)
        let child = try ChildProcess(
            .init(arguments: arguments, environment: ["PATH": "/usr/bin:/bin", "TERM": "xterm"]), on: terminal)
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var poller = Poller()
        while true {
            poller.removeAll()
            poller.add(terminal.descriptor, .read)
            poller.add(child.descriptor, .read)
            guard poller.wait(milliseconds: 30_000) else { break }
            if poller.isReadable(1) { terminal.releaseSlave() }
            guard let count = buffer.withUnsafeMutableBytes({ terminal.read(into: $0) }) else { break }
            output += buffer[..<count]
        }
        poller.removeAll()
        poller.add(child.descriptor, .read)
        _ = poller.wait(milliseconds: 30_000)
        return (String(decoding: output, as: UTF8.self), try #require(child.reap()))
    }

    @Test func `a child has a controlling terminal of the size asked for`() throws {
        let (text, end) = try run(["sh", "-c", "stty size </dev/tty; tty"], columns: 93, rows: 31)
        #expect(text.hasPrefix("31 93\r\n/dev/pts/"))
        #expect(end == .exited(0))
    }

    @Test func `exit codes and signals come back as they were`() throws {
        #expect(try run(["sh", "-c", "exit 7"]).1 == .exited(7))
        #expect(try run(["sh", "-c", "kill -TERM $$"]).1 == .signalled(SIGTERM))
    }

    @Test func `a command that isn't there or can't run says so`() throws {
        let missing = #expect(throws: ProcessError.self) { try run(["no-such-command-here"]) }
        #expect(missing?.shellStatus == 127)
        let folder = #expect(throws: ProcessError.self) { try run(["/usr"]) }
        #expect(folder?.shellStatus == 126)
    }

    @Test func `a missing working directory is named`() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let error = #expect(throws: ProcessError.self) {
            try ChildProcess(
                .init(arguments: ["/bin/true"], environment: [:], workingDirectory: "/no/such/folder"), on: terminal)
        }
        #expect(error.map { "\($0)".contains("/no/such/folder") } == true)
    }

    @Test func `hidden input is told from an open line`() throws {
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let slave = open(terminal.slavePath, O_RDWR | O_NOCTTY)
        defer { close(slave) }
        #expect(!terminal.hidesInput)
        var settings = termios()
        tcgetattr(slave, &settings)
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(slave, TCSANOW, &settings)
        #expect(terminal.hidesInput)
        settings.c_lflag &= ~tcflag_t(ICANON)
        tcsetattr(slave, TCSANOW, &settings)
        #expect(!terminal.hidesInput)
    }
}
