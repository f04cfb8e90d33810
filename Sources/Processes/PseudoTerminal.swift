import CPTY
import Glibc

/// The master side of a PTY: non-blocking, closed when the value goes.
public final class PseudoTerminal {
    public let descriptor: Int32
    /// The path of the slave, for the child to open.
    public let slavePath: String
    /// Held open so that a child which closes its terminal and opens it again isn't taken for one that has ended.
    private var slave: Int32

    /// - Parameters: columns and rows in cells, 1 … 65,535 (clamped).
    public init(columns: Int, rows: Int) throws(ProcessError) {
        var name = [CChar](repeating: 0, count: 128)
        descriptor = try ProcessError.check(
            ah_pty_open(Self.cells(columns), Self.cells(rows), &name, name.count), "open", "a pseudo terminal")
        slavePath = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        slave = open(slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        releaseSlave()
        close(descriptor)
    }

    /// From now on reading ends once no process has the slave open: call it when the child has ended.
    public func releaseSlave() {
        if slave >= 0 { close(slave) }
        slave = -1
    }

    public func resize(columns: Int, rows: Int) throws(ProcessError) {
        _ = try ProcessError.check(
            ah_pty_resize(descriptor, Self.cells(columns), Self.cells(rows)), "resize", slavePath)
    }

    public var size: (columns: Int, rows: Int)? {
        var columns: UInt16 = 0
        var rows: UInt16 = 0
        guard ah_pty_size(descriptor, &columns, &rows) == 0 else { return nil }
        return (Int(columns), Int(rows))
    }

    /// Whether what is typed now is hidden as at a password prompt (canonical mode, echo off).
    public var hidesInput: Bool { ah_pty_hides_input(descriptor) == 1 }

    /// Whether a line editor of the kernel reads the input (so that Ctrl-D on an empty line means end of file).
    public var isCanonical: Bool { ah_pty_is_canonical(descriptor) == 1 }

    /// Bytes read, 0 when there are none now, nil at the end (EIO: no process has the slave open any more).
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            if count == 0 { return nil }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: return nil
            }
        }
    }

    /// Bytes taken (0 when the child reads nothing and the kernel's buffer is full), nil when nobody can read any more.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        while true {
            let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: return nil
            }
        }
    }

    private static func cells(_ count: Int) -> UInt16 { UInt16(clamping: max(1, count)) }
}
