// Journeys: the built `ah` driven as a person or a script drives it, in a real PTY or on pipes.
//
// Nothing of the program is called from inside, but for reading the recordings that it wrote.
import FoundationEssentials
import Glibc
import Processes
import Recording
import ScreenModel
import TestSupport

/// A home for one journey: whatever was started in it is gone when it goes.
final class Sandbox {
    let folder: TemporaryFolder
    var environment: [String: String]

    init(_ more: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        environment = TestEnvironment.variables(
            home: folder.path,
            adding: ["AH_RUNTIME_DIR": "\(folder.path)/run", "AH": BuiltProduct.ah].merging(more) { $1 })
    }

    deinit {
        for pid in processes { kill(pid, SIGKILL) }
    }

    /// A path within it.
    func callAsFunction(_ name: String) -> String { folder(name) }

    /// The processes that live here: the test's own children and what outlived them.
    var processes: [Int32] {
        ProcessTable.processes(withVariable: "AH_RUNTIME_DIR", value: "\(folder.path)/run")
    }

    /// Whether everything that was started here ends within a while: the file is compacted beside its session's end.
    func isLeftEmpty(within patience: Duration = .seconds(20)) -> Bool {
        let deadline = ContinuousClock.now + patience
        while !processes.isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            usleep(20_000)
        }
        return true
    }

    // MARK: Running `ah`

    /// Runs it on pipes, to its end.
    func ah(_ arguments: String..., input: [UInt8] = []) throws -> CommandRun {
        try CommandRun(
            [BuiltProduct.ah] + arguments, environment: environment, workingDirectory: folder.path, input: input)
    }

    /// Starts it on pipes, beside the test.
    func start(_ arguments: [String]) throws -> BackgroundCommand {
        try BackgroundCommand([BuiltProduct.ah] + arguments, environment: environment, workingDirectory: folder.path)
    }

    /// Starts it in a terminal.
    func terminal(_ arguments: [String], size: Size = Size(columns: 80, rows: 24)) throws -> TerminalDriver {
        try TerminalDriver(
            [BuiltProduct.ah] + arguments, size: size, environment: environment, workingDirectory: folder.path)
    }

    /// Records a shell command headless, into `recording`, to its end.
    @discardableResult
    func record(_ script: String, options: [String] = []) throws -> CommandRun {
        try CommandRun(
            [BuiltProduct.ah, "agent", "record", "--headless", "-o", recording] + options + ["--"] + shell(script),
            environment: environment, workingDirectory: folder.path)
    }

    var recording: String { folder("session.ahr") }

    func shell(_ script: String) -> [String] { ["bash", "--norc", "-c", script] }

    /// The pid of the session's host, once it has said so.
    func hostPID() throws -> Int32? {
        let facts = folder("ah/sessions")
        guard
            let name = try? FileManager.default.contentsOfDirectory(atPath: facts).first(where: {
                $0.hasSuffix(".json")
            }),
            let content = FileManager.default.contents(atPath: "\(facts)/\(name)")
        else { return nil }
        struct Facts: Decodable { var pid: Int32 }
        return try? JSONDecoder().decode(Facts.self, from: content).pid
    }

    // MARK: What was recorded

    func recorded(_ path: String? = nil) throws -> Recorded { try Recorded(path: path ?? recording) }
}

/// A recording's content, read back.
struct Recorded {
    var output: [UInt8] = []
    var events: [Event] = []
    var summary: Summary
    var warnings: [String]
    var isFinished: Bool

    init(path: String) throws {
        let reader = try RecordingReader.open(path: path)
        for index in reader.blocks.indices {
            let block = try reader.block(index)
            output += block.output
            events += block.events
        }
        summary = try reader.index()
        isFinished = reader.isFinished
        warnings = reader.warnings.map { "\($0)" }
    }

    var text: String { String(decoding: output, as: UTF8.self) }

    var momentLabels: [String] { summary.moments.map(\.value.label) }
}
