import Snapshots
import WorkbenchModel

/// Answers what a files' model asks for, on the thread of a lane.
final class FilesReading {
    typealias Post = (FilesModel.Answer, ChangeIndex?) -> Void

    let source: FilesSource
    let archive: SnapshotArchive
    /// The session's snapshots, as they were last listed.
    private var known: [SnapshotArchive.Found] = []
    /// The trees that were last looked at.
    private var trees: [(number: UInt64, tree: any SnapshotTree)] = []
    /// The paths of the snapshot that was last searched for names.
    var paths: (number: UInt64, index: PathIndex)?

    init(_ source: FilesSource) {
        self.source = source
        archive = SnapshotArchive(state: source.stateFolder, searchPath: source.searchPath)
    }

    func answer(_ job: FilesLane.Job, _ post: Post) {
        do throws(SnapshotError) {
            try carryOut(job, post)
        } catch {
            post(job.cancellation.isCancelled ? .stopped : .failed("\(error)"), nil)
        }
    }

    private func carryOut(_ job: FilesLane.Job, _ post: Post) throws(SnapshotError) {
        switch job.request {
        case .snapshots:
            let items = try list().map(Self.item)
            let branches = try known.last.map { last throws(SnapshotError) in try archive.branches(beside: last) } ?? []
            post(.snapshots(items, branches: branches.map(\.name)), nil)
        case .folder(let path, let place):
            let found = try entries(of: RelativePath(printable: path), place, job.index)
            post(.entries(found.entries, folder: found.folder.printable), nil)
        case .changes(let place): try compare(place, job, post)
        case .preview(let path, let place): post(.lines(try preview(of: RelativePath(printable: path), place)), nil)
        case .difference(let path, let place):
            post(.lines(try difference(of: RelativePath(printable: path), place, job.deadline)), nil)
        case .history, .names, .content, .copy: try search(job, post)
        case .stop, .moved, .jump, .shell, .follow: break
        }
    }

    // MARK: Snapshots

    func list() throws(SnapshotError) -> [SnapshotArchive.Found] {
        guard !source.session.isEmpty else { throw .invalidName("a session that is not known") }
        known = try archive.snapshots(session: source.session).filter { $0.snapshot.session == source.session }
            .sorted { $0.snapshot.number < $1.snapshot.number }
        return known
    }

    static func item(_ found: SnapshotArchive.Found) -> FilesModel.SnapshotItem {
        FilesModel.SnapshotItem(
            number: UInt64(found.snapshot.number), label: found.snapshot.label,
            milliseconds: found.snapshot.sessionTime.map { Int64(clamping: $0) })
    }

    func found(_ number: UInt64) throws(SnapshotError) -> SnapshotArchive.Found {
        if let found = known.first(where: { UInt64($0.snapshot.number) == number }) { return found }
        if let found = try list().first(where: { UInt64($0.snapshot.number) == number }) { return found }
        throw .noSuchSnapshot("\(source.session)@\(number)", store: "this machine: it was deleted, or taken elsewhere")
    }

    /// The snapshot so many before or after another; nil where there is none.
    private func neighbour(_ number: UInt64, _ step: Int) throws(SnapshotError) -> UInt64? {
        _ = try found(number)
        // A newer one may have come.
        if step > 0 { _ = try list() }
        guard let index = known.firstIndex(where: { UInt64($0.snapshot.number) == number }),
            known.indices.contains(index + step)
        else { return nil }
        return UInt64(known[index + step].snapshot.number)
    }

    func tree(_ number: UInt64) throws(SnapshotError) -> any SnapshotTree {
        if let known = trees.first(where: { $0.number == number }) { return known.tree }
        let tree = try archive.tree(of: found(number))
        trees.append((number, tree))
        // Each keeps what was looked at in it.
        if trees.count > 4 { trees.removeFirst() }
        return tree
    }

    /// The two sides of a comparison; a text says why there is none.
    ///
    /// - Parameter isWhole: everything is compared, so that a live side is read by the policy of its snapshots and knows equal
    ///   contents. A few paths are read where they lie.
    private func sides(
        _ place: FilesModel.Place, isWhole: Bool, _ deadline: Deadline
    ) throws(SnapshotError) -> (old: any SnapshotTree, new: any SnapshotTree)? {
        let own = try tree(place.snapshot)
        switch place.baseline {
        case .previous:
            return try neighbour(place.snapshot, -1).map { number throws(SnapshotError) in (try tree(number), own) }
        case .next:
            return try neighbour(place.snapshot, 1).map { number throws(SnapshotError) in (own, try tree(number)) }
        case .live:
            let found = try found(place.snapshot)
            guard isWhole else { return (own, try FolderTree(archive.liveFolder(of: found))) }
            return (own, try archive.live(of: found, ownPaths: source.ownPaths, deadline: deadline))
        case .branch(let name):
            let found = try found(place.snapshot)
            guard let branch = try archive.branches(beside: found).first(where: { $0.name == name }) else {
                throw .noSuchBranch(name, candidates: try archive.branches(beside: found).map(\.name))
            }
            guard isWhole else { return (own, try FolderTree(branch.folder)) }
            return (own, try archive.current(of: branch, ownPaths: source.ownPaths, deadline: deadline))
        }
    }

