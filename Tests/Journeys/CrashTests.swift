import Glibc
import Recording
import TestSupport
import Testing

/// Accidents: killed recorders, full disks, files taken away.
@Suite(.serialized) struct CrashTests {
    /// Prints the time, in milliseconds since 1970, every few milliseconds.
    private static let clock = "while :; do echo ${EPOCHREALTIME/[.,]/}; sleep 0.003; done"

    /// Beyond the timer's 250 ms: what scheduling on a busy machine may add.
    private static let slack: Int64 = 150

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a killed recorder leaves a valid file that lacks at most the last 250 ms`(seed: UInt64) throws {
        let sandbox = try Sandbox()
        var random = SeededRandom(seed: seed)
        let run = try sandbox.start(
            ["agent", "record", "--headless", "-o", sandbox.recording, "--"] + sandbox.shell(Self.clock))
        try run.wait(for: "the first output to be on disk") { (try? sandbox.recorded().output.isEmpty) == false }
        // Not a wait for something: the moment of the accident is the point.
        usleep(UInt32.random(in: 0...700_000, using: &random))
        let killed = Self.now()
        kill(run.child.pid, SIGKILL)
        #expect(try run.waitForExit() == 137)
        let recorded = try sandbox.recorded()
        let last = recorded.text.split(separator: "\r\n").compactMap { Int64($0) }.last ?? 0
        #expect(killed - last / 1000 <= 250 + Self.slack, "\(killed - last / 1000) ms are missing")
        #expect(try sandbox.ah("agent", "replay", "--fast", sandbox.recording).status == 0)
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    @Test(.enabled(if: getuid() == 0, "a small file system can only be mounted by root"))
    func `when the disk is full the child lives on and one line says so`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox("small"), 0o700)
        let mount = try CommandRun(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", sandbox("small")], environment: sandbox.environment)
        // Containers may forbid it even to root.
        guard mount.status == 0 else { return }
        defer { umount2(sandbox("small"), Int32(MNT_DETACH)) }
        let run = try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "-o", sandbox("small/session.ahr"), "--"]
                + sandbox.shell("head -c 3000000 /dev/urandom; exit 5"), environment: sandbox.environment)
        #expect(run.status == 5)
        #expect(run.errorText.contains("session.ahr"), "\(run.errorText)")
        _ = try sandbox.recorded(sandbox("small/session.ahr"))
    }

    @Test func `when the file is taken away the child lives on and a line says so`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.record(
            "sleep 0.4; rm session.ahr; for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; exit 6")
        #expect(run.status == 6)
        #expect(run.errorText.contains("session.ahr"), "\(run.errorText)")
    }

    @Test func `a folder that can't be written is an error before the child starts`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.ah(
            "agent", "record", "--headless", "-o", "/proc/nowhere/session.ahr", "--", "touch", sandbox("started"))
        #expect(run.status != 0)
        #expect(run.errorText.contains("/proc/nowhere"))
        #expect(access(sandbox("started"), F_OK) != 0)
    }
}
