import FoundationEssentials
import Glibc
import SessionHost

/// Looks for what has changed among the recordings and notes since they were last read. It reads names and stamps only.
struct FileSurvey {
    struct RecordingName: Hashable {
        var session: String
        /// `recordings/YYYY/MM/SESSION.ahr`.
        var place: String
        /// The file itself.
        var path: String
        var isElsewhere: Bool
    }

    /// What the catalogue holds of a recording.
    struct Known {
        var place: String
        var path: String
        var stamp: FileStamp
        var status: SessionLifecycle
    }

    /// What is to be done.
    struct Changes {
        var recordings: [RecordingName] = []
        var gone: [String] = []
        /// Notes that changed, and those that went.
        var notes: [(session: String, stamp: String)] = []
        var goneNotes: [String] = []
        var stamps: [(folder: String, stamp: String)] = []
        /// Folders whose stamp is not to be trusted any more.
        var unsettled: [String] = []

        var isEmpty: Bool {
            recordings.isEmpty && gone.isEmpty && notes.isEmpty && goneNotes.isEmpty && stamps.isEmpty
        }
    }

    let folders: SessionFolders
    let now: Int64
    var changes = Changes()

    init(folders: SessionFolders, now: Int64 = FileStamp.now()) {
        self.folders = folders
        self.now = now
    }

    /// The folders that recordings lie in: `recordings/YYYY/MM`.
    func monthFolders() -> [String] {
        Self.names(in: folders.recordings).flatMap { year in
            Self.names(in: "\(folders.recordings)/\(year)").map { "\(folders.recordings)/\(year)/\($0)" }
        }
    }

    /// Whether the folder changed since it was last read; notes what it is now.
    mutating func hasChanged(_ folder: String, known stamp: String?) -> Bool {
        guard let current = FileStamp(folder) else { return stamp != nil }
        if current.text == stamp { return false }
        if current.isSettled(now: now) { changes.stamps.append((folder, current.text)) }
        return true
    }

    /// Compares a folder of recordings with what is known of it.
    mutating func compare(folder: String, known: [String: Known]) {
        var left = known
        for name in Self.names(in: folder) where name.hasSuffix(".ahr") && !name.hasPrefix(".") {
            let session = String(name.dropLast(4))
            guard (1...255).contains(session.utf8.count) else { continue }
            let before = left.removeValue(forKey: session)
            let file = recording(session, place: "\(folder)/\(name)")
            guard let stamp = FileStamp(file.path) else {
                // A link that leads nowhere.
                if before != nil { changes.gone.append(session) }
                continue
            }
            if before?.stamp != stamp || before?.path != file.path { changes.recordings.append(file) }
        }
        changes.gone += left.keys
    }

    /// Looks at single recordings, whose folder doesn't tell of their changes.
    mutating func compare(single session: String, _ known: Known, isLive: Bool) {
        let file = recording(session, place: known.place)
        guard let stamp = FileStamp(file.path), file.path == known.path else {
            if FileStamp(known.place) == nil { changes.gone.append(session) } else { changes.recordings.append(file) }
            return
        }
        // While it is being written nothing is read of it again: its host knows more.
        if known.status.isLive != isLive || (!isLive && known.stamp != stamp) { changes.recordings.append(file) }
    }

    func recording(_ session: String, place: String) -> RecordingName {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink(place, &buffer, buffer.count)
        guard count > 0 else {
            let isElsewhere = !place.hasPrefix("\(folders.recordings)/")
            return RecordingName(session: session, place: place, path: place, isElsewhere: isElsewhere)
        }
        let target = String(decoding: buffer[..<count], as: UTF8.self)
        return RecordingName(session: session, place: place, path: target, isElsewhere: true)
    }

    /// Compares the notes with the stamps of those that were read.
    mutating func compareNotes(in folder: String, known: [String: String]) {
        var left = known
        for name in Self.names(in: folder) where name.hasSuffix(".json") {
            let session = String(name.dropLast(5))
            guard let stamp = FileStamp("\(folder)/\(name)") else { continue }
            if left.removeValue(forKey: session) != stamp.text { changes.notes.append((session, stamp.text)) }
        }
        changes.goneNotes += left.keys
    }

    /// Sorted; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
