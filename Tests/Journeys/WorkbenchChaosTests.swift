import FoundationEssentials
import Glibc
import ScreenModel
import TestSupport
import Testing

/// Anything at all, in any order: the workbench checks after each turn of its loop (in a debug build) that its model is
/// whole, and must be there at the end, do what it is told, and give the terminal back.
@Suite struct WorkbenchChaosTests {
    private let prefix = "\u{2}"

    /// `AH_CHAOS_STEPS` asks for more than a test run needs.
    private static let steps = Int(ProcessInfo.processInfo.environment["AH_CHAOS_STEPS"] ?? "") ?? 250

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `keys, mouse, sizes and dying sessions in any order leave it whole`(seed: UInt64) throws {
        let sandbox = try Sandbox(["SHELL": "/bin/bash"])
        try "PS1='ready> '\n".write(toFile: sandbox(".bashrc"), atomically: true, encoding: .utf8)
        _ = try sandbox.ah("agent", "record", "--headless", "--name", "earlier", "--", "seq", "300")
        var driver = try sandbox.terminal([], size: Size(columns: 100, rows: 30))
        try driver.wait(forText: "earlier")
        var random = SeededRandom(seed: seed)
        var done: [String] = []
        for _ in 0..<Self.steps {
            done.append(try act(driver, sandbox, &random))
            _ = driver.frame
            // It may be left on the way, by a q in the list of sessions: then it is opened anew.
            guard let end = driver.termination else { continue }
            try #require(end.shellStatus == 0, "after \(done.suffix(12)): \(driver.screen)")
            driver = try sandbox.terminal([], size: Size(columns: 100, rows: 30))
            // Until it has the terminal to itself, a Ctrl-C among the bytes would end it.
            try driver.wait(for: "the workbench", untilTrue: { driver.frame.modes.alternateScreen })
            done.append("opened again")
        }
        try driver.resize(to: Size(columns: 100, rows: 30))
        var polls = 0
        // Escape leaves whatever is open. The two are not sent together: that would be another key.
        try driver.wait(
            for: "the end after \(done.suffix(12))",
            untilTrue: {
                polls += 1
                if polls % 20 == 5 { driver.send("\u{1B}") }
                if polls % 20 == 15 { driver.send(prefix + "d") }
                return driver.termination != nil
            })
        #expect(try driver.waitForExit() == 0)
        #expect(!driver.frame.modes.alternateScreen && driver.frame.modes.mouseTracking == .none)
    }

    private func act(_ driver: TerminalDriver, _ sandbox: Sandbox, _ random: inout SeededRandom) throws -> String {
        let keys = "?pnaca|-hjklozxHJKLFtwf!NP12,msbreiITyY=[]MS \u{1B}"
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7:
            let key = keys.randomElement(using: &random) ?? " "
            driver.send(prefix + String(key))
            return "prefix \(key)"
        case 7..<10:
            let plain = [
                "q", "\u{1B}", "\r", "j", "k", "/", "n", "y", "v", "V", "g", "G", "\u{1B}[5~", "\u{1B}[6~", " ",
            ]
            let key = plain.randomElement(using: &random) ?? " "
            driver.send(key)
            return "key \(key.debugDescription)"
        case 10..<15:
            let code = [0, 0, 0, 1, 2, 32, 32, 35, 64, 65, 4, 8, 40].randomElement(using: &random) ?? 0
            let (column, row) = (Int.random(in: 1...110, using: &random), Int.random(in: 1...35, using: &random))
            driver.send("\u{1B}[<\(code);\(column);\(row)\(Bool.random(using: &random) ? "M" : "m")")
            return "mouse \(code) at \(row),\(column)"
        case 15:
            let size = Size(
                columns: Int.random(in: 2...160, using: &random), rows: Int.random(in: 2...50, using: &random))
            try driver.resize(to: size)
            return "size \(size)"
        case 16:
            // Hosts, shells, launchers: whoever lives here but the workbench.
            let others = sandbox.processes.filter { $0 != driver.child.pid }.sorted()
            guard let victim = others.randomElement(using: &random) else { return "nobody to kill" }
            kill(victim, SIGKILL)
            return "kill \(victim)"
        case 17:
            driver.send("seq 1000; exit\r")
            return "exit"
        case 18:
            let bytes = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            // Not what suspends it or leaves it.
            driver.send(bytes.filter { $0 != 0x1A && $0 != 0x64 })
            return "bytes \(bytes)"
        default:
            driver.send(prefix + "c")
            return "a shell"
        }
    }
}
