import FoundationEssentials
import Glibc
import Processes
import Snapshots
import TestSupport
import Testing

/// Branches on the command line.
@Suite(.serialized) struct BranchJourneyTests {
    static let hasNamespaces = (try? NamespaceSupport.detect())?.isAvailable ?? false

    /// A workspace of which there is a snapshot, `first@1`.
    final class Place {
        let sandbox: Sandbox
        let workspace: String
        let store: SnapshotStore
        let provider: GitProvider

        /// - Parameter prepare: makes the workspace more than two files, before the snapshot.
        init(_ prepare: (_ folder: String, _ environment: [String: String]) throws -> Void = { _, _ in }) throws {
            sandbox = try Sandbox()
            sandbox.environment["AH_HOME"] = sandbox("state")
            workspace = sandbox("workspace")
            mkdir(workspace, 0o755)
            mkdir("\(workspace)/src", 0o755)
            try sandbox.folder.write("hello\n", to: "workspace/readme")
            try sandbox.folder.write("main\n", to: "workspace/src/main")
            sandbox.environment.merge(Self.git) { $1 }
            try prepare(workspace, sandbox.environment)
            store = try SnapshotStore(for: workspace, below: sandbox("state"))
            provider = try GitProvider(
                store: store, folder: store.workspace, program: GitProgram(searchPath: "/usr/bin:/bin"), watches: false)
            _ = try snapshot("first")
        }

        func snapshot(_ session: String) throws -> Snapshot {
            try provider.take(SnapshotRequest(session: session, reason: .manual, looksAtEverything: true))
        }

        private static let git = [
            "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com", "GIT_COMMITTER_NAME": "C O Mitter",
            "GIT_COMMITTER_EMAIL": "committer@example.com",
        ]

        deinit {
            // What root's branches are laid over stays mounted otherwise.
            for branch in (try? BranchList(store).all()) ?? [] {
                try? BranchList(store).delete(branch, with: provider, isForced: true)
            }
        }

        /// Everything that can be seen of the workspace: names, kinds, modes, owners, times, contents.
        func fingerprint() throws -> String {
            let script =
                "find . -printf '%p|%y|%m|%U:%G|%T@|%s|%l\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha1sum"
            return try run(["bash", "-c", script], in: workspace).text
        }

        func text(_ path: String) -> String {
            String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        }

        /// The words of `ah agent fs branch`.
        func branch(_ words: String...) -> [String] { [BuiltProduct.ah, "agent", "fs", "branch"] + words }

        func run(_ words: [String], in folder: String? = nil) throws -> CommandRun {
            try CommandRun(words, environment: sandbox.environment, workingDirectory: folder ?? sandbox.folder.path)
        }
    }

    @Test func `branches are made, listed and deleted by name`() throws {
        let place = try Place()
        let made = try place.run(place.branch("create", "fir@1", "--name", "mine"))
        #expect(made.status == 0, "\(made.errorText)")
        #expect(made.text.hasPrefix("mine\t"))
        let json = try place.run(place.branch("create", "first@1", "--json"))
        #expect(json.text.contains("\"parent\" : \"first@1\""))
        let list = try place.run(place.branch("list"))
        #expect(list.text.contains("mine") && list.text.contains("first-1"))
        #expect(try place.run(place.branch("create", "first@2")).errorText.contains("no such snapshot"))
        #expect(try place.run(place.branch("delete", "nobody")).errorText.contains("no such branch"))
        #expect(try place.run(place.branch("delete", "mi", "first-1")).status == 0)
        #expect(try place.run(place.branch("list")).text == "no branches\n")
    }

