import Glibc
import TestSupport
import Testing

/// Keeping a branch's result, on the command line.
@Suite(.serialized) struct AdoptJourneyTests {
    private typealias Place = BranchJourneyTests.Place

    /// A git repository as a workspace, and a branch `b` of it in which the readme was changed and a file added.
    private func place() throws -> Place {
        let place = try Place { folder, environment in
            for words in [["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "first"]] {
                let run = try CommandRun(["git"] + words, environment: environment, workingDirectory: folder)
                try #require(run.status == 0, "\(run.errorText)")
            }
        }
        #expect(try place.run(place.branch("create", "first@1", "--name", "b")).status == 0)
        let change = "echo changed > readme; echo new > added"
        #expect(try place.run(place.branch("exec", "b", "--", "sh", "-c", change), in: place.workspace).status == 0)
        return place
    }

    private func adopt(_ place: Place, _ words: String..., in folder: String? = nil) throws -> CommandRun {
        try place.run([BuiltProduct.ah, "agent", "fs", "adopt"] + words, in: folder ?? place.workspace)
    }

    @Test(.enabled(if: BranchJourneyTests.hasNamespaces, "no mount namespace can be had here"))
    func `a patch, a git branch and the workspace itself get what was changed in the branch`() throws {
        let place = try place()
        let before = try place.fingerprint()
        let patch = try adopt(place, "b", "--patch", "-")
        #expect(
            patch.status == 0 && patch.text.contains("+changed") && patch.text.contains("b/added"), "\(patch.errorText)"
        )
        #expect(try adopt(place, "b", "--patch", place.sandbox("p.patch")).status == 0)
        #expect(place.text(place.sandbox("p.patch")) == patch.text)
        #expect(try place.run(["git", "apply", "--check", place.sandbox("p.patch")], in: place.workspace).status == 0)
        #expect(try adopt(place, "b", "--apply", "--dry-run").text == "A\tadded\nM\treadme\n2 paths would be changed\n")
        #expect(try place.fingerprint() == before, "a patch or a dry run touched the workspace")

        let commit = try adopt(place, "b", "--git-branch", "result", "--json")
        #expect(commit.status == 0, "\(commit.errorText)")
        let show = try place.run(["git", "show", "--format=%B", "result"], in: place.workspace)
        #expect(show.text.contains("snapshot first@1") && show.text.contains("+changed"))
        #expect(try adopt(place, "b", "--git-branch", "result").errorText.contains("is a git branch already"))
        #expect(try place.run(["git", "status", "--porcelain"], in: place.workspace).text == "")

        let applied = try adopt(place, "b", "--apply")
        #expect(applied.status == 0 && applied.text.contains("--undo 1"), "\(applied.errorText)")
        #expect(place.text("\(place.workspace)/readme") == "changed\n")
        #expect(try adopt(place, "b", "--apply").text == "nothing to bring over\n")
        #expect(try adopt(place, "--undo").status == 0)
        #expect(place.text("\(place.workspace)/readme") == "hello\n")
        #expect(try adopt(place, "--undo").errorText.contains("no such adoption"))
        #expect(try adopt(place, "--list").text.contains("undone"))
        #expect(try adopt(place, "b", "--undo").status == 1)
    }

    @Test(.enabled(if: BranchJourneyTests.hasNamespaces, "no mount namespace can be had here"))
    func `conflicts are listed with status 3, and nothing is done`() throws {
        let place = try place()
        try place.sandbox.folder.write("mine\n", to: "workspace/readme")
        let before = try place.fingerprint()
        let refused = try adopt(place, "b", "--apply")
        #expect(refused.status == 3)
        #expect(refused.errorText.contains("readme: both changed the same lines"))
        #expect(try place.fingerprint() == before)
        let plain = try adopt(place, "b")
        #expect(plain.status == 64 && plain.errorText.contains("Give one of"))
    }
}
