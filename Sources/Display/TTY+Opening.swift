import Glibc

extension TTY {
    /// The terminal at `input` and `output` when both are one, else the controlling terminal.
    ///
    /// It is opened anew: making the given descriptors non-blocking would make them so for every program that
    /// shares them, the shell above all.
    public static func open(
        input: Int32 = 0, output: Int32 = 1, environment: [String: String]
    ) throws(DisplayError) -> TTY {
        let capabilities = try TerminalCapabilities(
            terminfoFor: environment["TERM"] ?? "", environment: environment)
        let (descriptor, isNonBlocking) = try descriptor(input, output)
        return TTY(
            descriptor: descriptor, isNonBlocking: isNonBlocking, capabilities: capabilities,
            environment: environment)
    }

    private static func descriptor(_ input: Int32, _ output: Int32) throws(DisplayError) -> (Int32, Bool) {
        guard isatty(input) == 1, isatty(output) == 1 else {
            guard let descriptor = reopen("/dev/tty") else {
                throw .noTerminal(reason: "input or output is no terminal, and there is no controlling one")
            }
            return (descriptor, true)
        }
        var name = [CChar](repeating: 0, count: 256)
        let paths =
            ttyname_r(output, &name, name.count) == 0
            ? [String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)] : []
        for path in paths + ["/proc/self/fd/\(output)"] {
            if let descriptor = reopen(path) { return (descriptor, true) }
        }
        // In a container the terminal may have no name.
        let copy = fcntl(output, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw .system(call: "dup", code: errno) }
        return (copy, false)
    }

    private static func reopen(_ path: String) -> Int32? {
        let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        guard isatty(descriptor) == 1 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
