import Glibc

/// Brings a branch into the user's own repository as a commit on a git branch of its own. The repository gets objects and
/// that one ref; its index, its working tree, its settings and everything else stay as they are, and no hook runs.
public struct AdoptionRepository {
    private let environment: [String: String]
    private let deadline: Deadline

    /// - Parameter environment: the user's: who commits is found by it. Variables that point git elsewhere are left out.
    public init(environment: [String: String], deadline: Deadline = .never) {
        let passed = ["PATH", "HOME", "XDG_CONFIG_HOME", "EMAIL", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "TZ"]
        self.environment = environment.filter { name, _ in
            passed.contains(name) || name.hasPrefix("GIT_AUTHOR_") || name.hasPrefix("GIT_COMMITTER_")
        }.merging(["LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"]) { $1 }
        self.deadline = deadline
    }

    public struct Request: Sendable {
        /// The user's workspace.
        public var workspace: String
        /// The branch's files: its folder, or a checkout of its snapshot while something runs in it.
        public var folder: String
        /// The new git branch.
        public var name: String
        /// Move it if it is there, unless it is checked out.
        public var isForced: Bool
        public var message: String
        /// An empty folder of ours, for what is needed on the way.
        public var scratch: String

        public init(
            workspace: String, folder: String, name: String, isForced: Bool, message: String, scratch: String
        ) {
            self.workspace = workspace
            self.folder = folder
            self.name = name
            self.isForced = isForced
            self.message = message
            self.scratch = scratch
        }
    }

    public struct Result: Hashable, Codable, Sendable {
        public var name: String
        public var commit: String
        /// It was moved from there.
        public var replaced: String?
        /// Whether a commit was made, or the branch's last one already had everything.
        public var isNewCommit: Bool
    }

    /// - Throws: `repository` where there is none, the name can't be had, or nothing was changed.
    public func adopt(_ request: Request) throws(SnapshotError) -> Result {
        let own = try repository(of: request.workspace)
        let old = try checkName(request, own)
        let source = try source(request, own)
        let (commit, isNew) = try commit(request, own, source)
        if source != own { try fetch(commit, from: source, to: own) }
        let zero = String(repeating: "0", count: 40)
        _ = try git(
            [
                "update-ref", "--create-reflog", "-m", "ah: adopted a branch", "refs/heads/\(request.name)", commit,
                old ?? zero,
            ], own)
        return Result(name: request.name, commit: commit, replaced: old, isNewCommit: isNew)
    }

    // MARK: Repositories

    /// The git folder of the workspace, which must be the whole of a working tree.
    private func repository(of workspace: String) throws(SnapshotError) -> String {
        let run = try run(
            ["-C", workspace, "rev-parse", "--path-format=absolute", "--absolute-git-dir", "--show-toplevel"],
            accepted: [0, 128])
        let lines = String(decoding: run.output, as: UTF8.self).split(separator: "\n").map(String.init)
        guard run.status == 0, lines.count == 2 else {
            if run.errors.contains("not a git repository") {
                throw .repository(path: workspace, reason: "isn't a git repository; use --patch or --apply")
            }
            throw .program(command: "git rev-parse", status: run.status, message: run.errors)
        }
        guard lines[1] == workspace else {
            throw .repository(
                path: workspace, reason: "is only a part of the repository \(lines[1]); use --patch or --apply")
        }
        return lines[0]
    }

    /// The branch's own copy of the repository; that of the user where a `.git` file leads there, as in worktrees.
    private func source(_ request: Request, _ own: String) throws(SnapshotError) -> String {
        guard BranchRemarks.linkedRepository(in: request.folder) == nil else { return own }
        let copy = "\(request.folder)/.git"
        guard access("\(copy)/HEAD", F_OK) == 0 else {
            throw .repository(
                path: request.folder, reason: "the branch has no repository of its own (any more); use --patch")
        }
        return copy
    }

    /// - Returns: where the git branch is now, if there is one that may be moved.
    private func checkName(_ request: Request, _ own: String) throws(SnapshotError) -> String? {
        let check = try git(["check-ref-format", "--branch", request.name], own, accepted: [0, 128])
        guard check.status == 0, Self.line(check) == request.name else {
            throw .repository(path: request.name, reason: "isn't a name for a git branch")
        }
        let list = try git(["worktree", "list", "--porcelain"], own)
        let isCheckedOut = String(decoding: list.output, as: UTF8.self).split(separator: "\n").contains(
            "branch refs/heads/\(request.name)")
        // HEAD names it before its first commit, too.
        let head = Self.line(try git(["symbolic-ref", "-q", "HEAD"], own, accepted: [0, 1]))
        guard !isCheckedOut, head != "refs/heads/\(request.name)" else {
            throw .repository(path: request.name, reason: "is checked out, so it isn't touched; choose another name")
        }
        let show = try git(
            ["rev-parse", "-q", "--verify", "refs/heads/\(request.name)^{commit}"], own, accepted: [0, 1])
        guard show.status == 0 else { return nil }
        guard request.isForced else {
            throw .repository(path: request.name, reason: "is a git branch already; choose another name, or --force")
        }
        return Self.line(show)
    }

