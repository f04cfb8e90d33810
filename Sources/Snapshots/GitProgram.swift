/// git itself, kept away from everything of its user's: configuration, hooks, templates, prompts.
public struct GitProgram: Sendable {
    private let environment: [String: String]
    private let configuration = [
        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.quotePath=false", "-c",
        "core.hooksPath=/dev/null",
        "-c", "core.fsmonitor=false", "-c", "core.attributesFile=/dev/null", "-c", "diff.external=",
    ]

    /// - Parameter searchPath: the PATH on which git is looked for.
    public init(searchPath: String) {
        environment = [
            "PATH": searchPath, "LC_ALL": "C", "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1", "GIT_PAGER": "cat",
        ]
    }

    func arguments(_ repository: String, _ arguments: [String]) -> [String] {
        ["git"] + configuration + ["--git-dir", repository] + arguments
    }

    /// A child that goes on, such as `cat-file --batch`.
    func start(_ arguments: [String], in repository: String) throws(SnapshotError) -> ChildPipes {
        try ChildPipes(self.arguments(repository, arguments), environment: environment)
    }

    /// - Parameter accepted: statuses that aren't failures.
    func run(
        _ arguments: [String], in repository: String, input: [UInt8] = [], accepted: Set<Int32> = [0],
        limit: Int = 256 << 20, variables: [String: String] = [:], deadline: Deadline
    ) throws(SnapshotError) -> ProgramRun {
        let run = try ProgramRun(
            self.arguments(repository, arguments), environment: environment.merging(variables) { $1 }, input: input,
            limit: limit, deadline: deadline)
        guard accepted.contains(run.status) else {
            throw .program(command: "git \(arguments[0])", status: run.status, message: run.errors)
        }
        return run
    }
}