    private static func missing(_ place: FilesModel.Place) -> String {
        place.baseline == .next ? "no later snapshot to compare with" : "the first snapshot: nothing to compare with"
    }

    // MARK: Lists

    /// The folder, or the nearest one above it that is there; with what the other side alone has in it.
    private func entries(
        of wanted: RelativePath, _ place: FilesModel.Place, _ index: ChangeIndex?
    ) throws(SnapshotError) -> (entries: [FilesModel.Entry], folder: RelativePath) {
        let tree = try tree(place.snapshot)
        var folder = wanted
        while true {
            let marks = index?.place == place ? index?.marks(in: folder) ?? [:] : [:]
            let isThere = try tree.entry(at: folder)?.kind == .folder
            if isThere || !marks.isEmpty {
                return (try merge(isThere ? tree.entries(in: folder) : [], marks, place), folder)
            }
            folder = folder.parent
        }
    }

    private func merge(
        _ own: [TreeEntry], _ marks: [[UInt8]: ChangeIndex.Mark], _ place: FilesModel.Place
    ) throws(SnapshotError) -> [FilesModel.Entry] {
        guard !marks.isEmpty else { return own.map { FilesModel.Entry($0) } }
        var left = marks
        var rows: [(name: [UInt8], entry: FilesModel.Entry)] = own.map { entry in
            var row = FilesModel.Entry(entry)
            if let mark = left.removeValue(forKey: entry.name) {
                row.change = mark.isFolder && entry.kind != .folder ? .added : mark.change
                row.added = mark.isFolder ? nil : mark.first.added
                row.deleted = mark.isFolder ? nil : mark.first.deleted
            }
            return (entry.name, row)
        }
        let change: FilesModel.Entry.Change = place.baseline == .previous ? .deleted : .added
        for (name, mark) in left {
            let side = mark.first.old ?? mark.first.new
            var row = FilesModel.Entry(
                name: try RelativePath(name).printable, kind: mark.isFolder ? .folder : .init(side?.kind ?? .file),
                size: mark.isFolder ? 0 : side?.size ?? 0, change: change)
            row.note = "not in this snapshot"
            rows.append((name, row))
        }
        return rows.sorted { $0.name.lexicographicallyPrecedes($1.name) }.map(\.entry)
    }

    /// First what differs, at once; then again with lines counted, if that can be done in a short time.
    private func compare(_ place: FilesModel.Place, _ job: FilesLane.Job, _ post: Post) throws(SnapshotError) {
        guard let sides = try sides(place, isWhole: true, job.deadline) else {
            return post(.changes([], note: Self.missing(place)), ChangeIndex([], at: place))
        }
        let comparison = SnapshotComparison(sides.old, sides.new, deadline: job.deadline)
        var options = SnapshotComparison.Options()
        options.findsRenames = false
        var changes = try comparison.changes(options)
        post(.changes(changes.map { FilesModel.Entry($0) }, note: nil), ChangeIndex(changes, at: place))
        guard !changes.isEmpty, changes.count <= Self.countedFiles else { return }
        options.countsLines = true
        changes = try comparison.changes(options)
        post(.changes(changes.map { FilesModel.Entry($0) }, note: nil), ChangeIndex(changes, at: place))
    }

    /// So many files' lines are counted.
    private static let countedFiles = 2000

    // MARK: Previews

    private func preview(of path: RelativePath, _ place: FilesModel.Place) throws(SnapshotError) -> [FilesModel.Line] {
        let own = try tree(place.snapshot)
        if let entry = try own.entry(at: path) { return try FilePreview.lines(of: entry, path, in: own) }
        // The list has what the other side alone has, too.
        if let sides = try sides(place, isWhole: false, .never) {
            let other = place.baseline == .previous ? sides.old : sides.new
            if let entry = try other.entry(at: path) {
                return [.init(.note, "not in this snapshot; as it is in \(place.baseline.text):")]
                    + (try FilePreview.lines(of: entry, path, in: other))
            }
        }
        return [.init(.note, "not in this snapshot")]
    }

    private func difference(
        of path: RelativePath, _ place: FilesModel.Place, _ deadline: Deadline
    ) throws(SnapshotError) -> [FilesModel.Line] {
        guard let sides = try sides(place, isWhole: false, deadline) else { return [.init(.note, Self.missing(place))] }
        return try FilePreview.difference(of: path, from: sides.old, to: sides.new, place.baseline, deadline)
    }
}
