import FoundationEssentials

/// Real terminal streams, found by the variable `AH_CORPUS`; they are no part of this package.
public enum Corpus {
    /// The folder, or nil when the variable is unset.
    public static let folder = ProcessInfo.processInfo.environment["AH_CORPUS"].flatMap { $0.isEmpty ? nil : $0 }

    /// Use as `.enabled(if: Corpus.isPresent, "\(Corpus.skipped)")`.
    public static var isPresent: Bool { folder != nil }
    public static let skipped = "AH_CORPUS is unset: no corpus of terminal streams here"

    /// One path a stream: `.cast` files, and `.raw` ones in place of casts that can't carry their bytes. Sorted.
    public static let streams: [String] = {
        let paths = files
        let raw = Set(paths.filter { $0.hasSuffix(".raw") }.map { $0.dropLast(4) })
        return paths.filter { path in
            path.hasSuffix(".raw") || (path.hasSuffix(".cast") && !raw.contains(path.dropLast(5)))
        }
    }()

    /// Agent Harbor's own recordings.
    public static let recordings = files.filter { $0.hasSuffix(".ahr") }

    private static let files: [String] = {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return names.sorted().map { "\(folder)/\($0)" }
    }()
}

/// Real coding agents with a scripted model, found by the variable `AH_AGENTS`; they are no part of this package.
public enum Agents {
    public static let folder = ProcessInfo.processInfo.environment["AH_AGENTS"].flatMap { $0.isEmpty ? nil : $0 }

    public static var isPresent: Bool { folder != nil }
    public static let skipped = "AH_AGENTS is unset: no coding agents here"

    /// The script that runs one; its header describes the options.
    public static var runner: String { "\(folder ?? "")/run-agent.sh" }
}
