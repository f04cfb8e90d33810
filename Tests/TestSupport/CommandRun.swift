import Glibc
import Processes

/// A command that ran to its end on pipes, with all that it wrote.
public struct CommandRun: Sendable {
    /// As a shell reports it: the exit code, or 128 + the signal.
    public let status: Int32
    public let output: [UInt8]
    public let errorOutput: [UInt8]

    public var text: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }

    /// Runs it and waits. Standard input is `input` and then its end.
    /// - Throws: `DriverError.timeout`, after killing the command.
    public init(
        _ arguments: [String], environment: [String: String], workingDirectory: String? = nil, input: [UInt8] = [],
        timeout: Duration = .seconds(60)
    ) throws {
        let run = try BackgroundCommand(
            arguments, environment: environment, workingDirectory: workingDirectory, input: input)
        status = try run.waitForExit(timeout: timeout)
        output = run.output
        errorOutput = run.errorOutput
    }
}

/// A command on pipes that goes on beside the test; killed when this object goes.
public final class BackgroundCommand {
    public let child: ChildProcess
    public private(set) var output: [UInt8] = []
    public private(set) var errorOutput: [UInt8] = []
    private let arguments: [String]
    private let standardInput: Pipe
    private let standardOutput: Pipe
    private let standardError: Pipe
    private var rest: ArraySlice<UInt8>

    public init(
        _ arguments: [String], environment: [String: String], workingDirectory: String? = nil, input: [UInt8] = []
    ) throws {
        self.arguments = arguments
        rest = input[...]
        standardInput = try Pipe()
        standardOutput = try Pipe()
        standardError = try Pipe()
        let launch = ChildProcess.Launch(
            arguments: arguments, environment: environment, workingDirectory: workingDirectory)
        child = try ChildProcess(
            launch, standardInput: standardInput.reader, standardOutput: standardOutput.writer,
            standardError: standardError.writer)
        standardInput.closeReader()
        standardOutput.closeWriter()
        standardError.closeWriter()
        if input.isEmpty { standardInput.closeWriter() }
    }

    deinit {
        child.signal(SIGKILL)
        while child.reap() == nil { usleep(1000) }
    }

    public var text: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
    public var status: Int32? { child.reap()?.shellStatus }

    @discardableResult public func waitForExit(timeout: Duration = .seconds(60)) throws -> Int32 {
        try wait(for: "\(arguments) to end", timeout: timeout) { self.child.reap() != nil }
        // Not until the pipes' end: a grandchild may hold them for ever.
        while pump(milliseconds: 0) {}
        return status ?? -1
    }

    /// Waits for a condition while the command's output is read.
    public func wait(
        for what: String, timeout: Duration = .seconds(60), until condition: () throws -> Bool
    ) throws {
        let deadline = ContinuousClock.now + timeout
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw DriverError.timeout(what, screen: text + errorText) }
            pump(milliseconds: 20)
        }
    }

    /// Reads and writes what is possible within the time. False if nothing happened.
    @discardableResult private func pump(milliseconds: Int) -> Bool {
        var poller = Poller()
        let input = poller.add(standardInput.writer, .write)
        let output = poller.add(standardOutput.reader, .read)
        let error = poller.add(standardError.reader, .read)
        if milliseconds > 0 { poller.add(child.descriptor, .read) }
        guard poller.wait(milliseconds: milliseconds) else { return false }
        let before = self.output.count + errorOutput.count
        if poller.isWritable(input) {
            rest = standardInput.write(rest)
            if rest.isEmpty { standardInput.closeWriter() }
        }
        if poller.isReadable(output) { standardOutput.read(into: &self.output) }
        if poller.isReadable(error) { standardError.read(into: &errorOutput) }
        return self.output.count + errorOutput.count > before
    }
}
