import Processes
import ScreenModel

/// The user's terminal when no viewer stands between it and the child.
public struct PassthroughPorts {
    let input: Int32
    let output: Int32
    /// The window's size now.
    let size: () -> Size?
    /// Gives the terminal back, stops this process as SIGTSTP does, and takes the terminal again when it goes on.
    let suspend: () -> Void
    /// Shows one line where it doesn't disturb the child's screen.
    let notice: (String) -> Void
    var inputHasEnded = false

    public init(
        input: Int32, output: Int32, size: @escaping () -> Size?, suspend: @escaping () -> Void,
        notice: @escaping (String) -> Void
    ) {
        self.input = input
        self.output = output
        self.size = size
        self.suspend = suspend
        self.notice = notice
    }
}

extension HostProcess {
    func readPassthrough() {
        guard let ports else { return }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let count = buffer.withUnsafeMutableBytes { Self.read(ports.input, $0) }
        if count > 0 {
            takeInput(Array(buffer[..<count]))
        } else if count == 0 {
            self.ports?.inputHasEnded = true
            // What a person types at the end: to a program that reads lines it means end of file.
            if terminal.isCanonical { takeInput([4]) }
        }
    }

    func flushPassthrough() {
        guard let ports else { return }
        while !passthroughOutput.isEmpty {
            let count = passthroughOutput.withBytes { Self.write(ports.output, $0) }
            if count < 0 {
                // The reader is gone; the session and its recording go on.
                passthroughOutput.removeAll()
                return
            }
            if count == 0 { return }
            passthroughOutput.drop(count)
        }
    }
}
