import Glibc

/// A collection in a git store: what snapshots need is packed anew, then the old packs go. Snapshots may be taken all the while,
/// except for the moment in which files are removed.
final class GitCollection {
    private let store: SnapshotStore
    private let program: GitProgram
    private let records: SnapshotRecords
    private let request: GarbageRequest
    /// So many packs are left as they are when there is nothing to free.
    static let packLimit = 20

    init(store: SnapshotStore, program: GitProgram, request: GarbageRequest) {
        self.store = store
        self.program = program
        self.request = request
        records = SnapshotRecords(store)
    }

    private var packFolder: String { "\(store.objects)/objects/pack" }

    func run() throws(SnapshotError) -> GarbageReport {
        guard let lock = try FileLock(trying: store.collectionLock) else { throw .busy(path: store.collectionLock) }
        defer { withExtendedLifetime(lock) {} }
        var report = GarbageReport(bytesBefore: try store.size())
        report.leftovers = try removeLeftovers()
        let old = try WholeFile.names(in: packFolder).filter { $0.hasSuffix(".pack") }
        let hasGarbage = mark.exists
        if request.isDryRun {
            report.bytesFreed = hasGarbage ? try unneeded() : 0
            return report
        }
        let isMuch = try request.isAutomatic ? isMuch() : true
        if hasGarbage && isMuch || request.isThorough || old.count > Self.packLimit { try repack(old) }
        let after = try store.size()
        report.bytesFreed = report.bytesBefore > after ? report.bytesBefore - after : 0
        return report
    }

    private var mark: GarbageMark { GarbageMark(store) }

    /// Packing anew costs as much as is kept: it isn't done unasked for less than a tenth of that.
    private func isMuch() throws(SnapshotError) -> Bool { try mark.bytes >= DiskUse.of(packFolder) / 10 }

    /// Commits of all snapshots: the records say which there are. A ref without a record is of a process that was killed between.
    private func roots() throws(SnapshotError) -> Set<String> {
        if let damaged = try records.damaged().first {
            throw .damaged(
                path: damaged, what: "nothing is freed while a record can't be read: delete it or bring it back")
        }
        return Set(try records.all().filter { $0.provider == .git }.map(\.reference))
    }

    private func unneeded() throws(SnapshotError) -> UInt64 {
        let all = try DiskUse.of(packFolder)
        let input = Array(try roots().map { "\($0)\n" }.joined().utf8)
        let run = try program.run(
            ["rev-list", "--objects", "--disk-usage", "--stdin"], in: store.objects, input: input,
            deadline: request.deadline)
        let needed = UInt64(String(decoding: run.output, as: UTF8.self).filter(\.isNumber)) ?? 0
        return all > needed ? all - needed : 0
    }

    private func repack(_ old: [String]) throws(SnapshotError) {
        // Before the roots are read: what is deleted from here on is for the next collection.
        let garbage = try mark.bytes
        mark.remove()
        do throws(SnapshotError) {
            let before = try roots()
            let first = try pack(before, without: [])
            let lock = try FileLock(store.contentLock, .exclusive, deadline: request.deadline)
            defer { withExtendedLifetime(lock) {} }
            let added = try roots().subtracting(before)
            let second = added.isEmpty ? [] : try pack(added, without: before)
            try WholeFile.replace(
                store.generation, with: Array("\(UInt64.random(in: 0 ... .max))\n".utf8), durable: true)
            try remove(Set(old).subtracting(first).subtracting(second))
        } catch {
            try mark.add(garbage)
            throw error
        }
    }

