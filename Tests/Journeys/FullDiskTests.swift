import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// With a full disk below it, everything that is there can be seen, and space be freed.
struct FullDiskTests {
    @Test(.enabled(if: getuid() == 0, "a small file system can only be mounted by root"))
    func `sessions are listed and deleted on a full disk, which makes room again`() throws {
        let sandbox = try Sandbox()
        mkdir(sandbox("small"), 0o700)
        let mount = try CommandRun(
            ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", sandbox("small")], environment: sandbox.environment)
        // Containers may forbid it even to root.
        guard mount.status == 0 else {
            print("nothing can be mounted here; a full disk is not tried: \(mount.errorText)")
            return
        }
        defer { umount2(sandbox("small"), Int32(MNT_DETACH)) }
        sandbox.environment["AH_HOME"] = sandbox("small/ah")
        for name in ["one", "two"] {
            let run = try sandbox.ah(
                "agent", "record", "--headless", "--name", name, "--snapshots", "disable", "--", "bash", "--norc", "-c",
                "echo needle; head -c 600000 /dev/urandom | base64")
            #expect(run.status == 0, "\(run.errorText)")
        }
        #expect(sandbox.isLeftEmpty())
        #expect(try sandbox.ah("session", "search", "needle").status == 0)
        let path = try #require(
            sandbox.ah("session", "show", "one").text.firstMatch(of: #/(\/\S+\.ahr)/#).map { String($0.1) })
        fill(sandbox("small/fill"))
        let list = try sandbox.ah("session", "list")
        #expect(list.status == 0 && list.text.contains("one") && list.text.contains("two"), "\(list.errorText)")
        let search = try sandbox.ah("session", "search", "needle")
        #expect(search.text.contains("one") || search.errorText.contains("the disk is full"), "\(search.errorText)")
        // What can't be kept is said, and nothing is lost by it.
        let tagged = try sandbox.ah("session", "tag", "two", "kept")
        #expect(tagged.status == 1 && tagged.errorText.contains("the disk is full"), "\(tagged.errorText)")
        let removed = try sandbox.ah("session", "rm", "one")
        #expect(removed.status == 0 && removed.text.contains("removed"), "\(removed.errorText)")
        #expect(access(path, F_OK) != 0)
        let gone = try sandbox.ah("session", "show", "one")
        #expect(gone.status == 2, "\(gone.text) \(gone.errorText)")
        #expect(try sandbox.ah("session", "list", "--removed").text.contains("by hand"))
        #expect(try sandbox.ah("session", "tag", "two", "kept").status == 0)
        #expect(try sandbox.ah("session", "list").text.contains("#kept"))
        #expect(sandbox.isLeftEmpty())
    }

    /// Writes a file until nothing more fits.
    private func fill(_ path: String) {
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(file, zeros, zeros.count) > 0 {}
        #expect(errno == ENOSPC)
    }
}
