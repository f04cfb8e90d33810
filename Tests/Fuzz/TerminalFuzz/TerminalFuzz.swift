// Feeds a terminal with anything: bytes, split anywhere, with resizes and checkpoints in between. Build and run with
//
//     AH_FUZZ=1 swift build --product terminal-fuzz --sanitize=fuzzer --sanitize=address --scratch-path .build-fuzz
//     .build-fuzz/debug/terminal-fuzz -max_total_time=300 -timeout=5
import Emulation
import ScreenModel

/// The input is a list of steps: a byte that says what, a byte that says how much, and that many bytes to feed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTerminal(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start else { return 0 }
    let terminal = Terminal(size: Size(columns: 20, rows: 5), scrollbackLimit: 30)
    var saved: Checkpoint?
    var rest = UnsafeBufferPointer(start: start, count: count)[...]
    while let what = rest.popFirst(), let size = rest.popFirst() {
        switch what {
        case 0xF0:
            terminal.resize(to: Size(columns: Int(size & 31), rows: Int(size >> 4)))
        case 0xF1: saved = terminal.checkpoint()
        case 0xF2:
            if let saved { terminal.restore(saved) }
        default:
            let bytes = rest.prefix(Int(size))
            terminal.feed([what] + Array(bytes))
            rest = rest.dropFirst(bytes.count)
        }
    }
    _ = terminal.frame()
    for line in terminal.scrollback.first..<terminal.scrollback.end { _ = terminal.scrollbackLine(line) }
    return 0
}
