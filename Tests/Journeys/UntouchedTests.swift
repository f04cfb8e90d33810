import Glibc
import TestSupport
import Testing

/// Whatever is done with snapshots and branches, the workspace stays as it is to the last bit, its repository included.
@Suite(.serialized) struct UntouchedTests {
    private typealias Place = BranchJourneyTests.Place

    @Test(.enabled(if: BranchJourneyTests.hasNamespaces, "no mount namespace can be had here"))
    func `content, modes and times of workspace, index and settings are what they were, after everything`() throws {
        let place = try Place { folder, environment in
            for words in [["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]] {
                try #require(
                    CommandRun(["git"] + words, environment: environment, workingDirectory: folder).status == 0)
            }
        }
        let before = try place.fingerprint()
        #expect(before.contains("./.git/index|") && before.contains("./.git/config|"))
        func ah(_ words: String...) throws -> String {
            let run = try place.run([BuiltProduct.ah, "agent"] + words, in: place.workspace)
            #expect(run.status == 0, "\(words): \(run.errorText)")
            let now = try place.fingerprint()
            #expect(now == before, "\(words) touched the workspace")
            return run.text
        }
        let ruin =
            "rm -rf src; echo ruined > readme; git -c core.hooksPath=/dev/null commit -qam ruin; chmod 600 readme; : > new"
        _ = try ah("fs", "status")
        _ = try ah("fs", "snapshot", "by hand")
        _ = try ah("fs", "branch", "create", "first@1", "--name", "b")
        _ = try ah("fs", "branch", "exec", "b", "--", "sh", "-c", ruin)
        _ = try ah("fs", "diff", "first@1", "b", "--stat")
        _ = try ah("fs", "adopt", "b", "--patch", place.sandbox("patch"))
        _ = try ah("fs", "adopt", "b", "--apply", "--dry-run")
        _ = try ah("record", "--headless", "--from-snapshot", "first@1", "--name", "again", "--", "sh", "-c", ruin)
        _ = try ah("fs", "branch", "delete", "b", "again")
        _ = try ah("fs", "gc")
        // A git branch is a ref and its objects, and nothing else.
        _ = try ah("fs", "branch", "create", "first@1", "--name", "c")
        _ = try ah("fs", "branch", "exec", "c", "--", "sh", "-c", "echo more >> readme")
        let adopted = try place.run(
            [BuiltProduct.ah, "agent", "fs", "adopt", "c", "--git-branch", "result"], in: place.workspace)
        #expect(adopted.status == 0, "\(adopted.errorText)")
        func essential(_ lines: String) -> [Substring] {
            lines.split(separator: "\n").filter { line in
                !["./.git/objects", "./.git/refs/heads", "./.git/logs/refs/heads", "./.git|"].contains {
                    line.contains($0)
                }
            }
        }
        #expect(try essential(place.fingerprint()) == essential(before))
        // Brought in and taken back again, only times differ.
        func timeless(_ lines: String) -> [String] {
            essential(lines).map { line in
                let parts = line.split(separator: "|", omittingEmptySubsequences: false)
                return parts.count < 6
                    ? String(line) : (parts[..<4] + (parts[1] == "d" ? [] : parts[5...])).joined(separator: "|")
            }
        }
        for words in [["c", "--apply"], ["--undo"]] {
            let run = try place.run([BuiltProduct.ah, "agent", "fs", "adopt"] + words, in: place.workspace)
            #expect(run.status == 0, "\(run.errorText)")
        }
        #expect(try timeless(place.fingerprint()) == timeless(before))
    }
}
