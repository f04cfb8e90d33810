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
        let folder = folders.sessions
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

    /// A session that runs now, as ``SessionReference`` has it; nil or `-` is the newest.
    public func runningSession(_ name: String?) throws(SessionError) -> SessionFacts {
        let reference = SessionReference(name)
        let found = reference.matches(among: running(), id: \.sessionID, name: \.name)
        if found.count == 1 { return found[0] }
        throw .noSuchSession(reference.isNewest ? "running now" : reference.text, candidates: found.map(\.sessionID))
    }

    /// All recordings under the home folder: `recordings/YYYY/MM/ID.ahr`.
    public func recorded() -> [(sessionID: String, path: String)] {
        var result: [(sessionID: String, path: String)] = []
        for year in entries(folders.recordings) {
            for month in entries("\(folders.recordings)/\(year)") {
                let folder = "\(folders.recordings)/\(year)/\(month)"
                for name in entries(folder) where name.hasSuffix(".ahr") {
                    let path = "\(folder)/\(name)"
                    // A link may lead to where a recording was once.
                    if access(path, F_OK) == 0 { result.append((String(name.dropLast(4)), path)) }
                }
            }
        }
        return result
    }

    private func entries(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
