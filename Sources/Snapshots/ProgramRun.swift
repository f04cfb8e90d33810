import CSnapshots
import Glibc
import Processes

/// A program that is run to its end, with its input given and its output kept.
struct ProgramRun {
    var status: Int32
    var output: [UInt8]
    var errors: String

    /// - Parameter limit: of the output; what is more ends the program.
    /// - Throws: `programMissing`, `outOfTime`, `tooLarge`.
    init(
        _ arguments: [String], environment: [String: String], workingDirectory: String? = nil, input: [UInt8] = [],
        limit: Int = 256 << 20, deadline: Deadline
    ) throws(SnapshotError) {
        let pipes = try ChildPipes(arguments, environment: environment, workingDirectory: workingDirectory)
        output = []
        status = 0
        errors = ""
        var errorBytes: [UInt8] = []
        var rest = input[...]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        if rest.isEmpty { pipes.closeInput() }
        var poller = Poller()
        while pipes.output >= 0 || pipes.errors >= 0 {
            guard !deadline.isOver else { throw .outOfTime("running \(arguments.prefix(2).joined(separator: " "))") }
            poller.removeAll()
            let out = poller.add(pipes.output, .read)
            let err = poller.add(pipes.errors, .read)
            let give = poller.add(pipes.input, .write)
            guard poller.wait(milliseconds: min(deadline.milliseconds ?? 1000, 1000)) else { continue }
            if poller.isReadable(out) { pipes.read(\.output, into: buffer) { output.append(contentsOf: $0) } }
            if poller.isReadable(err) {
                pipes.read(\.errors, into: buffer) {
                    errorBytes.append(contentsOf: $0.prefix((1 << 16) - errorBytes.count))
                }
            }
            guard output.count <= limit else { throw .tooLarge(arguments.joined(separator: " "), limit: UInt64(limit)) }
            if pipes.input >= 0, poller.isWritable(give) {
                rest = pipes.give(rest)
                if rest.isEmpty { pipes.closeInput() }
            }
        }
        status = pipes.wait()
        errors = String(decoding: errorBytes, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
    }
}

/// A child with its three streams; killed and reaped with this object.
final class ChildPipes {
    private let child: ChildProcess
    private(set) var input: Int32
    var output: Int32
    var errors: Int32

    init(
        _ arguments: [String], environment: [String: String], workingDirectory: String? = nil
    ) throws(SnapshotError) {
        // A socket for its input: sending to one whose reader is gone is an error here, and no signal.
        var toChild: [Int32] = [-1, -1]
        var fromChild: [Int32] = [-1, -1]
        var errorsOfChild: [Int32] = [-1, -1]
        defer { for end in [toChild[1], fromChild[1], errorsOfChild[1]] where end >= 0 { close(end) } }
        guard ah_socket_pair(&toChild) == 0, ah_pipe_pair(&fromChild) == 0, ah_pipe_pair(&errorsOfChild) == 0
        else {
            for end in [toChild[0], fromChild[0], errorsOfChild[0]] where end >= 0 { close(end) }
            throw .last("start", arguments[0])
        }
        input = toChild[0]
        output = fromChild[0]
        errors = errorsOfChild[0]
        let launch = ChildProcess.Launch(
            arguments: arguments, environment: environment, workingDirectory: workingDirectory)
        do throws(ProcessError) {
            child = try ChildProcess(
                launch, standardInput: toChild[1], standardOutput: fromChild[1], standardError: errorsOfChild[1])
        } catch {
            for end in [input, output, errors] { close(end) }
            switch error {
            case .commandNotFound, .notExecutable: throw .programMissing(arguments[0])
            case .system(_, _, let code), .workingDirectory(_, let code):
                throw .system(operation: "start", path: arguments[0], code: code)
            default: throw .program(command: arguments[0], status: error.shellStatus, message: error.description)
            }
        }
        _ = fcntl(input, F_SETFL, fcntl(input, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        for end in [input, output, errors] where end >= 0 { close(end) }
        guard child.reap() == nil else { return }
        child.signal(SIGKILL)
        _ = wait()
    }

    func closeInput() {
        guard input >= 0 else { return }
        close(input)
        input = -1
    }

    /// Reads what is there. At its end the descriptor is closed and becomes -1.
    func read(
        _ end: ReferenceWritableKeyPath<ChildPipes, Int32>, into buffer: UnsafeMutableRawBufferPointer,
        _ take: (UnsafeRawBufferPointer) -> Void
    ) {
        let count = Glibc.read(self[keyPath: end], buffer.baseAddress, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        if count > 0 { return take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        close(self[keyPath: end])
        self[keyPath: end] = -1
    }

    /// Gives the child what it takes now. Once it doesn't read any more there is nothing left to give.
    func give(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let count = bytes.withUnsafeBytes { ah_send(input, $0.baseAddress, min($0.count, 1 << 16)) }
        if count >= 0 { return bytes.dropFirst(Int(count)) }
        return count == -Int64(EAGAIN) || count == -Int64(EINTR) ? bytes : []
    }

    /// Waits for its end. As a shell reports it: the exit code, or 128 and the signal.
    func wait() -> Int32 { child.waitForEnd().shellStatus }
}
