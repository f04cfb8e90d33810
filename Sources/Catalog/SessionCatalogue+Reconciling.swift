import GRDB
import Recording
import SessionHost

extension SessionCatalogue {
    /// How much of the files a query needs to be up to date.
    public enum Scope: Hashable, Sendable {
        /// Sessions, their recordings and the notes on them.
        case sessions
        /// The same, and the stored snapshots of one session.
        case session(String)
        /// All stored snapshots and branches too.
        case everything
    }

    /// Reads what has changed among the files. With nothing changed it costs a few system calls for each month of recordings.
    ///
    /// That others write at the same time, or that the disk is full, is remarked and else passed over: what is known is shown.
    public func bringUpToDate(_ scope: Scope = .sessions) throws(CatalogError) {
        do throws(CatalogError) {
            try reconcile(scope)
        } catch {
            switch error {
            case .busy, .full, .file: remark("\(error); the newest sessions may be missing here")
            default: throw error
            }
        }
    }

    func reconcile(_ scope: Scope) throws(CatalogError) {
        try reconcileSessions()
        switch scope {
        case .sessions: break
        case .session(let id): try reconcileStores(of: id)
        case .everything: try reconcileStores(of: nil)
        }
    }

    private func reconcileSessions() throws(CatalogError) {
        let running = Dictionary(SessionDirectory(folders: folders).running().map { ($0.sessionID, $0) }) { a, _ in a }
        var survey = FileSurvey(folders: folders)
        try look(with: &survey, running)
        // In portions, so that others get their turn, and a first reading of thousands is not lost when it is stopped.
        var names = survey.changes.recordings[...]
        survey.changes.recordings = []
        while !names.isEmpty {
            let facts = names.prefix(Self.portion).map { ($0.session, RecordingFacts($0, live: running[$0.session])) }
            names = names.dropFirst(Self.portion)
            try write { database in
                for (session, facts) in facts {
                    if let facts {
                        try CatalogueWriter(database).put(facts)
                    } else {
                        try CatalogueWriter(database).remove(session)
                    }
                }
            }
        }
        let changes = survey.changes
        if changes.isEmpty { return }
        var notes: [(String, String, SessionNote)] = []
        for (session, stamp) in changes.notes {
            do throws(CatalogError) {
                notes.append((session, stamp, try self.notes.note(on: session)))
            } catch {
                remark("\(error)")
            }
        }
        let read = notes
        try write { database in
            let writer = CatalogueWriter(database)
            for session in changes.gone { try writer.remove(session) }
            for session in changes.goneNotes { try writer.removeNote(session) }
            for (session, stamp, note) in read { try writer.put(note, on: session, stamp: stamp) }
            for (folder, stamp) in changes.stamps { try writer.put(stamp: stamp, of: folder) }
        }
    }

    private static let portion = 200

    /// Finds out what must be read.
    private func look(
        with survey: inout FileSurvey, _ running: [String: SessionFacts]
    ) throws(CatalogError) {
        var local = survey
        let months = survey.monthFolders()
        try read { database in
            let reader = CatalogueReader(database)
            var seen: Set<String> = []
            for folder in months where local.hasChanged(folder, known: try reader.stamp(of: folder)) {
                local.compare(folder: folder, known: try reader.known(in: folder))
                seen.insert(folder)
            }
            for folder in try reader.stampedMonths(below: folders.recordings) where !months.contains(folder) {
                local.changes.gone += try reader.known(in: folder).keys
            }
            let listed = Set(local.changes.recordings.map(\.session))
            for (session, known) in try reader.unsettled(and: Set(running.keys)) where !listed.contains(session) {
                local.compare(single: session, known, isLive: running[session] != nil)
            }
            if local.hasChanged(notes.folder, known: try reader.stamp(of: notes.folder)) {
                local.compareNotes(in: notes.folder, known: try reader.noteStamps())
            }
            // A running session whose recording lies elsewhere and has no link.
            let named = Set(local.changes.recordings.map(\.session))
            for facts in running.values where !named.contains(facts.sessionID) {
                guard try !reader.has(facts.sessionID) else { continue }
                local.changes.recordings.append(local.recording(facts.sessionID, place: facts.recordingPath))
            }
        }
        survey = local
    }
}
