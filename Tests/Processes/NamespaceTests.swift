import Glibc
import TestSupport
import Testing

@testable import Processes

/// Children whose mounts nobody else sees. As root and, in a process of its own, as an ordinary user.
struct NamespaceTests {
    static let isAvailable = (try? NamespaceSupport.detect())?.isAvailable ?? false
    static let isRoot = geteuid() == 0

    /// A workspace and a branch of it, each with a file that tells which one it is.
    private struct Place {
        let folder: TemporaryFolder
        let workspace: String
        let branch: String

        init() throws {
            folder = try TemporaryFolder()
            (workspace, branch) = (folder("workspace"), folder("branch"))
            for path in [workspace, branch] { mkdir(path, 0o755) }
            try folder.write("original", to: "workspace/which")
            try folder.write("branch", to: "branch/which")
            // An ordinary user must get in.
            chmod(folder.path, 0o777)
            for path in [workspace, branch] { chmod(path, 0o777) }
        }

        var bind: NamespaceMount { .bind(source: branch, target: workspace) }

        func run(
            _ arguments: [String], in directory: String?, mounts: [NamespaceMount], path: String = "/usr/bin:/bin"
        ) throws -> (output: String, end: ChildProcess.Termination?) {
            let launch = ChildProcess.Launch(
                arguments: arguments, environment: ["PATH": path], workingDirectory: directory, mounts: mounts)
            return try Self.run(launch)
        }

