import FoundationEssentials
import ScreenModel
import TestSupport
import Testing

/// A program in a pane of the workbench that has exactly the size that is asked for.
final class PaneDriver {
    let window: TerminalDriver
    let size: Size
    private let sandbox: Sandbox

    /// - Parameter script: for the shell; it begins once its terminal has that size.
    init(_ sandbox: Sandbox, size: Size = Size(columns: 80, rows: 24), script: String) throws {
        self.sandbox = sandbox
        self.size = size
        let wait = "until [ \"$(stty size)\" = \"\(size.rows) \(size.columns)\" ]; do sleep 0.02; done; "
        let started = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--detach", "--cols", "10", "--rows", "5", "--name", "subject", "--"]
                + sandbox.shell(wait + script),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(started.status == 0, "\(started.errorText)")
        // A bar above, a timeline and a line below, a column for signs; the list of sessions is put away.
        window = try sandbox.terminal(
            ["--show", "subject"], size: Size(columns: size.columns + 1, rows: size.rows + 3))
        try window.wait(forText: "subject")
        var hasList = true
        try window.wait(for: "a pane without the list beside it") { frame in
            let shown = frame.text.contains("RUNNING") || frame.text.contains("WORKING")
            if hasList, shown {
                hasList = false
                window.send("\u{2}t")
            }
            return !hasList && !shown
        }
    }

    func send(_ keys: String) { window.send(keys) }

    func wait(forText text: String) throws { try window.wait(forText: text) }

    /// Waits until the pane shows, cell by cell, what a terminal of its size shows.
    func wait(for screen: () -> Frame) throws {
        var last: String?
        do {
            try window.wait(for: "the program's screen") { frame in
                last = difference(frame, screen())
                return last == nil
            }
        } catch {
            let recorded = try sandbox.ah("agent", "replay", "--fast", "--no-colors", "subject")
            Issue.record("\(last ?? ""), of:\n\(screen().text)\nits recording ends with:\n\(recorded.text)")
            throw error
        }
    }

    /// Leaves the workbench; the program must have ended or end by itself.
    func leave() throws {
        window.send("\u{2}d")
        #expect(try window.waitForExit() == 0)
        #expect(sandbox.isLeftEmpty())
    }

    /// The first cell that looks other in the pane than on the program's own screen.
    private func difference(_ window: Frame, _ screen: Frame) -> String? {
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let shown = window.cells[(row + 1) * window.size.columns + column]
                let cell = screen.cells[row * size.columns + column]
                if shown.isBlank, cell.isBlank, shown.background == cell.background { continue }
                guard window.symbols.text(of: shown) == screen.symbols.text(of: cell),
                    shown.foreground == cell.foreground, shown.background == cell.background,
                    shown.attributes == cell.attributes
                else { return "row \(row), column \(column): \(shown) for \(cell)" }
            }
        }
        return nil
    }
}
