import CCurses
import Glibc
import Processes
import ScreenModel
import Testing

@testable import Display

/// What dies here dies in a process of its own.
@Suite(.serialized) final class TTYCrashTests {
    private let pty: PseudoTerminal
    private let slave: Int32

    init() throws {
        pty = try PseudoTerminal(columns: 80, rows: 24)
        slave = open(pty.slavePath, O_RDWR | O_NOCTTY)
    }

    deinit { close(slave) }

    private static let environment = ["TERM": "xterm-256color", "LANG": "C.UTF-8"]

    /// Enters the terminal at a path; it stays entered.
    static func enter(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_NOCTTY)
        let tty = try TTY.open(input: descriptor, output: descriptor, environment: environment)
        var options = TTY.Options()
        options.mouse = .motion
        try tty.enter(options)
        _ = Unmanaged.passRetained(tty)
    }

    private func expectRestored() {
        #expect(pty.isCanonical)
        var memory = [UInt8](repeating: 0, count: 65536)
        let count = memory.withUnsafeMutableBytes { pty.read(into: $0) } ?? 0
        let text = String(decoding: memory[..<count], as: UTF8.self)
        #expect(text.contains("\u{1B}[?1049h"))
        #expect(text.contains("\u{1B}[?1003l"))
        #expect(text.contains("\u{1B}[?1049l\u{1B}[?25h"))
    }

    @Test func `a Swift trap gives the terminal back`() async throws {
        await #expect(processExitsWith: .failure) { [path = pty.slavePath as String] in
            try TTYCrashTests.enter(path)
            let empty: [Int] = []
            print(empty[path.utf8.count])
        }
        expectRestored()
    }

    @Test func `a memory fault gives the terminal back`() async throws {
        await #expect(processExitsWith: .failure) { [path = pty.slavePath as String] in
            try TTYCrashTests.enter(path)
            UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        }
        expectRestored()
    }

    @Test func `an abort gives the terminal back`() async throws {
        await #expect(processExitsWith: .signal(SIGABRT)) { [path = pty.slavePath as String] in
            try TTYCrashTests.enter(path)
            abort()
        }
        expectRestored()
    }

    @Test func `an exit that forgets to leave gives the terminal back`() async throws {
        await #expect(processExitsWith: .exitCode(3)) { [path = pty.slavePath as String] in
            try TTYCrashTests.enter(path)
            exit(3)
        }
        expectRestored()
    }
}