        /// Runs it on a pipe to its end.
        static func run(_ launch: ChildProcess.Launch) throws -> (output: String, end: ChildProcess.Termination?) {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            defer { close(ends[0]) }
            let child: ChildProcess
            do {
                defer { close(ends[1]) }
                _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
                child = try ChildProcess(launch, standardInput: 0, standardOutput: ends[1], standardError: ends[1])
            }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = read(ends[0], &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
            var poller = Poller()
            poller.add(child.descriptor, .read)
            _ = poller.wait(milliseconds: 30_000)
            return (String(decoding: bytes, as: UTF8.self), child.reap())
        }
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `a child sees the branch at the workspace's path, and nobody else does`() throws {
        let place = try Place()
        let (output, end) = try place.run(
            ["sh", "-c", "cat which; pwd; ls ..; echo new > made; cat \"$0/which\"", place.workspace],
            in: place.workspace, mounts: [place.bind])
        #expect(output == "branch\(place.workspace)\nbranch\nworkspace\nbranch")
        #expect(end == .exited(0))
        #expect(access(place.folder("branch/made"), F_OK) == 0)
        #expect(access(place.folder("workspace/made"), F_OK) != 0)
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `a branch within a branch, each over the same path, shows the inner one`() throws {
        // The inner launch is unshare(1)'s, in whose namespace the mounts of ours can't be taken away.
        let place = try Place()
        mkdir(place.folder("inner"), 0o777)
        try place.folder.write("inner", to: "inner/which")
        let script = "mount --bind \"$0\" \"$1\" && cd \"$1\" && cat which"
        let (output, _) = try place.run(
            [
                "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, place.folder("inner"),
                place.workspace,
            ], in: place.workspace, mounts: [place.bind])
        #expect(output == "inner")
        let both = [place.bind, .bind(source: place.folder("inner"), target: place.workspace)]
        #expect(try place.run(["cat", "which"], in: place.workspace, mounts: both).output == "inner")
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `a source that lies below another's target is still found`() throws {
        let place = try Place()
        for name in ["workspace/state", "other"] { mkdir(place.folder(name), 0o777) }
        try place.folder.write("state", to: "workspace/state/which")
        let mounts = [place.bind, .bind(source: place.folder("workspace/state"), target: place.folder("other"))]
        #expect(try place.run(["cat", place.folder("other/which")], in: "/", mounts: mounts).output == "state")
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `without a working directory the child starts at our own path, below the mounts`() throws {
        var buffer = [CChar](repeating: 0, count: 4096)
        let here = String(cString: try #require(getcwd(&buffer, buffer.count)))
        let place = try Place()
        let (output, _) = try place.run(
            ["cat", "which"], in: nil, mounts: [.bind(source: place.branch, target: here)])
        #expect(output == "branch")
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `a program that only the branch has is found, by PATH and by a relative path`() throws {
        let place = try Place()
        // Not a file of our own: while another test starts a child it may be held open for writing.
        try #require(symlink("/bin/echo", place.folder("branch/tool")) == 0)
        for (command, path) in [("tool", "\(place.workspace):/bin"), ("./tool", "/bin")] {
            let (output, _) = try place.run(
                [command, "found"], in: place.workspace, mounts: [place.bind], path: path)
            #expect(output == "found\n")
        }
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `the child's terminal is its own and its processes can be seen`() throws {
        let place = try Place()
        let terminal = try PseudoTerminal(columns: 93, rows: 31)
        let script = "stty size </dev/tty; test -d /proc/$$ && cat which; trap 'echo caught' USR1; kill -USR1 $$"
        let child = try ChildProcess(
            .init(
                arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"],
                workingDirectory: place.workspace, mounts: [place.bind]), on: terminal)
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var poller = Poller()
        while true {
            poller.removeAll()
            poller.add(terminal.descriptor, .read)
            poller.add(child.descriptor, .read)
            guard poller.wait(milliseconds: 30_000) else { break }
            if poller.isReadable(1) { terminal.releaseSlave() }
            guard let count = buffer.withUnsafeMutableBytes({ terminal.read(into: $0) }) else { break }
            output += buffer[..<count]
        }
        poller.removeAll()
        poller.add(child.descriptor, .read)
        _ = poller.wait(milliseconds: 30_000)
        // Left unreaped it would keep the exit test beside this one from ever seeing its own process.
        #expect(child.reap() == .exited(0))
        #expect(String(decoding: output, as: UTF8.self) == "31 93\r\nbranchcaught\r\n")
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `what can't be had is named: source, target, folder, command`() throws {
        let place = try Place()
        func failure(_ arguments: [String], _ directory: String, _ mounts: [NamespaceMount]) -> ProcessError? {
            #expect(throws: ProcessError.self) { try place.run(arguments, in: directory, mounts: mounts) }
        }
        let missing = place.folder("missing")
        let source = failure(["true"], "/", [place.bind, .bind(source: missing, target: place.workspace)])
        guard case .namespace(let problem) = source else {
            Issue.record("\(String(describing: source))")
            return
        }
        #expect((problem.step, problem.target, problem.code) == (.source, missing, ENOENT))
        let target = failure(["true"], "/", [.bind(source: place.branch, target: missing)])
        #expect(target.map { "\($0)".contains("over \(missing)") } == true)
        guard case .workingDirectory(missing, ENOENT) = failure(["true"], missing, [place.bind]) else {
            Issue.record("a missing folder")
            return
        }
        #expect(failure(["no-such-command-here"], "/", [place.bind])?.shellStatus == 127)
        #expect(failure([place.folder("branch/which")], "/", [place.bind])?.shellStatus == 126)
        #expect(failure(["/usr"], "/", [place.bind])?.shellStatus == 126)
    }

    @Test(.enabled(if: isRoot, "only root can become another user"))
    func `an ordinary user gets the same in a user namespace, as himself`() async throws {
        let place = try Place()
        mkdir(place.folder("inner"), 0o777)
        chmod(place.folder("inner"), 0o777)
        try place.folder.write("inner", to: "inner/which")
        await #expect(processExitsWith: .success) {
            [
                workspace = place.workspace as String, branch = place.branch as String,
                nested = place.folder("inner") as String
            ] in
            setgroups(0, nil)
            guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
            Self.becomeDumpable()
            guard try NamespaceSupport.detect() == .unprivileged else { exit(3) }
            let (output, end) = try Place.run(
                .init(
                    arguments: ["sh", "-c", "cat which; id -u; id -g; echo new > made"],
                    environment: ["PATH": "/usr/bin:/bin"], workingDirectory: workspace,
                    mounts: [.bind(source: branch, target: workspace)]))
            guard output == "branch65534\n65534\n", end == .exited(0) else { exit(4) }
            // Once more within that: what a branch of a branch is.
            let inner = try Place.run(
                .init(
                    arguments: [
                        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                        "mount --rbind \"$0\" \"$1\" && cd \"$1\" && cat which", nested, workspace,
                    ],
                    environment: ["PATH": "/usr/bin:/bin"], workingDirectory: workspace,
                    mounts: [.bind(source: branch, target: workspace)]))
            guard inner.output == "inner" else { exit(7) }
            for name in ["upper", "work"] { mkdir("\(nested)/\(name)", 0o755) }
            let layered = try Place.run(
                .init(
                    arguments: ["sh", "-c", "cat which; echo changed > written; cat written"],
                    environment: ["PATH": "/usr/bin:/bin"], workingDirectory: workspace,
                    mounts: [
                        .overlay(
                            lower: branch, upper: "\(nested)/upper", work: "\(nested)/work", target: workspace)
                    ]))
            guard layered.output == "branchchanged\n", access("\(nested)/upper/written", F_OK) == 0 else { exit(8) }
            guard access("\(branch)/made", F_OK) == 0 else { exit(5) }
            guard access("\(workspace)/made", F_OK) != 0 else { exit(6) }
        }
    }

    /// A process that changed its user may not write its own maps until it executes something, as any session has.
    private static func becomeDumpable() {
        typealias Control = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "prctl") else { return }
        let setDumpable: Int32 = 4
        _ = unsafeBitCast(symbol, to: Control.self)(setDumpable, 1, 0, 0, 0)
    }

    @Test(.enabled(if: isAvailable, "no mount namespace can be had here"))
    func `an overlay takes what is written and leaves the lower folder as it was`() throws {
        let place = try Place()
        for name in ["upper", "work"] { mkdir(place.folder(name), 0o777) }
        let overlay = NamespaceMount.overlay(
            lower: place.branch, upper: place.folder("upper"), work: place.folder("work"), target: place.workspace)
        let (output, _) = try place.run(
            ["sh", "-c", "cat which; echo changed > which"], in: place.workspace, mounts: [overlay])
        #expect(output == "branch")
        #expect(try CommandRun(["cat", place.folder("branch/which")], environment: [:]).text == "branch")
        #expect(try CommandRun(["cat", place.folder("upper/which")], environment: [:]).text == "changed\n")
    }

    @Test func `the commas and colons of a path stay out of an overlay's options`() {
        let overlay = NamespaceMount.overlay(lower: "/a,b", upper: "/c:d", work: "/e\\f", target: "/g")
        #expect(overlay.overlayOptions == #"lowerdir=/a\,b,upperdir=/c\:d,workdir=/e\\f,userxattr"#)
    }
}
