import FoundationEssentials
import Interchange
import Recording
import ScreenModel
import TestSupport
import Testing

/// Real streams shown by a program that is recorded: what is replayed is what tmux shows.
@Suite(.serialized) struct CorpusJourneyTests {
    @Test(
        .enabled(if: Corpus.isPresent && TmuxDriver.isPresent, "needs AH_CORPUS and tmux"), arguments: Corpus.streams)
    func `a stream survives without a byte lost and its last screen is tmux's`(path: String) throws {
        let session = try ForeignFormat.read(path: path)
        let sandbox = try Sandbox()
        let isResized = session.events.contains { if case .resize = $0.kind { true } else { false } }
        try Data(session.output).write(to: URL(filePath: sandbox("stream")))
        try sandbox.record(
            "stty raw -echo; cat stream",
            options: ["--cols", "\(session.size.columns)", "--rows", "\(session.size.rows)"])
        #expect(try sandbox.recorded().output == session.output)
        let replayed = try sandbox.ah("agent", "replay", "--fast", "--no-colors", sandbox.recording)
        #expect(replayed.status == 0)
        // Bytes made for several sizes have no one right picture in a fixed one.
        guard !isResized, !Self.unlike.contains(where: { path.contains($0) }) else { return }
        let tmux = try TmuxDriver.showing(file: sandbox("stream"), size: session.size)
        #expect(Self.trimmed(replayed.text) == Self.trimmed(try tmux.screen()))
    }

    @Test(
        .enabled(if: Corpus.isPresent && TmuxDriver.isPresent, "needs AH_CORPUS and tmux"),
        arguments: Corpus.streams.filter { path in
            ["/vim-80", "/claude-yolo", "/codex-yolo", "/tui-mc", "/tig-", "/colors-"].contains { path.contains($0) }
        })
    func `what the viewer shows live is what tmux shows and what is replayed`(path: String) throws {
        let session = try ForeignFormat.read(path: path)
        let sandbox = try Sandbox()
        try Data(session.output).write(to: URL(filePath: sandbox("stream")))
        let size = session.size
        // A row more for the status line and a column more for the gutter.
        let driver = try sandbox.terminal(
            ["agent", "record", "-o", sandbox.recording, "--"]
                + sandbox.shell("stty raw -echo; cat stream; while [ ! -e go ]; do sleep 0.05; done"),
            size: Size(columns: size.columns + 1, rows: size.rows + 1))
        let expected = Self.trimmed(try TmuxDriver.showing(file: sandbox("stream"), size: size).screen())
        try driver.wait(for: "the screen that tmux shows:\n\(expected.joined(separator: "\n"))") { frame in
            Self.trimmed((0..<size.rows).map { frame.text(row: $0) }.joined(separator: "\n")) == expected
        }
        // Not a key: the terminal's answers to the stream's questions wait in the input, too.
        try sandbox.folder.write("", to: "go")
        #expect(try driver.waitForExit() == 0)
        let replayed = try sandbox.ah("agent", "replay", "--fast", "--no-colors", sandbox.recording)
        #expect(Self.trimmed(replayed.text) == expected)
    }

    /// Where tmux's text is known to be the worse: its capture writes line drawing as letters (dialog); it drops invalid
    /// bytes and cuts a cluster after 21 bytes (unicode-demo). The emulator's own tests compare these in detail.
    private static let unlike = ["/dialog-", "/unicode-demo-"]

    /// Without blanks at the ends of lines and empty lines at the end.
    private static func trimmed(_ screen: String) -> [String] {
        var rows = screen.split(separator: "\n", omittingEmptySubsequences: false).map { row in
            String(row.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
        }
        while rows.last == "" { rows.removeLast() }
        return rows
    }
}
