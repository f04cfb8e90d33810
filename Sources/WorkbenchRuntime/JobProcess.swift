import Glibc
import Processes

/// A program whose output is shown while it runs.
final class JobProcess {
    private let child: ChildProcess
    private let output: Int32
    private let errors: Int32
    /// Whole standard output, for those who read it as a document; bounded.
    private(set) var document: [UInt8] = []
    private var tail: [UInt8] = []

    private static let limit = 16 << 20

    /// - Parameter folder: where it runs.
    init(_ arguments: [String], environment: [String: String], folder: String) throws(ProcessError) {
        let (output, outputEnd) = try Self.pipe(for: arguments[0])
        let (errors, errorsEnd) = try Self.pipe(for: arguments[0])
        (self.output, self.errors) = (output, errors)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { for descriptor in [outputEnd, errorsEnd, null] { close(descriptor) } }
        child = try ChildProcess(
            .init(arguments: arguments, environment: environment, workingDirectory: folder), standardInput: null,
            standardOutput: outputEnd, standardError: errorsEnd)
    }

    deinit {
        // What nobody looks at any more need not go on.
        if child.reap() == nil {
            child.signal(SIGTERM)
        }
        close(output)
        close(errors)
    }

    private static func pipe(for target: String) throws(ProcessError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw ProcessError.system(operation: "make a pipe for", target: target, code: errno)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }

    /// To be polled for reading: its end, its output, its errors.
    var descriptors: [Int32] { isOver ? [child.descriptor] : [child.descriptor, output, errors].filter { $0 >= 0 } }
    private(set) var isOver = false

    /// The lines that have come since, of both streams.
    func read() -> [String] {
        let (text, said) = (read(output), read(errors))
        if document.count + text.count <= Self.limit { document += text }
        var lines: [String] = []
        for byte in text + said {
            if byte == 0x0A {
                lines.append(TextLines.shown(tail[...]))
                tail = []
            } else if tail.count < 10_000 {
                tail.append(byte)
            }
        }
        return lines
    }

    private func read(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// How it ended, and the last line; nil while it runs.
    func end() -> (status: Int32, rest: String?)? {
        guard let termination = child.reap() else { return nil }
        isOver = true
        return (termination.shellStatus, tail.isEmpty ? nil : TextLines.shown(tail[...]))
    }
}
