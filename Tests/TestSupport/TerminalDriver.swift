import Emulation
import Glibc
import Processes
import ScreenModel

/// A program in a real PTY whose output our own emulator shows, as a person at a terminal would see it.
///
/// It waits on conditions, never for a fixed time, and kills the program when it goes.
public final class TerminalDriver {
    /// How long a condition may take on a slow machine before a test gives up.
    public static let patience = Duration.seconds(30)

    public let child: ChildProcess
    /// Everything that the program wrote.
    public private(set) var output: [UInt8] = []
    private var pty: PseudoTerminal?
    private let terminal: Terminal
    private var unsent: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65536)

    public init(
        _ arguments: [String], size: Size = Size(columns: 80, rows: 24), environment: [String: String],
        workingDirectory: String? = nil
    ) throws {
        let pty = try PseudoTerminal(columns: size.columns, rows: size.rows)
        let launch = ChildProcess.Launch(
            arguments: arguments, environment: environment, workingDirectory: workingDirectory)
        child = try ChildProcess(launch, on: pty)
        terminal = Terminal(size: size)
        self.pty = pty
    }

    deinit {
        child.signal(SIGKILL)
        while child.reap() == nil { usleep(1000) }
    }

    /// What our own emulator shows of some output.
    public static func frame(of output: [UInt8], size: Size) -> Frame {
        let terminal = Terminal(size: size)
        terminal.feed(output)
        return terminal.frame()
    }

    // MARK: What a person does

    public func send(_ keys: String) { send(Array(keys.utf8)) }

    public func send(_ bytes: [UInt8]) {
        unsent += bytes
        pump(milliseconds: 0)
    }

    /// As when the window changes: the program gets SIGWINCH.
    public func resize(to size: Size) throws {
        try pty?.resize(columns: size.columns, rows: size.rows)
        terminal.resize(to: size)
    }

    public func signal(_ number: Int32) { child.signal(number) }

    /// Closes the terminal under the program, as a closed window or a lost ssh does.
    public func hangUp() { pty = nil }

    // MARK: What a person sees

    public var frame: Frame {
        pump(milliseconds: 0)
        return terminal.frame()
    }

    /// The rows without trailing blanks, joined by newlines.
    public var screen: String { frame.text }

    /// Waits until the condition holds of the screen.
    /// - Throws: `DriverError` with the screen as it is then.
    public func wait(
        for what: String, timeout: Duration = TerminalDriver.patience, until condition: (Frame) -> Bool
    ) throws {
        let deadline = ContinuousClock.now + timeout
        while true {
            let frame = terminal.frame()
            if !frame.modes.synchronizedUpdate, condition(frame) { return }
            guard ContinuousClock.now < deadline else { throw DriverError.timeout(what, screen: frame.text) }
            if !pump(milliseconds: 50), pty == nil || termination != nil {
                let last = terminal.frame()
                if condition(last) { return }
                throw DriverError.ended(what, status: termination?.shellStatus ?? -1, screen: last.text)
            }
        }
    }

    public func wait(forText text: String, timeout: Duration = TerminalDriver.patience) throws {
        try wait(for: "the text \u{201C}\(text)\u{201D}", timeout: timeout) { $0.text.contains(text) }
    }

    /// Waits until something else is true, while the program's output is read.
    public func wait(
        for what: String, timeout: Duration = TerminalDriver.patience, untilTrue condition: () throws -> Bool
    ) throws {
        let deadline = ContinuousClock.now + timeout
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw DriverError.timeout(what, screen: screen) }
            if !pump(milliseconds: 20) { usleep(5000) }
        }
    }

    /// How the program ended, nil while it runs.
    public var termination: ChildProcess.Termination? { child.reap() }

    /// Reads the program's output until it ends, and gives its status as a shell reports it.
    @discardableResult public func waitForExit(timeout: Duration = TerminalDriver.patience) throws -> Int32 {
        let deadline = ContinuousClock.now + timeout
        while child.reap() == nil {
            guard ContinuousClock.now < deadline else {
                throw DriverError.timeout("the program's end", screen: terminal.frame().text)
            }
            pump(milliseconds: 50)
        }
        while pump(milliseconds: 0) {}
        return child.reap()?.shellStatus ?? -1
    }

    // MARK: IO

    /// Reads and writes what is possible within the time. False if nothing happened.
    @discardableResult private func pump(milliseconds: Int) -> Bool {
        guard let pty else {
            usleep(1000)
            return false
        }
        var poller = Poller()
        let index = poller.add(pty.descriptor, unsent.isEmpty ? .read : [.read, .write])
        let ending = poller.add(child.descriptor, .read)
        guard poller.wait(milliseconds: milliseconds) else { return false }
        var happened = false
        if poller.isWritable(index), !unsent.isEmpty { happened = write(to: pty) }
        if poller.isReadable(index) { happened = read(from: pty) || happened }
        // A child that ended stays readable: without this a loop would spin.
        if !happened, poller.isReadable(ending), milliseconds > 0 { usleep(1000) }
        return happened
    }

    private func write(to pty: PseudoTerminal) -> Bool {
        guard let count = unsent.withUnsafeBytes({ pty.write($0) }) else {
            unsent = []
            return false
        }
        unsent.removeFirst(count)
        return count > 0
    }

    private func read(from pty: PseudoTerminal) -> Bool {
        guard let count = buffer.withUnsafeMutableBytes({ pty.read(into: $0) }), count > 0 else { return false }
        output += buffer[..<count]
        let changes = buffer.withUnsafeBytes { terminal.feed(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        unsent += changes.replies
        return true
    }
}
