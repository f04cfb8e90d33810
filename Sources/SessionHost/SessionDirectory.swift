import FoundationEssentials
import Glibc
import Recording

/// Finds sessions by what a user calls them: an id, the unique beginning of one, a name, or a file.
public struct SessionDirectory: Sendable {
    private let folders: SessionFolders

    public init(folders: SessionFolders) {
        self.folders = folders
    }

    /// The sessions that run now, newest first. Facts whose host is gone are removed.
    public func running() -> [SessionFacts] {
        let folder = "\(folders.home)/sessions"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var result: [SessionFacts] = []
        for name in names where name.hasSuffix(".json") {
            let path = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path),
                let facts = try? JSONDecoder().decode(SessionFacts.self, from: data)
            else { continue }
            if kill(facts.pid, 0) == 0 || errno == EPERM {
                result.append(facts)
            } else {
                unlink(path)
                unlink(facts.socketPath)
            }
        }
        return result.sorted { ($0.startedAt, $0.sessionID) > ($1.startedAt, $1.sessionID) }
    }

    /// A session that runs now: by id, beginning of an id, or name; nil or `-` is the newest.
    public func runningSession(_ name: String?) throws(SessionError) -> SessionFacts {
        let all = running()
        guard let name, name != "-" else {
            guard let newest = all.first else { throw .noSuchSession("running now", candidates: []) }
            return newest
        }
        let found = all.filter { $0.sessionID.hasPrefix(name.lowercased()) || $0.name == name }
        if found.count == 1 { return found[0] }
        throw .noSuchSession(name, candidates: found.map(\.sessionID))
    }

    /// The recording a user means: a path, `-` (standard input), a running session, or a recorded one by its id.
    public func recording(_ name: String) throws(SessionError) -> String {
        if name == "-" || name.contains("/") || access(name, F_OK) == 0 { return name }
        if let facts = try? runningSession(name) { return facts.recordingPath }
        let found = recorded().filter { $0.sessionID.hasPrefix(name.lowercased()) }
        if found.count == 1 { return found[0].path }
        if found.isEmpty, name.hasSuffix(".ahr") { return name }
        if found.isEmpty, let path = named(name) { return path }
        throw .noSuchSession(name, candidates: found.map(\.sessionID))
    }

    /// The newest recording of a session that was given this name.
    private func named(_ name: String) -> String? {
        for (_, path) in recorded().sorted(by: { $0.path > $1.path }).prefix(Self.searchedForName) {
            guard let reader = try? RecordingReader.open(path: path), let block = try? reader.block(0) else { continue }
            for event in block.events {
                if case .metadata(let metadata) = event.kind, metadata.name == name { return path }
            }
        }
        return nil
    }

    /// Recordings that are looked into for a name.
    private static let searchedForName = 2000

    /// All recordings under the home folder: `recordings/YYYY/MM/ID.ahr`.
    public func recorded() -> [(sessionID: String, path: String)] {
        var result: [(sessionID: String, path: String)] = []
        for year in entries(folders.recordings) {
            for month in entries("\(folders.recordings)/\(year)") {
                let folder = "\(folders.recordings)/\(year)/\(month)"
                for name in entries(folder) where name.hasSuffix(".ahr") {
                    result.append((String(name.dropLast(4)), "\(folder)/\(name)"))
                }
            }
        }
        return result
    }

    private func entries(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
