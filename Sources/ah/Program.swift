import ArgumentParser
import Glibc

/// Facts about this program and the process it runs in.
enum Program {
    static let version = "0.1.0"

    static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") {
                result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            entry += 1
        }
        return result
    }

    /// The path of this executable, with which hosts are started.
    static var executable: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return CommandLine.arguments[0] }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    /// The current folder, where a program is to be started.
    static func existingWorkingDirectory() throws -> String {
        guard let path = getcwd(nil, 0) else {
            throw Failure("the current folder is gone (\(String(cString: strerror(errno)))); go to one that exists")
        }
        defer { free(path) }
        guard let text = String(validatingCString: path) else {
            throw Failure("the name of the current folder is not UTF-8, so nothing can be recorded in it; rename it")
        }
        return text
    }

    /// One line on standard error.
    static func complain(_ text: String) {
        write("ah: \(text)\n", to: 2)
    }

    static func say(_ text: String) {
        write(text + "\n", to: 1)
    }

    /// Writes all of it.
    ///
    /// - Returns: false when the other end is gone.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool { write(Array(text.utf8), to: descriptor) }

    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&entry, 1, -1)
                    continue
                }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// Ends the program with a message and a status of our own choice.
struct Failure: Error {
    var message: String
    var status: Int32

    init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }

    init(_ error: some Error, status: Int32 = 1) {
        self.init("\(error)", status: status)
    }
}
