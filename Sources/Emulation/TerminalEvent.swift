/// Something a program told its terminal that is not on the screen. None of it is acted on here.
public enum TerminalEvent: Hashable, Sendable {
    /// OSC 0, 2
    case title(String)
    /// OSC 0, 1
    case iconName(String)
    /// OSC 7 (a file: URI as sent), OSC 9;9 and OSC 633;P;Cwd= (a path)
    case workingDirectory(String)
    case bell
    /// OSC 9 and 99 (no title) and OSC 777;notify
    case notification(title: String, body: String)
    /// OSC 9;4. The percentage is 0 … 100.
    case progress(state: ProgressState, percent: Int)
    /// OSC 52. `base64` is as sent; `?` asks for the clipboard.
    case clipboard(selection: String, base64: String)
    /// OSC 133 and 633
    case shellMark(ShellMark)
    /// ED 3: the program cleared the scrollback.
    case scrollbackCleared
    /// A synchronized update (DEC 2026) ended: a frame is complete.
    case updateCompleted

    public enum ProgressState: UInt8, Hashable, Sendable {
        case none, running, error, indeterminate, paused
    }
}

/// A shell's semantic prompt mark: where a prompt, a command line, its output and its end are.
public struct ShellMark: Hashable, Sendable {
    /// 133 (FinalTerm) or 633 (VS Code)
    public var `protocol`: Int
    /// The letter: A prompt, B command line, C output, D end with status, and 633's E and P.
    public var kind: String
    /// What follows the letter, split at semicolons.
    public var parameters: [String]
    /// Bytes fed to the terminal before the end of the mark's sequence, the sequence included.
    public var byteOffset: UInt64

    public init(protocol: Int, kind: String, parameters: [String], byteOffset: UInt64) {
        self.protocol = `protocol`
        self.kind = kind
        self.parameters = parameters
        self.byteOffset = byteOffset
    }
}
