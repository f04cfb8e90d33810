import Foundation
import ScreenModel
import TestSupport

/// A tmux server with one pane that shows what is written to it, byte for byte.
final class TmuxPane {
    private let folder: TemporaryFolder
    private let socket = "ah-\(UUID().uuidString.prefix(13))"
    private let environment: [String: String]
    private var fifo: FileHandle?
    private var syncs = 0

    init(size: Size) throws {
        folder = try TemporaryFolder()
        environment = TestEnvironment.variables(home: folder.path)
        let configuration = try folder.write(
            "set -g status off\nset -g history-limit 20000\nset -sg escape-time 0\n",
            to: "tmux.conf")
        let pipe = folder("fifo")
        _ = mkfifo(pipe, 0o600)
        try tmux(
            "-f", configuration, "new-session", "-d", "-x", "\(size.columns)", "-y", "\(size.rows)",
            "stty raw -echo; exec cat '\(pipe)'")
        fifo = FileHandle(forWritingAtPath: pipe)
    }

    deinit {
        try? fifo?.close()
        _ = try? tmux("kill-server")
    }

    /// Writes bytes and returns when tmux has parsed them; gives all that was written, a title at the end included.
    func show(_ bytes: [UInt8]) throws -> [UInt8] {
        syncs += 1
        let title = "ah-sync-\(syncs)"
        let all = bytes + Array("\u{1B}]2;\(title)\u{07}".utf8)
        try fifo?.write(contentsOf: Data(all))
        let deadline = ContinuousClock.now + .seconds(30)
        while try tmux("display-message", "-p", "#{pane_title}") != title + "\n" {
            guard ContinuousClock.now < deadline else {
                throw DriverError.timeout("tmux to show \(bytes.count) bytes", screen: try capture())
            }
        }
        return all
    }

    func resize(to size: Size) throws {
        try tmux("resize-window", "-x", "\(size.columns)", "-y", "\(size.rows)")
    }

    /// The rows with SGR sequences.
    func capture() throws -> String { try tmux("capture-pane", "-p", "-e") }

    /// `column row`; the column is the width when a wrap is pending.
    func cursor() throws -> String {
        String(try tmux("display-message", "-p", "#{cursor_x} #{cursor_y}").dropLast())
    }

    @discardableResult private func tmux(_ arguments: String...) throws -> String {
        let run = try CommandRun(["tmux", "-u", "-L", socket] + arguments, environment: environment)
        guard run.status == 0 else {
            throw DriverError.failed("tmux \(arguments)", status: run.status, output: run.errorText)
        }
        return run.text
    }
}
