import Glibc
import Processes

/// One run of the test in a branch of its own.
final class BisectionJob {
    static let prefix = "bisect-"
    /// Of what the test prints, so much of the end is kept.
    static let outputLimit = 64 << 10

    let index: Int
    let branch: Branch
    private let use: BranchUse
    private let child: ChildProcess
    /// Holds what the test prints; without a name, so that it goes with this object.
    private let file: OpenFile
    private var isOver = false

    init(
        index: Int, snapshot: Snapshot, branches: BranchList, provider: any SnapshotProvider,
        options: BisectionRun.Options, deadline: Deadline
    ) throws(SnapshotError) {
        self.index = index
        let name = Self.name(for: snapshot, isKept: options.keepsBranches)
        var request = BranchRequest(name: name, deadline: deadline)
        // Dozens of checkouts would be left otherwise.
        request.keepsCheckout = false
        let branch = try branches.create(request, of: snapshot, with: provider).branch
        self.branch = branch
        do throws(SnapshotError) {
            let use = try branches.use(branch)
            let file = try Self.outputFile(in: branches.store)
            let null = try OpenFile("/dev/null", flags: O_RDONLY)
            var environment = use.environment(options.environment)
            environment["AH_BISECT_SNAPSHOT"] = snapshot.name
            let isPathStable = use.pathStabilityProblem() == nil
            let launch = ChildProcess.Launch(
                arguments: options.command, environment: environment,
                workingDirectory: use.workingDirectory(from: options.workingDirectory, isPathStable: isPathStable),
                mounts: isPathStable ? use.mounts : [])
            do throws(ProcessError) {
                child = try ChildProcess(
                    launch, standardInput: null.descriptor, standardOutput: file.descriptor,
                    standardError: file.descriptor)
            } catch {
                throw .program(
                    command: options.command.first ?? "the test", status: error.shellStatus, message: error.description)
            }
            self.use = use
            self.file = file
        } catch {
            try branches.delete(branch, with: provider, isForced: true)
            throw error
        }
    }

    private static func name(for snapshot: Snapshot, isKept: Bool) -> String {
        let random = String(UInt32.random(in: 0 ... .max), radix: 36)
        return "\(isKept ? "kept-" : prefix)\(snapshot.number)-\(random)"
    }

    private static func outputFile(in store: SnapshotStore) throws(SnapshotError) -> OpenFile {
        try WholeFile.makeFolders(store.scratch)
        let path = "\(store.scratch)/test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let file = try OpenFile(path, flags: O_RDWR | O_CREAT | O_EXCL | O_APPEND)
        guard unlink(path) == 0 else { throw .last("remove", path) }
        return file
    }

    /// Readable once the test has ended.
    var descriptor: Int32 { child.descriptor }

    /// The test's status as a shell reports it; nil while it runs. What it left in the background ends with it.
    func end() -> Int32? {
        var poller = Poller()
        poller.add(child.descriptor, .read)
        guard isOver || poller.wait(milliseconds: 0) else { return nil }
        return kill()
    }

    /// The test's status as a shell reports it, once it has ended.
    func waitForEnd() -> Int32 {
        var poller = Poller()
        poller.add(child.descriptor, .read)
        while !poller.wait(milliseconds: nil) {}
        return kill()
    }

    /// Ends the test, if it hasn't ended, and everything in its process group.
    @discardableResult func kill() -> Int32 {
        if !isOver {
            // Before it is reaped: until then nobody else can have its number.
            Glibc.kill(-child.pid, SIGKILL)
            isOver = true
        }
        return child.waitForEnd().shellStatus
    }

    /// The end of what the test printed.
    func output() -> [UInt8] {
        guard let size = try? file.status().size else { return [] }
        let start = size > UInt64(Self.outputLimit) ? size - UInt64(Self.outputLimit) : 0
        var bytes = [UInt8](repeating: 0, count: Int(size - start))
        let count =
            (try? bytes.withMutableRaw { buffer throws(SnapshotError) in try file.read(into: buffer, at: start) })
        bytes.removeLast(bytes.count - (count ?? 0))
        return bytes
    }
}
