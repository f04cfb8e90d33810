import FoundationEssentials
import Glibc
import Testing

@testable import Processes

/// What a child has started is found wherever it runs, and nothing else is.
@Suite struct ProcessFamilyTests {
    /// The fields of `/proc/PID/stat` after the name: state, parent, …
    private static func state(_ pid: Int32) -> Character? {
        let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return text.flatMap { $0[($0.lastIndex(of: ")") ?? $0.startIndex)...].dropFirst(2).first }
    }

    private static func wait(_ what: String, until condition: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(30)
        while !condition() {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain for \(what)")
                return
            }
            usleep(5000)
        }
    }

    @Test func `children in sessions of their own and orphans in the child's are stopped, a daemon and others are not`()
        throws
    {
        let script = """
            setsid sleep 1000 & echo "own $!"; sh -c 'sleep 1000; :' & echo "shell $!"; (sleep 1000 & echo "orphan $!")
            (setsid sleep 1000 & echo "daemon $!"); echo "end 0"; wait
            """
        let terminal = try PseudoTerminal(columns: 80, rows: 24)
        let environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm"]
        let child = try ChildProcess(.init(arguments: ["sh", "-c", script], environment: environment), on: terminal)
        var pids: [Substring: Int32] = [:]
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        Self.wait("the processes") {
            let count = buffer.withUnsafeMutableBytes { terminal.read(into: $0) } ?? 0
            text += String(decoding: buffer[..<count], as: UTF8.self)
            for line in text.split(whereSeparator: \.isNewline) {
                let words = line.split(separator: " ")
                if words.count == 2, let pid = Int32(words[1]) { pids[words[0]] = pid }
            }
            return pids["end"] != nil
        }
        let own = try #require(pids["own"])
        let shell = try #require(pids["shell"])
        let orphan = try #require(pids["orphan"])
        let daemon = try #require(pids["daemon"])
        let family = ProcessFamily(of: child.pid)
        var known: Set<ProcessFamily.Member> = []
        defer {
            for member in known { ProcessFamily.signal(member, SIGKILL) }
            kill(daemon, SIGKILL)
        }
        func pidsNow() -> Set<Int32> { Set(family.members().map(\.pid)) }
        // The daemon is one once it has left the session; the shell within has a child of its own.
        Self.wait("all of them") { pidsNow().isSuperset(of: [own, shell, orphan]) && pidsNow().count == 4 }
        #expect(!pidsNow().contains(daemon) && !pidsNow().contains(getpid()) && !pidsNow().contains(child.pid))
        let stopped = family.stopAll()
        known = Set(stopped)
        #expect(Set(stopped.map(\.pid)) == pidsNow())
        for pid in pidsNow().union([child.pid]) {
            Self.wait("\(pid) to stand still") { Self.state(pid) == "T" }
        }
        #expect(Self.state(daemon) == "S")
        #expect(family.stopAll().isEmpty, "those that stand still aren't ours to wake")
        for member in stopped { #expect(ProcessFamily.signal(member, SIGCONT)) }
        Self.wait("them to go on") { stopped.allSatisfy { Self.state($0.pid) != "T" } }
        // Neither one that has another's pid, nor what a stranger within has started.
        #expect(!ProcessFamily.signal(ProcessFamily.Member(pid: own, start: 1), SIGKILL))
        #expect(stopped.allSatisfy(ProcessFamily.isAlive))
        #expect(Set(ProcessFamily(of: child.pid, besides: [shell]).members().map(\.pid)) == [own, orphan])
        // Whoever outlives the child is found by what was known of it; the others end with their terminal.
        kill(child.pid, SIGKILL)
        Self.wait("the end") { child.reap() != nil }
        let left = ProcessFamily(outliving: child.pid, known)
        Self.wait("the others' end") { left.members().filter(ProcessFamily.isAlive).map(\.pid) == [own] }
        #expect(ProcessFamily(outliving: child.pid, []).members().isEmpty)
    }
}
