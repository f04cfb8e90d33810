// Benchmarks: how fast and how small, as ratios of runs that alternate on the machine at hand.
//
// Not tests: nothing fails here. Each part prints tables; the part names are arguments. DrainBenchmark, EchoBenchmark and
// MemoryBenchmark drive the built `ah` beside this program; the others time one module each.
import Glibc

/// The parts, by name.
struct BenchmarkList {
    private let isQuick: Bool
    private let chosen: [Part]

    struct Part {
        var name: String
        var help: String
        /// - Parameter isQuick: fewer and smaller runs.
        var run: (_ isQuick: Bool) throws -> Void
    }

    private static var parts: [Part] {
        [
            Part(name: "drain", help: "bulk output through a raw PTY, the recorder, its viewer and tmux") {
                try DrainBenchmark(rounds: $0 ? 3 : 7, megabytes: $0 ? 16 : 64).run()
            },
            Part(name: "echo", help: "a keystroke's echo through a raw PTY, the viewer and tmux") {
                try EchoBenchmark(rounds: $0 ? 2 : 5, keys: $0 ? 100 : 300).run()
            },
            Part(name: "hooks", help: "an agent's hook, with live, absent and hanging recorders") {
                try HooksBenchmark(rounds: $0 ? 10 : 60).run()
            },
            Part(name: "workbench", help: "twelve panes at rest and all writing, beside tmux; first paint") {
                try WorkbenchBenchmark(seconds: $0 ? 6 : 15, keys: $0 ? 100 : 300).run()
            },
            Part(
                name: "opening",
                help: "a session with 1 GB of history shown again; a branch, from the key to its first output"
            ) {
                try OpeningBenchmark(megabytes: $0 ? 50 : 1000, files: $0 ? 1000 : 10_000, rounds: $0 ? 3 : 7).run()
            },
            Part(name: "memory", help: "the recorder's memory, idle and after bulk output") {
                try MemoryBenchmark(megabytes: $0 ? 50 : 200).run()
            },
            Part(name: "recording", help: "events to file and back, and file sizes") {
                try RecordingBenchmark(megabytes: $0 ? 64 : 256).run()
            },
            Part(name: "snapshots", help: "snapshots of trees of 1,000 to 100,000 files, beside git add") {
                try SnapshotsBenchmark(rounds: $0 ? 3 : 5, isQuick: $0).run()
            },
            Part(name: "branches", help: "launches in a namespace, copies of folders, btrfs snapshots") {
                try BranchBenchmark(files: $0 ? [1000, 10_000] : [1000, 10_000, 100_000]).run()
            },
            Part(name: "server", help: "followers of a busy session over HTTP, timelines, the server's memory") {
                try ServerBenchmark(followers: $0 ? 50 : 200, seconds: $0 ? 5 : 15).run()
            },
            Part(name: "catalogue", help: "lists, timelines, search over 1 GB of text, retention's plan") {
                try CatalogueBenchmark(sessions: $0 ? 1000 : 10_000, moments: 10_000, megabytes: $0 ? 64 : 1024).run()
            },
            Part(name: "files", help: "the files pane on snapshots of 100,000 files") {
                try FilesBenchmark(files: $0 ? 10_000 : 100_000, rounds: $0 ? 3 : 7).run()
            },
            Part(name: "emulation", help: "bytes to screen") { _ in emulationBenchmark() },
            Part(name: "display", help: "screen to bytes") { _ in displayBenchmark() },
            Part(name: "playback", help: "a recording of 1 GB: first frame, indexing, jumps, memory") {
                try PlaybackBenchmark(megabytes: $0 ? 100 : 1000).run()
            },
        ]
    }

    /// - Throws: `UsageError` for an unknown word.
    init(arguments: [String]) throws(UsageError) {
        isQuick = arguments.contains("--quick")
        let words = arguments.filter { $0 != "--quick" }
        let parts = Self.parts
        if let unknown = words.first(where: { word in !parts.contains { $0.name == word } }) {
            throw UsageError(word: unknown)
        }
        chosen = words.isEmpty ? parts : parts.filter { words.contains($0.name) }
    }

    struct UsageError: Error {
        var word: String
    }

    static var usage: String {
        let list = parts.map { "  \($0.name)\(String(repeating: " ", count: 12 - $0.name.count))\($0.help)\n" }
        return """
            Usage: ah-benchmarks [--quick] [part …]
            Runs the parts that are named, or all; --quick takes fewer and smaller runs.

            \(list.joined())
            Only a release build says anything: swift build -c release
            """
    }

    func run() throws {
        for part in chosen { try part.run(isQuick) }
    }

    /// The program: its exit status.
    static func main(_ arguments: [String]) -> Int32 {
        if arguments.first == "--as-child" { return ChildPart.run(Array(arguments.dropFirst())) }
        if arguments.contains("--help") || arguments.contains("-h") {
            print(usage)
            return 0
        }
        do {
            try BenchmarkList(arguments: arguments).run()
            return 0
        } catch let error as UsageError {
            print("\(error.word): no such benchmark\n\(usage)")
            return 64
        } catch {
            print("ah-benchmarks: \(error)")
            return 1
        }
    }
}
