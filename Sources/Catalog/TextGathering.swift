import Glibc
import Playback
import Recording
import SessionHost

/// Reads the text of recordings into the index: those that are not in it, or that have grown since.
public struct TextGathering {
    private let catalogue: SessionCatalogue
    private let index: TextIndex

    public struct Report: Hashable, Sendable {
        public var sessions = 0
        public var bytes = 0
        /// What couldn't be read, a line each.
        public var problems: [String] = []
    }

    public init(_ catalogue: SessionCatalogue, _ index: TextIndex) {
        self.catalogue = catalogue
        self.index = index
        if let damage = index.damage { noteDamage(index.path, damage) }
    }

    /// Brings the index up to date, the newest sessions first. Call ``SessionCatalogue/bringUpToDate(_:)`` before.
    ///
    /// - Parameter goesOn: asked before each recording.
    public func run(while goesOn: () -> Bool = { true }) throws(CatalogError) -> Report {
        let (unread, gone) = try survey()
        var report = Report()
        for (session, path, mark) in unread {
            guard goesOn() else { return report }
            let portions: [TextPortion]
            do throws(RecordingError) {
                portions = try Self.portions(path)
            } catch {
                report.problems.append("\(error)")
                // It is not tried again before it has changed.
                try index.put([], of: session, stamp: mark)
                continue
            }
            try index.put(portions, of: session, stamp: mark)
            report.sessions += 1
            report.bytes += portions.reduce(0) { $0 + $1.body.utf8.count }
        }
        try index.remove(gone)
        return report
    }

    /// Asks the index; one that turns out to be damaged was thrown away by that, and is filled anew first.
    public func ask<T>(_ question: (TextIndex) throws(CatalogError) -> T) throws(CatalogError) -> T {
        do throws(CatalogError) {
            return try question(index)
        } catch {
            guard case .corrupt(let path, let reason) = error else { throw error }
            noteDamage(path, reason)
            _ = try run()
            return try question(index)
        }
    }

    /// None where the index was damaged: what was in it is read again.
    private func stamps() throws(CatalogError) -> [String: String] {
        do throws(CatalogError) {
            return try index.stamps()
        } catch {
            guard case .corrupt(let path, let reason) = error else { throw error }
            noteDamage(path, reason)
            return [:]
        }
    }

    private func noteDamage(_ path: String, _ reason: String) {
        catalogue.remark("\(path): damaged (\(reason)); thrown away and made anew from the recordings")
    }

    /// How many sessions' text is not in the index, or not all of it. It looks at stamps only.
    public func countUnread() throws(CatalogError) -> Int { try survey().unread.count }

    private func survey() throws(CatalogError) -> (
        unread: [(session: String, path: String, mark: String)], gone: [String]
    ) {
        var known = try stamps()
        var unread: [(session: String, path: String, mark: String)] = []
        for session in try catalogue.sessions() {
            let before = known.removeValue(forKey: session.id)
            guard let path = session.recording?.path, let stamp = FileStamp(path) else { continue }
            // A smaller file of the same session shows the same.
            let mark = session.recording?.isFinished == true ? "whole" : stamp.text
            if before != mark { unread.append((session.id, path, mark)) }
        }
        return (unread, Array(known.keys))
    }

    /// The text of one recording.
    public static func portions(_ path: String) throws(RecordingError) -> [TextPortion] {
        let player = Player(try RecordingReader.open(path: path), options: Player.readingOptions)
        var portions: [TextPortion] = []
        var portion = TextPortion()
        var total = 0
        let take = { (line: ShownLine) in
            guard !line.text.isEmpty else { return true }
            portion.add(String(decoding: line.text.prefix(longestLine), as: UTF8.self), at: line.time)
            total += line.text.count
            if portion.isFull {
                portions.append(portion)
                portion = TextPortion()
            }
            return total < mostText
        }
        var history = TextHistory()
        player.showText(&history, take)
        player.showRest(&history, take)
        if !portion.isEmpty { portions.append(portion) }
        return portions
    }

    /// Bytes of a line that are indexed.
    private static let longestLine = 16 << 10
    /// Bytes of one session's text; a flood of more is no text that anybody read.
    private static let mostText = 256 << 20
}
