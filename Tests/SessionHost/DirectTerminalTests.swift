import Glibc
import ScreenModel
import Testing

@testable import SessionHost

@Suite struct DirectTerminalTests {
    /// A terminal that a host has granted: what is written into it can be read from the other end.
    private struct Granted: ~Copyable {
        var terminal = DirectTerminal()
        let reading: Int32

        init() {
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            reading = ends[0]
            #expect(terminal.route(.attach(Size(columns: 80, rows: 24))).count == 1)
            #expect(terminal.take(.welcome(Self.status(version: 4))) == [.terminal])
            terminal.received = ends[1]
            #expect(terminal.take(.terminal(isGranted: true)).isEmpty)
        }

        deinit { close(reading) }

        func read() -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            let count = Glibc.read(reading, &bytes, bytes.count)
            return count > 0 ? Array(bytes[..<count]) : []
        }

        static func status(version: Int) -> SessionStatus {
            SessionStatus(
                protocolVersion: version, sessionID: "s", name: nil, pid: 1, command: ["sh"], recordingPath: "/r.ahr",
                startedAt: 0, elapsed: 0, columns: 80, rows: 24, viewers: 1, statistics: RecordingStatistics(),
                moments: [], snapshots: [], takesSnapshots: false)
        }
    }

    @Test func `keys go into the terminal, and the host is told`() {
        var granted = Granted()
        #expect(granted.terminal.route(.input([97, 98])) == [.typed([97, 98])])
        #expect(granted.read() == [97, 98])
    }

    @Test func `before it is granted, and to a host that knows nothing of it, keys go through the host`() {
        var terminal = DirectTerminal()
        _ = terminal.route(.attach(Size(columns: 80, rows: 24)))
        #expect(terminal.take(.welcome(Granted.status(version: 3))).isEmpty)
        #expect(terminal.route(.input([97])) == [.input([97])])
        var other = DirectTerminal()
        #expect(other.take(.welcome(Granted.status(version: 4))).isEmpty, "who only steers types through the host")
        #expect(other.route(.input([97])) == [.input([97])])
    }

    @Test func `what the terminal doesn't take goes through the host, and so does all until the child has it`() {
        var granted = Granted()
        let paste = [UInt8](repeating: 120, count: 200_000)
        let told = granted.terminal.route(.input(paste))
        let taken = granted.read()
        #expect(taken.count > 0 && taken.count < paste.count)
        #expect(told == [.typed(taken), .input(Array(paste[taken.count...])), .terminal])
        #expect(granted.terminal.route(.input([97])) == [.input([97]), .terminal])
        #expect(granted.terminal.take(.terminal(isGranted: true)).isEmpty)
        #expect(granted.terminal.route(.input([98])) == [.input([98]), .terminal], "one answer is still to come")
        for _ in 0..<2 { _ = granted.terminal.take(.terminal(isGranted: true)) }
        #expect(granted.terminal.route(.input([99])) == [.typed([99])])
        #expect(granted.read() == [99])
    }

    @Test func `keys don't overtake a new size`() {
        var granted = Granted()
        let size = Size(columns: 100, rows: 30)
        #expect(granted.terminal.route(.resize(size)) == [.resize(size), .terminal])
        #expect(granted.terminal.route(.input([97])) == [.input([97]), .terminal])
        #expect(granted.read().isEmpty)
    }

    @Test func `a host that refuses is not asked again`() {
        var granted = Granted()
        _ = granted.terminal.route(.resize(Size(columns: 100, rows: 30)))
        _ = granted.terminal.take(.terminal(isGranted: false))
        #expect(granted.terminal.route(.input([97])) == [.input([97])])
        #expect(granted.read().isEmpty)
    }
}
