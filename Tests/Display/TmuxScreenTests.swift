import Display
import Emulation
import ScreenModel
import TestSupport
import Testing

@Suite struct TmuxScreenTests {
    @Test(.enabled(if: TmuxDriver.isPresent, "there is no tmux"), arguments: 1...3 as ClosedRange<UInt64>)
    func `tmux shows the text of the last frame`(seed: UInt64) throws {
        let capabilities = try TerminalCapabilities(terminfoFor: "tmux-256color", environment: ["LANG": "C.UTF-8"])
        let size = Size(columns: 70, rows: 20)
        var random = RandomSurface(seed: seed, size: size)
        var encoder = FrameEncoder(capabilities: capabilities)
        var bytes: [UInt8] = []
        for _ in 0..<80 {
            random.change()
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
