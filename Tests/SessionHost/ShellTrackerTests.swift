import Testing

@testable import SessionHost

struct ShellTrackerTests {
    /// Feeds output with its marks, as a host does; a second passes at every mark.
    private func completions(_ text: String, columns: Int = 80) -> [ShellTracker.Completion] {
        var scanner = OutputScanner()
        var tracker = ShellTracker()
        var result: [ShellTracker.Completion] = []
        var time: Int64 = 0
        Array(text.utf8).withUnsafeBytes { bytes in
            var done = 0
            for mark in scanner.scan(bytes) {
                tracker.noteOutput(UnsafeRawBufferPointer(rebasing: bytes[done..<mark.end]))
                done = mark.end
                time += 1000
                if let ended = tracker.note(mark, at: time, offset: UInt64(done), columns: columns) {
                    result.append(ended)
                }
            }
        }
        return result
    }

    private let esc = "\u{1B}"

    @Test func `a command is read as the terminal showed it, whatever was corrected`() {
        let ended = completions(
            "\(esc)]133;A\u{7}\(esc)[1muser\(esc)[0m$ \(esc)]133;B\u{7}lx\u{8} \u{8}s -la\r\n\(esc)]133;C\u{7}total 0\r\n"
                + "\(esc)]133;D;2\u{7}")
        #expect(ended.map(\.command) == ["ls -la"])
        #expect(ended.map(\.status) == [2])
        #expect(ended.map(\.label) == ["ls -la → 2"])
        #expect(ended.first.map { $0.endedAt - $0.startedAt } == 1000)
    }

    @Test func `a long command that wraps is one`() {
        let command = String(repeating: "abcdefgh ", count: 6).dropLast()
        let ended = completions(
            "\(esc)]133;A\u{7}$ \(esc)]133;B\u{7}\(command)\r\n\(esc)]133;C\u{7}\(esc)]133;D;0\u{7}", columns: 20)
        #expect(ended.map(\.command) == [String(command)])
    }

    @Test func `an announced command wins, with its folder`() {
        let ended = completions(
            "\(esc)]633;A\u{7}$ \(esc)]633;B\u{7}x\r\n\(esc)]633;E;echo a\\x3b echo \\\\b\u{7}\(esc)]633;P;Cwd=/tmp/a b\u{7}"
                + "\(esc)]633;C\u{7}\(esc)]633;D;0\u{7}")
        #expect(ended.map(\.command) == ["echo a; echo \\b"])
        #expect(ended.map(\.folder) == ["/tmp/a b"])
        #expect(ended.map(\.label) == ["echo a; echo \\b"])
    }

    @Test func `fish says the command with C, and the folder as a URI`() {
        let ended = completions(
            "\(esc)]7;file://host/tmp/%C3%A9\u{7}\(esc)]133;A\u{7}> \(esc)]133;C;cmdline_url=ls%20-l\u{7}\(esc)]133;D;0\u{7}"
        )
        #expect(ended.map(\.command) == ["ls -l"])
        #expect(ended.map(\.folder) == ["/tmp/é"])
    }

    @Test func `the commands of a shell within a command don't end that`() {
        func marked(_ command: String, _ shell: String, _ status: Int, in folder: String, _ inside: String = "")
            -> String
        {
            "\(esc)]7;file://h\(folder)\u{7}\(esc)]133;A\u{7}$ \(esc)]133;C\(shell);cmdline_url=\(command)\u{7}\(inside)"
                + "\(esc)]133;D;\(status)\(shell)\u{7}"
        }
        // The one that ends the inner shell has no end of its own.
        let inner =
            marked("ls", "", 0, in: "/far") + marked("false", "", 1, in: "/far")
            + "\(esc)]133;A\u{7}\(esc)]133;C;cmdline_url=exit\u{7}bye\r\n"
        let ended = completions(
            marked("ssh", ";aid=ah.7", 3, in: "/near", inner) + marked("pwd", ";aid=ah.7", 0, in: "/near"))
        #expect(ended.map(\.label) == ["ls", "false → 1", "ssh → 3", "pwd"])
        #expect(ended.map(\.folder) == ["/far", "/far", "/near", "/near"])
        let silent = completions(
            marked("ssh", ";aid=ah.7", 0, in: "/near", "\(esc)]133;C;cmdline_url=ls\u{7}\(esc)]133;D;0\u{7}"))
        #expect(silent.map(\.folder) == [nil, "/near"])
    }

    @Test func `Enter at an empty prompt, and an end without a beginning, are nothing`() {
        #expect(completions("\(esc)]133;D;0\u{7}\(esc)]133;A\u{7}$ \(esc)]133;B\u{7}\r\n\(esc)]133;D\u{7}").isEmpty)
    }

    @Test func `a command without a status has ended all the same`() {
        let ended = completions("\(esc)]133;A\u{7}\(esc)]133;B\u{7}true\r\n\(esc)]133;C\u{7}\(esc)]133;D\u{7}")
        #expect(ended.map(\.status) == [nil])
        #expect(ended.map(\.label) == ["true"])
    }
}
