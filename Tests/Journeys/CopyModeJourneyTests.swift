import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// Copy mode and the mouse in the workbench, as its user has them.
@Suite struct CopyModeJourneyTests {
    private let prefix = "\u{2}"

    private func sandbox(_ more: [String: String] = [:]) throws -> Sandbox {
        let sandbox = try Sandbox(["SHELL": "/bin/bash"].merging(more) { $1 })
        try "PS1='ready> '\n".write(toFile: sandbox(".bashrc"), atomically: true, encoding: .utf8)
        return sandbox
    }

    /// A workbench with one shell in a tab and no list beside it.
    private func withShell(_ sandbox: Sandbox, size: Size = Size(columns: 80, rows: 24)) throws -> TerminalDriver {
        _ = try sandbox.ah("agent", "record", "--headless", "--name", "earlier", "--", "echo", "from before")
        let driver = try sandbox.terminal([], size: size)
        try driver.wait(forText: "earlier")
        driver.send(prefix + "c")
        try driver.wait(forText: "ready>")
        if size.columns >= 72 {
            driver.send(prefix + "t")
            try driver.wait(for: "the list to go") { !$0.text.contains("earlier") }
        }
        return driver
    }

    private func leave(_ driver: TerminalDriver) throws {
        driver.send(prefix + "d")
        #expect(try driver.waitForExit() == 0)
    }

    /// What was last written to the terminal's clipboard.
    private func clipboard(_ driver: TerminalDriver) -> String? {
        let text = String(decoding: driver.output, as: UTF8.self)
        guard let start = text.ranges(of: "\u{1B}]52;c;").last?.upperBound else { return nil }
        return Data(base64Encoded: String(text[start...].prefix { $0 != "\u{7}" && $0 != "\u{1B}" })).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func mouse(_ code: Int, _ column: Int, _ row: Int, release: Bool = false) -> String {
        "\u{1B}[<\(code);\(column + 1);\(row + 1)\(release ? "m" : "M")"
    }

    /// Where a text is on the screen.
    private func place(of text: String, _ driver: TerminalDriver) throws -> (column: Int, row: Int) {
        let rows = driver.frame.text.split(separator: "\n", omittingEmptySubsequences: false)
        for (row, line) in rows.enumerated() {
            if let range = line.ranges(of: text).first {
                return (String(line[..<range.lowerBound]).terminalWidth, row)
            }
        }
        throw DriverError.timeout("“\(text)”", screen: driver.screen)
    }

    @Test func `what scrolled off is found, selected, copied and pasted`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("clear; seq -f 'number %g' 500; printf 'x%.0s' {1..100}; echo\r")
        try driver.wait(forText: "number 500")
        driver.send(prefix + "[")
        try driver.wait(for: "copy mode") { $0.text.contains("copy mode") && !$0.text.contains("reading") }
        driver.send("?")
        try driver.wait(forText: "search for text:")
        driver.send("number 42\r")
        try driver.wait(forText: "11 found")
        driver.send("0V\r")
        try driver.wait(forText: "copied")
        #expect(clipboard(driver)?.hasPrefix("number 42") == true)
        driver.send(prefix + "[")
        try driver.wait(for: "copy mode") { $0.text.contains("copy mode") && !$0.text.contains("reading") }
        driver.send("?xxx\r")
        try driver.wait(forText: "found")
        driver.send("y")
        try driver.wait(for: "the whole line in the clipboard") { _ in
            clipboard(driver) == String(repeating: "x", count: 100) + "\n"
        }
        driver.send("echo got " + prefix + "]")
        try driver.wait(for: "what was pasted") { $0.text.contains("echo got xxxxx") }
        try leave(driver)
    }

