// Benchmarks: how fast and how small, as ratios of runs that alternate on the machine at hand.
//
// Not tests: nothing fails here. Each part prints tables; the part names are arguments. DrainBenchmark, EchoBenchmark and
// MemoryBenchmark drive the built `ah` beside this program; the others time one module each.
import Glibc

/// The parts, by name.
struct BenchmarkList {
    private let isQuick: Bool
    private let chosen: [String]

    private static let names = ["drain", "echo", "memory", "playback"]

    /// - Throws: `UsageError` for an unknown word.
    init(arguments: [String]) throws(UsageError) {
        isQuick = arguments.contains("--quick")
        let words = arguments.filter { $0 != "--quick" }
        if let unknown = words.first(where: { !Self.names.contains($0) }) { throw UsageError(word: unknown) }
        chosen = words.isEmpty ? Self.names : words
    }

    struct UsageError: Error {
        var word: String
    }

    static var usage: String {
        """
        Usage: ah-benchmarks [--quick] [\(names.joined(separator: "|"))]…
          Runs the named parts, or all. --quick takes fewer and smaller runs.
          Use a release build: swift build -c release --product ah && swift build -c release --product ah-benchmarks
        """
    }

    func run() throws {
        for name in chosen {
            switch name {
            case "drain": try DrainBenchmark(rounds: isQuick ? 3 : 7, megabytes: isQuick ? 16 : 64).run()
            case "echo": try EchoBenchmark(rounds: isQuick ? 2 : 5, keys: isQuick ? 100 : 300).run()
            case "playback": try PlaybackBenchmark(megabytes: isQuick ? 100 : 1024).run()
            case "memory": try MemoryBenchmark(megabytes: isQuick ? 50 : 200).run()
            default: break
            }
        }
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
