import Testing

@testable import Snapshots

struct ProgramRunTests {
    private func run(
        _ script: String, input: [UInt8] = [], limit: Int = 1 << 20, deadline: Deadline = .never
    ) throws(SnapshotError) -> ProgramRun {
        try ProgramRun(
            ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], input: input, limit: limit,
            deadline: deadline)
    }

    @Test func `input, output, errors and status come through`() throws {
        let input = [UInt8](repeating: 65, count: 500_000)
        let result = try run("cat; echo bad >&2; exit 3", input: input)
        #expect(result.output == input && result.errors == "bad" && result.status == 3)
        #expect(try run("kill -9 $$").status == 137)
    }

    @Test func `a program that doesn't read its input ends all the same`() throws {
        #expect(try run("exit 0", input: [UInt8](repeating: 65, count: 3_000_000)).status == 0)
    }

    @Test func `a program that writes or runs without end is ended`() throws {
        #expect(throws: SnapshotError.self) { try run("yes") }
        #expect(throws: SnapshotError.self) { try run("sleep 1000", deadline: Deadline(milliseconds: 50)) }
        let errors = try run("head -c 1000000 /dev/zero >&2").errors
        #expect(errors.utf8.count <= 1 << 16)
    }

    @Test func `a program that isn't there is named`() {
        #expect(throws: SnapshotError.programMissing("no-such-program")) {
            try ProgramRun(["no-such-program"], environment: ["PATH": "/usr/bin"], deadline: .never)
        }
    }
}