    @Test func `keys typed ahead of the older lines hold for them, and the program goes on meanwhile`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("seq -f 'number %g' 300; read; echo later-$((1 + 1))\r")
        try driver.wait(forText: "number 300")
        driver.send("\r" + prefix + "[gGg")
        try driver.wait(for: "the oldest lines") { $0.text.contains("number 1\n") || $0.text.contains("seq -f") }
        #expect(!driver.screen.contains("later-2"))
        driver.send("q")
        try driver.wait(forText: "later-2")
        try leave(driver)
    }

    @Test func `a drag copies, two clicks copy a word, three a line, and the middle button pastes`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("clear; echo 'alpha ./src/漢字.txt omega'\r")
        try driver.wait(for: "the line") { $0.text.contains("\nalpha ./src/") && !$0.text.contains("echo") }
        let (column, row) = try place(of: "alpha ./", driver)
        driver.send(mouse(0, column, row) + mouse(32, column + 3, row) + mouse(32, column + 8, row))
        try driver.wait(forText: "copy mode")
        driver.send(mouse(0, column + 8, row, release: true))
        try driver.wait(for: "the clipboard") { _ in clipboard(driver) == "alpha ./s" }
        // The clipboard's escape is there before the next picture.
        try driver.wait(for: "no copy mode") { !$0.text.contains("copy mode") }
        let click = mouse(0, column + 12, row) + mouse(0, column + 12, row, release: true)
        driver.send(click + click)
        try driver.wait(for: "the word") { _ in clipboard(driver) == "./src/漢字.txt" }
        driver.send(click)
        try driver.wait(for: "the line") { _ in clipboard(driver) == "alpha ./src/漢字.txt omega\n" }
        driver.send("echo ")
        driver.send(mouse(1, column, row + 5) + mouse(1, column, row + 5, release: true))
        try driver.wait(forText: "echo alpha ./src")
        try leave(driver)
    }

    @Test func `the wheel looks back and returns, and is a full-screen program's arrow keys`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("clear; seq -f 'number %g' 200\r")
        try driver.wait(forText: "number 200")
        for _ in 0..<5 { driver.send(mouse(64, 10, 10)) }
        try driver.wait(for: "earlier lines") { $0.text.contains("copy mode") && !$0.text.contains("number 200") }
        for _ in 0..<6 { driver.send(mouse(65, 10, 10)) }
        try driver.wait(for: "now") { $0.text.contains("number 200") && !$0.text.contains("copy mode") }
        driver.send("printf '\\033[?1049h'; cat\r")
        try driver.wait(for: "the other screen") { !$0.text.contains("number 200") }
        driver.send(mouse(64, 10, 10))
        // The terminal's own echo of the keys.
        try driver.wait(forText: "^[[A")
        driver.send("\u{3}printf '\\033[?1049l'\r")
        try leave(driver)
    }

    @Test func `tabs are clicked, and text of a replay is copied`() throws {
        let sandbox = try sandbox()
        let driver = try withShell(sandbox)
        driver.send("clear; echo first-$((1 + 1))\r")
        try driver.wait(forText: "first-2")
        driver.send(prefix + "c")
        try driver.wait(for: "a second tab") { !$0.text.contains("first-2") && $0.text.contains("ready>") }
        let (column, row) = try place(of: " 1 bash", driver)
        driver.send(mouse(0, column + 2, row) + mouse(0, column + 2, row, release: true))
        try driver.wait(forText: "first-2")
        driver.send("echo replayed-$((3 + 4)); exit\r")
        try driver.wait(forText: "the shell ended")
        driver.send(prefix + "w")
        try driver.wait(forText: "earlier")
        driver.send(prefix + "f")
        driver.send("earlier\r")
        // The prompt lists the command, which has that text too.
        try driver.wait(for: "the replay's text") {
            $0.text.contains("replay ×1")
                && ($0.text.contains("\nfrom before") || $0.text.contains("│from before"))
        }
        driver.send("y")
        try driver.wait(forText: "copy mode")
        driver.send("gy")
        try driver.wait(for: "the clipboard") { _ in clipboard(driver) == "from before\n" }
        driver.send("q")
        try leave(driver)
    }

    @Test(arguments: [
        ["TERM": "screen"], ["TERM": "xterm-256color", "LANG": "C", "LC_ALL": "C"], ["TERM": "vt100"],
    ])
    func `a small window and a plain terminal will do`(environment: [String: String]) throws {
        let sandbox = try sandbox(environment)
        let driver = try withShell(sandbox, size: Size(columns: 40, rows: 10))
        driver.send("seq -f 'number %g' 50\r")
        try driver.wait(forText: "number 50")
        driver.send(prefix + "[?number 7\r")
        try driver.wait(for: "the hit") { $0.text.contains("number 7\n") && !$0.text.contains("reading") }
        driver.send("y")
        try driver.wait(for: "copy mode to be left") { $0.text.contains("copied") && $0.text.contains("number 50") }
        driver.send(prefix + "]")
        try driver.wait(forText: "ready> number 7")
        try leave(driver)
    }
}
