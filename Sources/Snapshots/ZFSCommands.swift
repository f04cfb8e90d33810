import Glibc

/// The `zfs` command lines that the provider needs, and what their answers mean. What runs them is passed in, so that the
/// sequences can be tested where there is no ZFS.
public struct ZFSCommands: Sendable {
    public struct Answer: Hashable, Sendable {
        public var status: Int32
        public var output: String
        public var errors: String

        public init(status: Int32 = 0, output: String = "", errors: String = "") {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    public typealias Runner = @Sendable (_ arguments: [String], Deadline) throws(SnapshotError) -> Answer

    private let runner: Runner

    public init(runner: @escaping Runner) { self.runner = runner }

    /// The system's own `zfs`.
    public static let system = ZFSCommands { arguments, deadline throws(SnapshotError) in
        let run = try ProgramRun(
            ["zfs"] + arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"],
            limit: 16 << 20, deadline: deadline)
        return Answer(
            status: run.status, output: String(decoding: run.output, as: UTF8.self), errors: run.errors)
    }

    private func run(_ arguments: [String], _ deadline: Deadline) throws(SnapshotError) -> String {
        let answer = try runner(arguments, deadline)
        guard answer.status == 0 else {
            throw .program(
                command: "zfs \(arguments.prefix(1).joined())", status: answer.status, message: answer.errors)
        }
        return answer.output
    }

    func snapshot(_ name: String, _ deadline: Deadline) throws(SnapshotError) {
        _ = try run(["snapshot", name], deadline)
    }

    /// A snapshot that a clone needs goes with the last of its clones.
    func destroySnapshot(_ name: String, _ deadline: Deadline) throws(SnapshotError) {
        try tolerateMissing { () throws(SnapshotError) in _ = try run(["destroy", "-d", name], deadline) }
    }

    /// A dataset that was just in use may be busy for a moment, above all under zfs-fuse.
    func destroyDataset(_ name: String, _ deadline: Deadline, patience: Int = 50) throws(SnapshotError) {
        for attempt in 1... {
            do throws(SnapshotError) {
                try tolerateMissing { () throws(SnapshotError) in _ = try run(["destroy", name], deadline) }
                return
            } catch {
                guard case .program(_, _, let message) = error, message.contains("busy"), attempt < patience,
                    !deadline.isOver
                else { throw error }
                usleep(20_000)
            }
        }
    }

    private func tolerateMissing(_ body: () throws(SnapshotError) -> Void) throws(SnapshotError) {
        do throws(SnapshotError) { try body() } catch {
            if case .program(_, _, let message) = error,
                message.contains("does not exist") || message.contains("could not find any snapshots")
            {
                return
            }
            throw error
        }
    }

    func clone(
        _ snapshot: String, as dataset: String, at folder: String, isReadOnly: Bool, _ deadline: Deadline
    ) throws(SnapshotError) {
        let options = ["-o", "mountpoint=\(folder)"] + (isReadOnly ? ["-o", "readonly=on"] : [])
        _ = try run(["clone"] + options + [snapshot, dataset], deadline)
    }

    /// The dataset's own snapshots.
    func snapshots(of dataset: String, _ deadline: Deadline) throws(SnapshotError) -> [String] {
        try run(["list", "-H", "-t", "snapshot", "-o", "name", "-d", "1", "-r", dataset], deadline)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix("\(dataset)@") }
    }

    /// The datasets right below it.
    func datasets(below dataset: String, _ deadline: Deadline) throws(SnapshotError) -> [String] {
        try run(["list", "-H", "-t", "filesystem", "-o", "name", "-d", "1", "-r", dataset], deadline)
            .split(separator: "\n").map(String.init).filter { $0 != dataset }
    }
}
