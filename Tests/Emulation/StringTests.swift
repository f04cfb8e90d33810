import ScreenModel
import Testing

@testable import Emulation

struct StringTests {
    private func events(_ text: String) -> [TerminalEvent] { terminal(20, 2).feed(text).events }

    @Test func `titles, paths, bells and notifications are events`() {
        #expect(events("\u{1B}]0;t\u{7}") == [.title("t"), .iconName("t")])
        #expect(events("\u{1B}]2;a;b\u{1B}\\") == [.title("a;b")])
        #expect(events("\u{1B}]7;file://host/dir\u{7}") == [.workingDirectory("file://host/dir")])
        #expect(events("\u{7}\u{7}") == [.bell])
        #expect(events("\u{1B}]9;done\u{7}") == [.notification(title: "", body: "done")])
        #expect(events("\u{1B}]777;notify;t;b\u{7}") == [.notification(title: "t", body: "b")])
        #expect(events("\u{1B}]9;4;1;50\u{7}") == [.progress(state: .running, percent: 50)])
        #expect(events("\u{1B}]9;4;0\u{7}") == [.progress(state: .none, percent: 0)])
        #expect(events("\u{1B}]52;c;aGk=\u{7}") == [.clipboard(selection: "c", base64: "aGk=")])
    }

    @Test func `shell marks tell where they end, wherever the input is split`() {
        let terminal = terminal(20, 2, "ab")
        var found: [TerminalEvent] = []
        for byte in Array("\u{1B}]133;D;1\u{1B}\\x\u{1B}]633;P;Cwd=/tmp\u{7}".utf8) {
            found += terminal.feed([byte]).events
        }
        let end = ShellMark(protocol: 133, kind: "D", parameters: ["1"], byteOffset: 13)
        let property = ShellMark(protocol: 633, kind: "P", parameters: ["Cwd=/tmp"], byteOffset: 31)
        #expect(found == [.shellMark(end), .shellMark(property), .workingDirectory("/tmp")])
    }

    @Test func `titles are put on a bounded stack`() {
        let terminal = terminal(20, 2, "\u{1B}]2;one\u{7}\u{1B}[22;0t\u{1B}]2;two\u{7}\u{1B}[23;0t")
        #expect(terminal.title == "one")
        terminal.feed(String(repeating: "\u{1B}[22t", count: 1000))
        #expect(terminal.checkpoint().byteCount < 20_000)
    }

    @Test(arguments: [
        "\u{1B}_apc\u{1B}\\", "\u{1B}^pm\u{1B}\\", "\u{1B}Xsos\u{1B}\\", "\u{1B}ktitle\u{1B}\\",
        "\u{1B}Pq#0;2;0;0;0#0~~@@vv\u{1B}\\", "\u{1B}]99999;x\u{7}", "\u{1B}]noise\u{7}", "\u{1B}P+q5443\u{1B}\\",
    ])
    func `strings that mean nothing here are consumed`(text: String) {
        #expect(terminal(20, 1, "a\(text)b").text == ["ab"])
    }

    @Test func `a cancelled string is dropped, and an escape ends one`() {
        #expect(terminal(20, 1, "\u{1B}]2;lost\u{18}x").title == "")
        let terminal = terminal(20, 1, "\u{1B}]2;kept\u{1B}[1mx")
        #expect(terminal.title == "kept")
        #expect(terminal.cell(0, 0).attributes.contains(.bold))
    }

    @Test func `an endless string takes bounded memory`() {
        let terminal = terminal(20, 1, "\u{1B}]52;c;")
        for _ in 0..<40 { terminal.feed([UInt8](repeating: 0x41, count: 65_536)) }
        #expect(terminal.checkpoint().byteCount < 1_100_000)
        #expect(terminal.feed("\u{7}ok").events.isEmpty)
        #expect(terminal.text == ["ok"])
    }

    @Test func `no end of links takes bounded memory`() {
        let terminal = terminal(20, 1)
        let path = String(repeating: "x", count: 2000)
        for number in 0..<6000 { terminal.feed("\u{1B}]8;;http://a.example/\(number)/\(path)\u{7}x") }
        #expect(terminal.symbols.extras.reduce(0) { $0 + ($1.link?.utf8.count ?? 0) } < 9 << 20)
    }
}
