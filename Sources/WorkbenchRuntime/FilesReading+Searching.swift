import Snapshots
import WorkbenchModel

extension FilesReading {
    /// What takes longer, with its progress.
    func search(_ job: FilesLane.Job, _ post: Post) throws(SnapshotError) {
        func progress(_ done: Int, _ all: Int) { post(.progress(Double(done) / Double(max(1, all))), nil) }
        switch job.request {
        case .history(let path):
            let entries = try archive.history(
                of: RelativePath(printable: path), session: source.session, deadline: job.deadline, progress: progress)
            post(.history(entries.map(Self.entry)), nil)
        case .names(let text, let place): try findNames(text, place, job, post)
        case .content(let query):
            var search = TextSearch(query.isRegex ? .expression(query.text) : .text(query.text))
            search.ignoresCase = query.ignoresCase
            let first = try archive.first(
                with: search, session: source.session, deadline: job.deadline, progress: progress)
            post(.content(first.map { Self.item($0.found) }, Self.entries(first?.matches ?? [])), nil)
        case .copy(let path, let place, let target, let replacing):
            try copy(RelativePath(printable: path), place, target, replacing, job, post)
        default: break
        }
    }

    private static func entry(_ entry: SnapshotArchive.HistoryEntry) -> FilesModel.Entry {
        var row = FilesModel.Entry(entry.change)
        row.snapshot = item(entry.found)
        return row
    }

    /// One row for each file, with its first line.
    private static func entries(_ matches: [TextSearch.Match]) -> [FilesModel.Entry] {
        var rows: [FilesModel.Entry] = []
        var last: RelativePath?
        for match in matches where match.path != last {
            last = match.path
            var row = FilesModel.Entry(name: match.path.printable, kind: .file, size: 0)
            row.line = match.line
            rows.append(row)
        }
        return rows
    }

    private func findNames(
        _ text: String, _ place: FilesModel.Place, _ job: FilesLane.Job, _ post: Post
    ) throws(SnapshotError) {
        let index: PathIndex
        if let known = paths, known.number == place.snapshot {
            index = known.index
        } else {
            index = PathIndex(try PathListing(of: tree(place.snapshot), deadline: job.deadline))
            paths = (place.snapshot, index)
        }
        let found = index.matches(text, limit: 1000)
        let rows = found.paths.map { FilesModel.Entry(name: $0, kind: .file, size: 0) }
        post(.names(rows, count: found.count), nil)
    }

    private func copy(
        _ path: RelativePath, _ place: FilesModel.Place, _ target: String, _ replacing: Bool, _ job: FilesLane.Job,
        _ post: Post
    ) throws(SnapshotError) {
        let found = try found(place.snapshot)
        let whole = absolute(target)
        do throws(SnapshotError) {
            let report = try archive.copy(
                path, of: found, to: whole, replacing: replacing, deadline: job.deadline)
            let files = report.made.files
            var text = "copied to \(report.place): \(files) file\(files == 1 ? "" : "s"), \(report.made.bytes) bytes"
            if let lost = report.made.lost.first.first {
                text += "; \(report.made.lost.count) not copied: \(lost.path.printable): \(lost.text)"
            }
            post(.copied(text), nil)
        } catch {
            guard case .exists(let place) = error else { throw error }
            post(.exists(place, canBeReplaced: try archive.canReplace(whole, with: path, of: found)), nil)
        }
    }

    private func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        if let home = source.home, path == "~" || path.hasPrefix("~/") { return home + path.dropFirst() }
        return "\(source.folder)/\(path)"
    }
}

/// All paths of a snapshot, for looking through them at each key.
struct PathIndex {
    private let paths: [RelativePath]
    /// In small letters, one after the other.
    private let text: [UInt8]
    private let starts: [Int]

    init(_ listing: PathListing) {
        paths = listing.paths
        var text: [UInt8] = []
        var starts = [0]
        text.reserveCapacity(paths.reduce(0) { $0 + $1.bytes.count })
        for path in paths {
            text.append(contentsOf: path.bytes.lazy.map(Self.small))
            starts.append(text.count)
        }
        self.text = text
        self.starts = starts
    }

    private static func small(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

    /// Paths that hold every word of a text, whatever the case of its letters: first those whose name begins with the last
    /// word, then those whose name holds it, then the others; short ones first.
    func matches(_ query: String, limit: Int) -> (paths: [String], count: Int) {
        let words = query.split(separator: " ").map { Array($0.utf8).map(Self.small) }
        var ranked: [(rank: Int, length: Int, index: Int)] = []
        text.withUnsafeBufferPointer { all in
            for index in paths.indices {
                let path = UnsafeBufferPointer(rebasing: all[starts[index]..<starts[index + 1]])
                guard let rank = Self.rank(path, words) else { continue }
                ranked.append((rank, path.count, index))
            }
        }
        let count = ranked.count
        if !words.isEmpty {
            ranked.sort { ($0.rank, $0.length, $0.index) < ($1.rank, $1.length, $1.index) }
        }
        return (ranked.prefix(limit).map { paths[$0.index].printable }, count)
    }

    private static func rank(_ path: UnsafeBufferPointer<UInt8>, _ words: [[UInt8]]) -> Int? {
        guard let last = words.last else { return 0 }
        for word in words.dropLast() where place(of: word, in: path, from: 0) == nil { return nil }
        guard place(of: last, in: path, from: 0) != nil else { return nil }
        let name = (path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
        guard let within = place(of: last, in: path, from: name) else { return 2 }
        return within == name ? 0 : 1
    }

    private static func place(of word: [UInt8], in path: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let first = word.first else { return start }
        var index = start
        while index <= path.count - word.count {
            if path[index] == first, (1..<max(1, word.count)).allSatisfy({ path[index + $0] == word[$0] }) {
                return index
            }
            index += 1
        }
        return nil
    }
}
