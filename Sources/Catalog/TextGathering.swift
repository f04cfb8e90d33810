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
    }

    /// Brings the index up to date, the newest sessions first. Call ``SessionCatalogue/bringUpToDate(_:)`` before.
    ///
    /// - Parameter goesOn: asked before each recording.
    public func run(while goesOn: () -> Bool = { true }) throws(CatalogError) -> Report {
        var known = try index.stamps()
        var report = Report()
        for session in try catalogue.sessions() {
            let before = known.removeValue(forKey: session.id)
            guard goesOn() else { return report }
            guard let path = session.recording?.path, let stamp = FileStamp(path) else { continue }
            // A smaller file of the same session shows the same.
            let mark = session.recording?.isFinished == true ? "whole" : stamp.text
            guard before != mark else { continue }
            let portions: [TextPortion]
            do throws(RecordingError) {
                portions = try Self.portions(path)
            } catch {
                report.problems.append("\(error)")
                // It is not tried again before it has changed.
                try index.put([], of: session.id, stamp: mark)
                continue
            }
            try index.put(portions, of: session.id, stamp: mark)
            report.sessions += 1
            report.bytes += portions.reduce(0) { $0 + $1.body.utf8.count }
        }
        try index.remove(Array(known.keys))
        return report
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
