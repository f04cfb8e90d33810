import CPTY
import Glibc

extension ChildProcess.Launch {
    /// Starts the command under `mounts`. It is looked up after they are made: the program may exist only below them.
    func startMounted(slave: String?, descriptors: [Int32]) throws(ProcessError) -> pid_t {
        let folder = workingDirectory ?? Self.currentFolder()
        let candidates = try candidates()
        var pid: pid_t = 0
        var failure = ah_failure()
        let code = -spawn(
            &pid, paths: CStringTable(candidates), folder: folder, slave: slave, descriptors: descriptors,
            failure: &failure)
        if code != 0 { throw error(failure, code: code, folder: folder, candidates: candidates) }
        return pid
    }

    /// Executes the command under `mounts` in place of this process, which keeps its terminal, streams and pid. Call it
    /// while the process has one thread.
    /// - Returns: why it couldn't be executed. Mounts may have been made by then: nothing should go on from there.
    public func replaceProcess() -> ProcessError {
        let folder = workingDirectory ?? Self.currentFolder()
        let candidates: [String]
        do { candidates = try self.candidates() } catch { return error }
        var failure = ah_failure()
        let code = withLaunch(
            paths: CStringTable(candidates), folder: folder, slave: nil, descriptors: [-1, -1, -1]
        ) { -ah_exec_mounted(&$0, &failure) }
        return error(failure, code: code, folder: folder, candidates: candidates)
    }

    private func spawn(
        _ pid: inout pid_t, paths: CStringTable, folder: String?, slave: String?, descriptors: [Int32],
        failure: inout ah_failure
    ) -> Int32 {
        withLaunch(paths: paths, folder: folder, slave: slave, descriptors: descriptors) {
            ah_spawn_mounted(&pid, &$0, &failure)
        }
    }

    private func withLaunch(
        paths: CStringTable, folder: String?, slave: String?, descriptors: [Int32],
        _ body: (inout ah_launch) -> Int32
    ) -> Int32 {
        let arguments = CStringTable(arguments)
        let variables = CStringTable(environment.map { "\($0.key)=\($0.value)" })
        let places = CStringTable([folder, slave])
        let texts = CStringTable(mounts.flatMap { [$0.source, $0.target, $0.overlayOptions] })
        let made = mounts.indices.map {
            ah_mount(source: texts[3 * $0], target: texts[3 * $0 + 1], overlay: texts[3 * $0 + 2])
        }
        return withExtendedLifetime((arguments, variables, places, texts, paths)) {
            made.withUnsafeBufferPointer { made in
                var launch = ah_launch(
                    paths: paths.base, argv: arguments.mutableBase, envp: variables.mutableBase, cwd: places[0],
                    slave: places[1], fds: (descriptors[0], descriptors[1], descriptors[2]),
                    mounts: made.baseAddress, mount_count: made.count)
                return body(&launch)
            }
        }
    }

    /// The files that `arguments[0]` may mean, best first.
    private func candidates() throws(ProcessError) -> [String] {
        guard let command = arguments.first, !command.isEmpty else { throw .commandNotFound("", path: "") }
        // The child is in its folder by then, so that a relative path means what it says.
        if command.contains("/") { return [command] }
        return searchPath.split(separator: ":", omittingEmptySubsequences: false).map {
            $0.isEmpty ? "./\(command)" : "\($0)/\(command)"
        }
    }

    private func error(
        _ failure: ah_failure, code: Int32, folder: String?, candidates: [String]
    ) -> ProcessError {
        if let problem = NamespaceFailure(failure, mounts: mounts, code: code) { return .namespace(problem) }
        switch ah_launch_step(UInt32(failure.step)) {
        case AH_STEP_FOLDER: return .workingDirectory(folder ?? "", code: code)
        case AH_STEP_EXEC where code == ENOENT:
            return .commandNotFound(arguments[0], path: arguments[0].contains("/") ? "not searched" : searchPath)
        case AH_STEP_EXEC where code == EACCES || code == ENOEXEC:
            return .notExecutable(candidates.indices.contains(failure.index) ? candidates[failure.index] : arguments[0])
        default: return .system(operation: "start", target: arguments[0], code: code)
        }
    }

    private static func currentFolder() -> String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }
}
