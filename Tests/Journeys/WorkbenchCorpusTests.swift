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
        // A terminal that shows all colours and underlines, so that nothing is replaced.
        let sandbox = try Sandbox(["COLORTERM": "truecolor", "VTE_VERSION": "7600"])
        try Data(session.output).write(to: URL(filePath: sandbox("stream")))
        let pane = try PaneDriver(
            sandbox, size: session.size,
            script: "stty raw -echo; cat stream; while [ ! -e go ]; do sleep 0.05; done")
        let expected = TerminalDriver.frame(of: session.output, size: session.size)
        try pane.wait { expected }
        try sandbox.folder.write("", to: "go")
        try pane.leave()
    }
}
