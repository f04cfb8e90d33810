import Catalog
import Snapshots

/// Reads the snapshots of a session. Made anew for each request: trees and their readers are for one thread.
struct SnapshotReading {
    private let archive: SnapshotArchive

    init(_ service: RESTService) { archive = service.archive }

    /// The session's snapshot of this name: `s3`, `3` or `SESSION@3`.
    private func find(_ session: SessionEntry, _ name: String) throws -> SnapshotArchive.Found {
        guard let number = SnapshotID.number(name, of: session.id) else {
            throw RESTError.notFound("\(session.id) has no snapshot \(name)")
        }
        return try archive.find("\(session.id)@\(number)")
    }

    func tree(_ session: SessionEntry, _ name: String) throws -> any SnapshotTree {
        try archive.tree(of: find(session, name))
    }

    /// How many bytes a file or a link's target has.
    func file(_ session: SessionEntry, _ name: String, _ path: RelativePath) throws -> UInt64 {
        let tree = try tree(session, name)
        guard let entry = try tree.entry(at: path) else { throw SnapshotError.noSuchPath(path.printable) }
        guard entry.kind == .file || entry.kind == .link else { throw SnapshotError.notAFile(path.printable) }
        return entry.size
    }

    /// What is compared with what.
    func sides(
        _ session: SessionEntry, _ name: String, base: String?
    ) throws -> (old: any SnapshotTree, new: any SnapshotTree, oldName: String) {
        let new = try find(session, name)
        if let base {
            let old = try find(session, base)
            return (try archive.tree(of: old), try archive.tree(of: new), SnapshotID.text(old.snapshot.number))
        }
        let before = try archive.snapshots(session: session.id).last {
            $0.snapshot.session == session.id && $0.snapshot.number < new.snapshot.number
        }
        guard let before else {
            throw RESTError.conflict("\(name) is the session's first snapshot: say what to compare it with (base)")
        }
        return (
            try archive.tree(of: before), try archive.tree(of: new), SnapshotID.text(before.snapshot.number)
        )
    }
}
