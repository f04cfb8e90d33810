import Display
import Emulation
import ScreenModel
import TestSupport
import Testing

@Suite struct TmuxScreenTests {
    /// Many set another TERM within tmux than its own.
    static let terminals = ["tmux-256color", "screen", "xterm-256color"]

    @Test(
        .enabled(if: TmuxDriver.isPresent, "there is no tmux"), arguments: terminals, 1...3 as ClosedRange<UInt64>)
    func `tmux shows the text of the last frame`(terminal: String, seed: UInt64) throws {
        let capabilities = try TerminalCapabilities(terminfoFor: terminal, environment: ["LANG": "C.UTF-8"])
        let size = Size(columns: 70, rows: 20)
        var random = RandomSurface(seed: seed, size: size)
        var encoder = FrameEncoder(capabilities: capabilities)
        var bytes: [UInt8] = []
        for step in 0..<80 {
            random.change()
            // A ruler that grows, as a timeline does.
            random.surface.text(String(repeating: "─", count: step / 2) + "●", row: 5, column: 3)
            bytes += encoder.encode(random.surface)
        }
        let folder = try TemporaryFolder()
        let tmux = try TmuxDriver.showing(
            file: folder.write(String(decoding: bytes, as: UTF8.self), to: "frames"), size: size)
        let emulator = Terminal(size: size)
        emulator.feed(bytes)
        #expect(try tmux.screen() == emulator.frame().text)
    }
}
