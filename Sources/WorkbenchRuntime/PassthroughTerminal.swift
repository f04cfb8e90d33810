import Glibc
import ScreenModel
import SessionHost

/// The user's terminal in raw mode while bytes go straight through; nothing is drawn and nothing is interpreted.
///
/// Standard input that is no terminal (a pipe) is passed on as it is.
public final class PassthroughTerminal {
    private var saved: termios?
    private let isTerminal: Bool

    public init(environment: [String: String]) throws {
        isTerminal = isatty(0) == 1
    }

    public var size: Size? {
        for descriptor: Int32 in [1, 0, 2] {
            var size = winsize()
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 {
                return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
            }
        }
        return nil
    }

    public var ports: PassthroughPorts {
        PassthroughPorts(
            input: 0, output: 1, size: { [unowned self] in size }, suspend: { [unowned self] in suspend() },
            notice: { [unowned self] text in
                // In raw mode a newline alone would leave the cursor where it is.
                let line = Array("\r\nah: \(text)\r\n".utf8)
                if isTerminal { _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) } }
            })
    }

    public func enter() throws {
        guard isTerminal else { return }
        var settings = termios()
        guard tcgetattr(0, &settings) == 0 else { return }
        saved = settings
        cfmakeraw(&settings)
        tcsetattr(0, TCSANOW, &settings)
    }

    public func leave() {
        guard var saved else { return }
        tcsetattr(0, TCSADRAIN, &saved)
        self.saved = nil
    }

    private func suspend() {
        leave()
        raise(SIGSTOP)
        try? enter()
    }
}
