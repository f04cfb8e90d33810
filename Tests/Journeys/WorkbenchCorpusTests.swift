import FoundationEssentials
import Interchange
import ScreenModel
import TestSupport
import Testing

/// Real streams in a pane of the workbench: the pane shows exactly what the program's terminal shows.
@Suite struct WorkbenchCorpusTests {
    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Corpus.streams)
    func `a pane's content is its program's screen`(path: String) throws {
        let session = try ForeignFormat.read(path: path)
        let size = session.size
        let sandbox = try Sandbox(["COLORTERM": "truecolor", "VTE_VERSION": "7600"])
        try Data(session.output).write(to: URL(filePath: sandbox("stream")))
        // The pane's size is the window's; the stream comes once the program has it.
        let wanted = "\(size.rows) \(size.columns)"
        let script = """
            stty raw -echo; until [ "$(stty size)" = "\(wanted)" ]; do sleep 0.02; done
            cat stream; while [ ! -e go ]; do sleep 0.05; done
            """
        let started = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--detach", "--cols", "10", "--rows", "5", "--name", "stream", "--"]
                + sandbox.shell(script),
            environment: sandbox.environment, workingDirectory: sandbox.folder.path)
        #expect(started.status == 0, "\(started.errorText)")
        // A bar above, a timeline and a line below, a column for signs.
        let driver = try sandbox.terminal(
            ["--show", "stream"], size: Size(columns: size.columns + 1, rows: size.rows + 3))
        try driver.wait(forText: "stream")
        var hasList = true
        let expected = TerminalDriver.frame(of: session.output, size: size)
        try driver.wait(for: "the screen:\n\(expected.text)") { frame in
            if hasList, frame.text.contains("RUNNING") || frame.text.contains("WORKING") {
                hasList = false
                driver.send("\u{2}t")
            }
            return Self.difference(frame, expected) == nil
        }
        try sandbox.folder.write("", to: "go")
        driver.send("\u{2}d")
        #expect(try driver.waitForExit() == 0)
        #expect(sandbox.isLeftEmpty())
    }

    /// The first cell that looks other in the pane than on the program's own screen.
    private static func difference(_ window: Frame, _ screen: Frame) -> String? {
        for row in 0..<screen.size.rows {
            for column in 0..<screen.size.columns {
                let shown = window.cells[(row + 1) * window.size.columns + column]
                let cell = screen.cells[row * screen.size.columns + column]
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
