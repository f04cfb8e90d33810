import Glibc
import Processes
import ScreenModel
import TestSupport
import Testing

@testable import Display

/// One terminal is entered at a time in a process, so these don't run side by side.
@Suite(.serialized) final class TTYTests {
    private let pty: PseudoTerminal
    private let slave: Int32
    private var seen: [UInt8] = []

    init() throws {
        pty = try PseudoTerminal(columns: 100, rows: 30)
        slave = open(pty.slavePath, O_RDWR | O_NOCTTY)
    }

    deinit { close(slave) }

    private func tty(_ environment: [String: String] = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]) throws -> TTY {
        try TTY.open(input: slave, output: slave, environment: environment)
    }

    /// What has come out of the terminal's far side until now.
    private func output() -> String {
        var memory = [UInt8](repeating: 0, count: 65536)
        while let count = memory.withUnsafeMutableBytes({ pty.read(into: $0) }), count > 0 { seen += memory[..<count] }
        return String(decoding: seen, as: UTF8.self)
    }

    private func settings() -> termios {
        var settings = termios()
        tcgetattr(slave, &settings)
        return settings
    }

    @Test func `leaving gives the terminal back as it was, however often`() throws {
        let before = settings()
        let tty = try tty()
        #expect(tty.size == Size(columns: 100, rows: 30))
        var options = TTY.Options()
        options.mouse = .motion
        options.focus = true
        options.kittyKeyboard = 1
        options.title = "ah\u{7}!"
        try tty.enter(options)
        #expect(settings().c_lflag & UInt32(ICANON | ECHO | ISIG) == 0)
        try tty.write(Array("drawn".utf8))
        tty.leave()
        tty.leave()
        #expect(settings().c_lflag == before.c_lflag)
        #expect(settings().c_iflag == before.c_iflag)
        let text = output()
        for pair in ["1049", "1003", "1006", "1004", "2004"] {
            #expect(text.contains("\u{1B}[?\(pair)h") && text.contains("\u{1B}[?\(pair)l"), "\(pair)")
        }
        #expect(text.contains("\u{1B}[>1u") && text.contains("\u{1B}[<u"))
        #expect(text.contains("\u{1B}]2;ah!\u{1B}\\"))
        #expect(text.hasSuffix("\u{1B}[?25h\u{1B}[23;0t"))
    }

    @Test func `a stop and a resume take the child's modes along`() throws {
        let before = settings()
        let tty = try tty()
        try tty.enter(TTY.Options())
        var modes = Modes()
        modes.mouseTracking = .drag
        modes.applicationCursorKeys = true
        try tty.mirror(modes)
        #expect(output().contains("\u{1B}[?1002h"))
        tty.suspend()
        #expect(settings().c_lflag == before.c_lflag)
        #expect(output().contains("\u{1B}[?1002l"))
        seen = []
        try tty.resume()
        #expect(output().contains("\u{1B}[?1002h"))
        #expect(output().contains("\u{1B}[?1h"))
        #expect(settings().c_lflag & UInt32(ICANON) == 0)
        tty.leave()
    }

    @Test func `a mode the child resets is reset, and ours stay`() throws {
        let tty = try tty()
        var options = TTY.Options()
        options.mouse = .click
        try tty.enter(options)
        var modes = Modes()
        modes.mouseTracking = .motion
        modes.mouseEncoding = .legacy
        try tty.mirror(modes, atLeast: .click)
        #expect(output().contains("\u{1B}[?1000l\u{1B}[?1006l\u{1B}[?1003h"))
        seen = []
        try tty.mirror(Modes(), atLeast: .click)
        #expect(output().contains("\u{1B}[?1003l\u{1B}[?1006h\u{1B}[?1000h"))
        tty.leave()
    }

    @Test func `what the terminal doesn't take now waits, in order`() throws {
        let tty = try tty()
        try tty.enter(TTY.Options())
        _ = output()
        seen = []
        let bytes = (0..<1_000_000).map { UInt8(0x21 + $0 % 90) }
        #expect(try tty.write(bytes) > 0)
        try tty.write(Array("end".utf8))
        while try tty.flush() > 0 { _ = output() }
        _ = output()
        #expect(seen == bytes + Array("end".utf8))
        tty.leave()
    }

    @Test func `input is read, and a closed terminal is told from silence`() throws {
        let tty = try tty()
        try tty.enter(TTY.Options())
        var memory = [UInt8](repeating: 0, count: 16)
        #expect(memory.withUnsafeMutableBytes { tty.read(into: $0) } == .nothing)
        _ = Array("keys\u{3}".utf8).withUnsafeBytes { pty.write($0) }
        #expect(memory.withUnsafeMutableBytes { tty.read(into: $0) } == .bytes(5))
        #expect(memory.prefix(5).elementsEqual("keys\u{3}".utf8))
        tty.leave()
    }

    @Test func `an answer that is still to come doesn't reach the shell`() throws {
        let tty = try tty()
        try tty.enter(TTY.Options())
        #expect(output().contains("\u{1B}[c"))
        _ = Array("\u{1B}[?62;22c".utf8).withUnsafeBytes { pty.write($0) }
        tty.leave()
        var memory = [UInt8](repeating: 0, count: 16)
        #expect(memory.withUnsafeMutableBytes { tty.read(into: $0) } == .nothing)
    }

    @Test func `a terminal type nobody knows is refused, and what is no terminal too`() throws {
        #expect(throws: DisplayError.unknownTerminal(name: "no-such-terminal")) {
            try self.tty(["TERM": "no-such-terminal"])
        }
        #expect(throws: DisplayError.terminalTypeMissing) { try self.tty([:]) }
    }
}
