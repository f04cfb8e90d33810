import FoundationEssentials
import ScreenModel

/// A tmux server of its own with one pane, for comparing screens; it is killed when this object goes.
public final class TmuxDriver {
    public let size: Size
    private let socket: String
    private let folder: TemporaryFolder
    private let environment: [String: String]

    /// Whether there is a tmux to compare with.
    public static let isPresent = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// - Parameter command: for a shell, in a pane of exactly this size (no status line).
    public init(size: Size, command: String) throws {
        self.size = size
        folder = try TemporaryFolder()
        socket = "ah-\(UUID().uuidString.prefix(13))"
        environment = TestEnvironment.variables(home: folder.path)
        let configuration = try folder.write(
            "set -g status off\nset -g default-terminal tmux-256color\nset -sg escape-time 0\n"
                + "set -g history-limit 20000\n",
            to: "tmux.conf")
        try tmux([
            "-f", configuration, "new-session", "-d", "-x", "\(size.columns)", "-y", "\(size.rows)", command,
        ])
    }

    /// Shows a file's bytes as they are, and returns when tmux has parsed them all.
    public static func showing(file: String, size: Size) throws -> TmuxDriver {
        // Raw, since the bytes were read behind a line discipline already. The title comes last through the same parser,
        // so once it is there everything before it is, too.
        let quoted = "'\(file.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
        let driver = try TmuxDriver(
            size: size,
            command: "stty raw -echo; cat \(quoted); printf '\\033]2;ah-all-shown\\033\\\\'; exec sleep 3600")
        try driver.wait(for: "all bytes to be shown") { try driver.title() == "ah-all-shown" }
        return driver
    }

    deinit {
        _ = try? tmux(["kill-server"])
    }

    /// Keys by tmux's names, such as `Enter` or `C-b`.
    public func send(keys: String...) throws { try tmux(["send-keys"] + keys) }

    public func send(text: String) throws { try tmux(["send-keys", "-l", text]) }

    public func title() throws -> String { try lines(tmux(["display-message", "-p", "#{pane_title}"]))[0] }

    /// The visible rows, without trailing blanks, joined by newlines.
    public func screen() throws -> String {
        var rows = lines(try tmux(["capture-pane", "-p"]))
        if rows.last == "" { rows.removeLast() }
        while rows.count < size.rows { rows.append("") }
        return rows.joined(separator: "\n")
    }

    public func wait(
        for what: String, timeout: Duration = TerminalDriver.patience, until condition: () throws -> Bool
    ) throws {
        let deadline = ContinuousClock.now + timeout
        while try !condition() {
            guard ContinuousClock.now < deadline else { throw DriverError.timeout(what, screen: try screen()) }
        }
    }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { row in
            String(row.reversed().drop { $0 == " " }.reversed())
        }
    }

    @discardableResult private func tmux(_ arguments: [String]) throws -> String {
        let run = try CommandRun(["tmux", "-u", "-L", socket] + arguments, environment: environment)
        guard run.status == 0 else {
            throw DriverError.failed("tmux \(arguments)", status: run.status, output: run.errorText)
        }
        return run.text
    }
}