    /// Packs all that the commits need.
    /// - Returns: the names of the packs.
    private func pack(_ commits: Set<String>, without others: Set<String>) throws(SnapshotError) -> Set<String> {
        guard !commits.isEmpty else { return [] }
        let input = (commits.sorted() + others.sorted().map { "^\($0)" }).map { "\($0)\n" }.joined()
        let window = request.isThorough ? ["--window=10", "--depth=50"] : ["--window=0"]
        // Not where packs lie: if we are killed git goes on, and must not put anything there later.
        let place = "\(store.scratch)/\(Self.scratchPrefix)\(UInt64.random(in: 0 ... .max))"
        try WholeFile.makeFolders(place)
        defer { _ = try? FolderRemoval(of: place).run() }
        let run = try program.run(
            ["pack-objects", "-q", "--revs", "--threads=1", "--delta-base-offset"] + window + ["\(place)/pack"],
            in: store.objects, input: Array(input.utf8), deadline: request.deadline)
        let hashes = String(decoding: run.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard hashes.allSatisfy({ ObjectID(hex: $0) != nil }), !hashes.isEmpty else {
            throw .program(command: "git pack-objects", status: 0, message: "it named no pack")
        }
        // The old ones go only once these are on the disk. The index comes last: with it, git sees the pack.
        for hash in hashes {
            for suffix in ["pack", "idx"] {
                let name = "pack-\(hash).\(suffix)"
                try OpenFile("\(place)/\(name)", flags: O_RDONLY).synchronise()
                guard rename("\(place)/\(name)", "\(packFolder)/\(name)") == 0 else {
                    throw .last("write", "\(packFolder)/\(name)")
                }
            }
        }
        try WholeFile.synchroniseFolder(of: "\(packFolder)/pack")
        return Set(hashes.map { "pack-\($0).pack" })
    }

    private static let scratchPrefix = "collection-"

    /// We have the collection's lock, so others' are of killed processes.
    private func removeScratch() throws(SnapshotError) -> Int {
        let names = try WholeFile.names(in: store.scratch).filter { $0.hasPrefix(Self.scratchPrefix) }
        if !request.isDryRun { for name in names { try FolderRemoval(of: "\(store.scratch)/\(name)").run() } }
        return names.count
    }

    private func remove(_ packs: Set<String>) throws(SnapshotError) {
        for pack in packs.sorted() {
            let base = "\(packFolder)/\(pack.dropLast(5))"
            // The index first: a pack without one is nothing to git.
            for suffix in ["idx", "rev", "bitmap", "pack"] {
                guard unlink("\(base).\(suffix)") == 0 || errno == ENOENT else {
                    throw .last("delete", "\(base).\(suffix)")
                }
            }
        }
    }

    /// What killed processes left: packs that never got their name, half checkouts, files about to replace others, refs without
    /// a record.
    private func removeLeftovers() throws(SnapshotError) -> Int {
        var count = try removeScratch()
        if !request.isDryRun {
            for folder in [store.scratch, store.checkouts, store.branches] {
                count += try ScratchFolder.collectLeftovers(in: folder, deadline: request.deadline)
            }
        }
        let lock = try FileLock(store.contentLock, .exclusive, deadline: request.deadline)
        defer { withExtendedLifetime(lock) {} }
        let names = Set(try WholeFile.names(in: packFolder))
        for name in names.sorted() where isLeftover(name, names) {
            count += 1
            if !request.isDryRun { unlink("\(packFolder)/\(name)") }
        }
        for folder in [store.folder, "\(store.folder)/indexes"] + (try sessionFolders()) {
            for name in try WholeFile.names(in: folder) where WholeFile.isLeftover(name) {
                count += 1
                if !request.isDryRun { unlink("\(folder)/\(name)") }
            }
        }
        return try count + removeLostRefs()
    }

    private func sessionFolders() throws(SnapshotError) -> [String] {
        try records.sessions().map { "\(store.recordFolder)/\($0)" }
    }

    /// Nobody adds to the store now, so whatever isn't a whole pack is left over.
    private func isLeftover(_ name: String, _ names: Set<String>) -> Bool {
        if name.hasPrefix("tmp_") || WholeFile.isLeftover(name) { return true }
        if name.hasSuffix(".pack") { return !names.contains("\(name.dropLast(5)).idx") }
        return name.hasPrefix("pack-") && !names.contains("\(name.prefix { $0 != "." }).pack")
    }

    private func removeLostRefs() throws(SnapshotError) -> Int {
        var count = 0
        let refs = "\(store.objects)/refs/ah/sessions"
        for session in try WholeFile.names(in: refs) where SnapshotName.isUsable(session) {
            let known = Set(try records.of(session: session).map(\.number))
            for name in try WholeFile.names(in: "\(refs)/\(session)/snapshots") {
                if let number = UInt32(name), known.contains(number) { continue }
                count += 1
                guard !request.isDryRun else { continue }
                unlink("\(refs)/\(session)/snapshots/\(name)")
                try mark.add(0)
            }
        }
        return count
    }
}

extension GitProvider {
    public func collectGarbage(_ request: GarbageRequest) throws(SnapshotError) -> GarbageReport {
        let report = try GitCollection(store: store, program: program, request: request).run()
        // It holds the old packs open.
        reader.restart()
        return report
    }
}
