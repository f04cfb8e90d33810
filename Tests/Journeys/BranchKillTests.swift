import Glibc
import Snapshots
import TestSupport
import Testing

/// `kill -9` while branches are made and deleted.
@Suite(.serialized) struct BranchKillTests {
    @Test
    func `whenever it is killed, earlier branches are whole, the next one works, and a collection leaves nothing`()
        throws
    {
        let place = try BranchJourneyTests.Place()
        for number in 0..<400 { try place.sandbox.folder.write("\(number)", to: "workspace/src/\(number)") }
        _ = try place.snapshot("first")
        #expect(try place.run(place.branch("create", "first@2", "--name", "whole")).status == 0)
        let whole = try BranchList(place.store).branch("whole")
        var random = SeededRandom(seed: 11)
        for round in 0..<24 {
            // Each round the checkout is made anew, or laid over.
            let words =
                round % 3 == 2
                ? place.branch("delete", "n\(round - 1)")
                : place.branch("create", round % 2 == 0 ? "first@1" : "first@2", "--name", "n\(round)")
            let run = try BackgroundCommand(words, environment: place.sandbox.environment)
            usleep(UInt32.random(in: 0...60_000, using: &random))
            run.child.signal(SIGKILL)
            try run.waitForExit()
            for branch in try BranchList(place.store).all() {
                #expect(place.text("\(branch.folder)/readme") == "hello\n", "\(branch.name) is not whole")
            }
        }
        #expect(place.text("\(whole.folder)/src/399") == "399")
        #expect(try place.run(place.branch("create", "first@1", "--name", "next")).status == 0)
        #expect(try place.run([BuiltProduct.ah, "agent", "fs", "gc"]).status == 0)
        for branch in try BranchList(place.store).all() {
            #expect(try place.run(place.branch("delete", branch.name)).status == 0)
        }
        let rest = try CommandRun(["ls", "-A", place.store.branches], environment: place.sandbox.environment).text
        #expect(rest == "")
        let mounts = place.text("/proc/self/mounts").split(separator: "\n").filter {
            $0.contains(place.sandbox.folder.path)
        }
        #expect(mounts.isEmpty, "\(mounts)")
        #expect(place.sandbox.isLeftEmpty())
    }
}