    // MARK: The commit

    /// Commits the folder's state with an index of our own. Its parent is the branch's HEAD, so that commits that were
    /// made in the branch stay.
    private func commit(
        _ request: Request, _ own: String, _ source: String
    ) throws(SnapshotError) -> (id: String, isNew: Bool) {
        let index = "\(request.scratch)/index"
        let place = ["GIT_WORK_TREE": request.folder, "GIT_INDEX_FILE": index]
        let head = try git(["rev-parse", "-q", "--verify", "HEAD^{commit}"], source, accepted: [0, 1])
        let parent = head.status == 0 ? Self.line(head) : nil
        // The branch's own index knows what is left out of a sparse checkout, and spares reading every file.
        if let bytes = try WholeFile.readIfThere("\(source)/index") {
            try WholeFile.replace(index, with: bytes, durable: false)
        } else if let parent {
            _ = try git(["read-tree", parent], source, variables: place)
        }
        _ = try git(["add", "-A", "--", ":/"], source, variables: place, folder: request.folder)
        let tree = Self.line(try git(["write-tree"], source, variables: place))
        let before = try parent.map { parent throws(SnapshotError) in
            Self.line(try git(["rev-parse", "\(parent)^{tree}"], source))
        }
        if let parent, tree == before {
            guard try git(["cat-file", "-e", "\(parent)^{commit}"], own, accepted: [0, 1, 128]).status != 0 else {
                throw .repository(
                    path: request.folder, reason: "nothing to adopt: no file that git doesn't ignore was changed")
            }
            return (parent, false)
        }
        let who = try identity(request.workspace)
        let run = try git(
            ["commit-tree", tree] + (parent.map { ["-p", $0] } ?? []), source, variables: who,
            input: Array("\(request.message)\n".utf8))
        return (Self.line(run), true)
    }

    /// The user as git knows them in the workspace.
    private func identity(_ workspace: String) throws(SnapshotError) -> [String: String] {
        var who: [String: String] = [:]
        for role in ["AUTHOR", "COMMITTER"] {
            let run = try run(["-C", workspace, "var", "GIT_\(role)_IDENT"], accepted: [0, 128])
            // `Name <address> time zone`
            let text = Self.line(run)
            guard run.status == 0, let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close
            else {
                throw .repository(
                    path: workspace, reason: "git doesn't know who commits; set user.name and user.email")
            }
            who["GIT_\(role)_NAME"] = String(text[..<open].dropLast())
            who["GIT_\(role)_EMAIL"] = String(text[text.index(after: open)..<close])
        }
        return who
    }

    /// Copies what the commit needs. A ref for it is there meanwhile, in the branch's repository.
    private func fetch(_ commit: String, from source: String, to own: String) throws(SnapshotError) {
        let ref = "refs/ah/adopt/\(commit)"
        _ = try git(["update-ref", ref, commit], source)
        defer { _ = try? git(["update-ref", "-d", ref], source) }
        _ = try git(
            [
                "-c", "fetch.writeCommitGraph=false", "fetch", "-q", "--no-tags", "--no-write-fetch-head",
                "--no-auto-gc", "--no-prune", "--no-recurse-submodules", source, ref,
            ], own)
    }

    // MARK: Running git

    private func git(
        _ arguments: [String], _ repository: String, accepted: Set<Int32> = [0], variables: [String: String] = [:],
        folder: String? = nil, input: [UInt8] = []
    ) throws(SnapshotError) -> ProgramRun {
        try run(
            arguments, accepted: accepted, variables: variables.merging(["GIT_DIR": repository]) { $1 },
            folder: folder, input: input)
    }

    private func run(
        _ arguments: [String], accepted: Set<Int32>, variables: [String: String] = [:], folder: String? = nil,
        input: [UInt8] = []
    ) throws(SnapshotError) -> ProgramRun {
        let run = try ProgramRun(
            [
                "git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c",
                "maintenance.auto=false",
            ] + arguments, environment: environment.merging(variables) { $1 }, workingDirectory: folder, input: input,
            deadline: deadline)
        guard accepted.contains(run.status) else {
            let name = arguments.first { !$0.hasPrefix("-") && !$0.contains("=") } ?? ""
            throw .program(command: "git \(name)", status: run.status, message: run.errors)
        }
        return run
    }

    private static func line(_ run: ProgramRun) -> String {
        String(String(decoding: run.output, as: UTF8.self).prefix { $0 != "\n" })
    }
}
