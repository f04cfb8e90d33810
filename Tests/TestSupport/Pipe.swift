import Glibc

/// A pipe. An end is -1 once closed, which poll(2) passes over.
final class Pipe {
    private(set) var reader: Int32
    private(set) var writer: Int32

    /// Writing to a reader that is gone must fail instead of ending the test process.
    private static let brokenPipesAreErrors: Void = { signal(SIGPIPE, SIG_IGN) }()

    init() throws {
        Self.brokenPipesAreErrors
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw DriverError.system("pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        closeReader()
        closeWriter()
    }

    func closeReader() {
        if reader >= 0 { close(reader) }
        reader = -1
    }

    func closeWriter() {
        if writer >= 0 { close(writer) }
        writer = -1
    }

    /// Appends what there is; closes at the end.
    func read(into bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(reader, &buffer, buffer.count)
        if count > 0 { bytes += buffer[..<count] }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { closeReader() }
    }

    /// Writes a little of it and gives the rest: nothing once nobody reads any more.
    func write(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        // At most what a pipe that polls as writable takes without waiting.
        let chunk = Array(bytes.prefix(4096))
        let count = Glibc.write(writer, chunk, chunk.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN ? bytes : [] }
        return bytes.dropFirst(count)
    }
}
