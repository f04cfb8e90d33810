import Glibc
import Processes

/// All that can be freed in one workspace's store: what no snapshot needs, what killed processes left, checkouts that no
/// branch lies on, old notes of adoptions, mounts that went with a restart. No snapshot and no branch goes by it.
public struct StoreCollection {
    private let store: SnapshotStore
    private let archive: SnapshotArchive

    public init(_ store: SnapshotStore, archive: SnapshotArchive) {
        self.store = store
        self.archive = archive
    }

    /// - Throws: `busy` while another collection is at it.
    public func run(_ request: GarbageRequest) throws(SnapshotError) -> GarbageReport {
        var report = GarbageReport()
        let kinds = Set(try SnapshotRecords(store).all().map(\.provider) + [.git])
        for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
            let provider = try archive.provider(kind, store)
            let one = try provider.collectGarbage(request)
            report.bytesBefore += one.bytesBefore
            report.bytesFreed += one.bytesFreed
            report.leftovers += one.leftovers
            if !request.isDryRun {
                report.leftovers += try BranchList(store).collectOrphans(of: provider, deadline: request.deadline)
            }
        }
        let adoptions = AdoptionList(store, program: GitProgram(searchPath: archive.searchPath))
        report.leftovers += try adoptions.collect(isDryRun: request.isDryRun)
        guard !request.isDryRun else { return report }
        report.leftovers += try SnapshotMounts(store).collectLeftovers(deadline: request.deadline)
        report.leftovers += try BranchList(store).collectLeftovers(
            keepsFresh: request.isAutomatic, deadline: request.deadline)
        try noteEnd()
        return report
    }

    // MARK: When

    private var notePath: String { "\(store.folder)/collected" }

    private func noteEnd() throws(SnapshotError) {
        try WholeFile.replace(notePath, with: Array("\(WallClock.now())\n".utf8), durable: false)
    }

    /// When a collection last came to its end, in milliseconds since 1970. Of a store that never had one it is now, and from
    /// here on this moment: a new store has nothing to free.
    func lastEnd() throws(SnapshotError) -> Int64 {
        if let bytes = try WholeFile.readIfThere(notePath),
            let time = Int64(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
        {
            return time
        }
        try noteEnd()
        return WallClock.now()
    }
}