    @Test(.enabled(if: hasNamespaces, "no mount namespace can be had here"))
    func `a command in a branch sees it at the workspace's path and gives its own status`() throws {
        let place = try Place()
        _ = try place.run(place.branch("create", "first@1", "--name", "b"))
        let script = "pwd; cat ../readme; echo changed > \(place.workspace)/readme; exit 7"
        let run = try place.run(place.branch("exec", "b", "--", "sh", "-c", script), in: "\(place.workspace)/src")
        #expect(run.text == "\(place.workspace)/src\nhello\n", "\(run.errorText)")
        #expect(run.status == 7)
        #expect(place.text("\(place.workspace)/readme") == "hello\n")
        let folder = try BranchList(place.store).branch("b").folder
        #expect(place.text("\(folder)/readme") == "changed\n")
        let killed = try place.run(place.branch("exec", "b", "--", "sh", "-c", "kill -TERM $$"))
        #expect(killed.status == 128 + SIGTERM)
        #expect(try place.run(place.branch("exec", "b", "--", "no-such-command")).status == 127)
        #expect(try place.run(place.branch("exec", "b")).status == 64)
    }

    @Test(.enabled(if: hasNamespaces, "no mount namespace can be had here"))
    func `a shell in a branch keeps its terminal and its job control, and holds the branch`() throws {
        let place = try Place()
        _ = try place.run(place.branch("create", "first@1", "--name", "b"))
        let shell = try TerminalDriver(
            place.branch("exec", "b", "--", "bash", "--norc", "-i"), environment: place.sandbox.environment,
            workingDirectory: place.workspace)
        shell.send("PS1='ready> '; tty -s && echo on-a-tty\r")
        try shell.wait(forText: "\non-a-tty")
        shell.send("sleep 1000\r")
        try shell.wait(
            for: "the child",
            untilTrue: {
                place.sandbox.processes.contains { place.text("/proc/\($0)/cmdline") == "sleep\u{0}1000\u{0}" }
            })
        shell.send("\u{1a}")
        try shell.wait(forText: "Stopped")
        #expect(try place.run(place.branch("delete", "b")).errorText.contains("a process works in this branch"))
        #expect(try place.run(place.branch("list")).text.contains("in use"))
        shell.send("kill %1; exit 3\r")
        shell.send("exit 3\r")
        #expect(try shell.waitForExit() == 3)
        #expect(place.sandbox.isLeftEmpty())
        #expect(try place.run(place.branch("delete", "b")).status == 0)
    }

    @Test func `an agent's branch has its parent's model and permission mode`() throws {
        let sandbox = try Sandbox()
        sandbox.environment["AH_HOME"] = sandbox("state")
        mkdir(sandbox("workspace"), 0o755)
        mkdir(sandbox(".config"), 0o755)
        mkdir(sandbox(".config/ah"), 0o755)
        try sandbox.folder.write("hello\n", to: "workspace/readme")
        try sandbox.folder.write(
            """
            [mine]
            command = "\(sandbox("mine"))"
            interactive = ["{options}", "{prompt}"]
            prompt = ["{text}"]
            model = ["--model", "{text}"]
            permission-mode = ["--mode", "{text}"]
            """, to: ".config/ah/agents.toml")
        try sandbox.folder.write("#!/bin/sh\necho \"$*\" >> \"$HOME/calls\"\n", to: "mine")
        chmod(sandbox("mine"), 0o755)
        sandbox.environment["HOME"] = sandbox.folder.path
        sandbox.environment["XDG_CONFIG_HOME"] = nil
        func ah(_ words: String...) throws {
            let run = try CommandRun(
                [BuiltProduct.ah, "agent"] + words, environment: sandbox.environment,
                workingDirectory: sandbox("workspace"))
            #expect(run.status == 0, "\(run.errorText)")
        }
        try ah(
            "start", "--agent", "mine", "--headless", "--snapshots", "git", "--name", "first", "--model", "large",
            "--permission-mode", "careful", "--prompt", "do it")
        try ah("branch", "first@1", "--headless", "--message", "do that", "--name", "second")
        try ah("branch", "second@1", "--headless", "--message", "and that")
        let calls = try String(contentsOfFile: sandbox("calls"), encoding: .utf8).split(separator: "\n")
        #expect(calls.count == 3 && calls.allSatisfy { $0.hasPrefix("--model large --mode careful") }, "\(calls)")
    }
}
