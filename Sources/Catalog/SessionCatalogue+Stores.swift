import GRDB
import Snapshots

extension SessionCatalogue {
    /// Reads the snapshots that were taken or deleted since, and all branches.
    /// - Parameter session: only its snapshots; nil for all.
    func reconcileStores(of session: String?) throws(CatalogError) {
        let stores: [SnapshotStore]
        do throws(SnapshotError) {
            stores = try SnapshotStore.all(below: folders.home)
        } catch {
            throw .file(path: "\(folders.home)/snapshots", operation: "list", reason: "\(error)")
        }
        if session == nil { try forgetStores(but: stores) }
        for store in stores {
            let failure: CatalogError?
            do throws(SnapshotError) {
                failure = try reconcile(store, session)
            } catch {
                // One workspace's store doesn't keep the others from being listed.
                remark("\(error)")
                continue
            }
            guard let failure else { continue }
            if isStrict { throw failure }
            remark("\(failure)")
        }
    }

    private func forgetStores(but stores: [SnapshotStore]) throws(CatalogError) {
        let there = Set(stores.map(\.folder))
        let known = try read { try String.fetchAll($0, sql: "SELECT folder FROM stores") }
        let gone = known.filter { !there.contains($0) }
        guard !gone.isEmpty else { return }
        try write { database in
            for folder in gone {
                try CatalogueWriter(database).removeStore(folder)
                try database.execute(
                    sql: "DELETE FROM stamps WHERE folder >= ? AND folder < ?", arguments: [folder + "/", folder + "0"])
            }
        }
    }

    /// - Returns: why what was read couldn't be written.
    private func reconcile(_ store: SnapshotStore, _ session: String?) throws(SnapshotError) -> CatalogError? {
        let records = SnapshotRecords(store)
        let folder = store.recordFolder
        let now = FileStamp.now()
        var stamps: [String: String] = [:]
        var isKnown = false
        let all = try? read { database in
            isKnown =
                try String.fetchOne(database, sql: "SELECT 1 FROM stores WHERE folder = ?", arguments: [store.folder])
                != nil
            return try Row.fetchAll(
                database, sql: "SELECT folder, stamp FROM stamps WHERE folder >= ? AND folder < ?",
                arguments: [folder + "/", folder + "0"])
        }
        for row in all ?? [] { stamps[row[0]] = row[1] }
        let sessions: [String]
        if let session { sessions = [session] } else { sessions = try records.sessions() }
        var changed: [(session: String, snapshots: [Snapshot], stamp: String?)] = []
        for session in sessions {
            let place = "\(folder)/\(session)"
            let known = stamps.removeValue(forKey: place)
            guard let stamp = FileStamp(place) else {
                if known != nil { changed.append((session, [], nil)) }
                continue
            }
            guard stamp.text != known else { continue }
            changed.append((session, try records.of(session: session), stamp.isSettled(now: now) ? stamp.text : nil))
        }
        if session == nil {
            for place in stamps.keys { changed.append((String(place.dropFirst(folder.count + 1)), [], nil)) }
        }
        let branches = session == nil ? try BranchList(store).all() : nil
        let found = changed
        let wasKnown = isKnown
        do throws(CatalogError) {
            guard !found.isEmpty || branches != nil || !wasKnown else { return nil }
            try write { database in
                let writer = CatalogueWriter(database)
                try writer.put(store)
                for (session, snapshots, stamp) in found {
                    try writer.put(snapshots, of: session, in: store)
                    if let stamp {
                        try writer.put(stamp: stamp, of: "\(folder)/\(session)")
                    } else {
                        try writer.removeStamp(of: "\(folder)/\(session)")
                    }
                }
                if let branches { try writer.put(branches, in: store) }
            }
            return nil
        } catch {
            return error
        }
    }
}
