import Playback
import Recording
import Rendering
import ScreenModel
import WorkbenchModel

/// A recording for programs and pipes: text instead of a full screen.
///
/// Only text and, if wanted, colours come out; whatever else the recorded program said to its terminal is not repeated.
public struct ReplayPrinter {
    private let reader: RecordingReader
    private let name: String
    private let text: ScreenText

    /// Opens the recording.
    public init(_ options: ReplayOptions) throws {
        reader = try options.open()
        name = options.name
        text = ScreenText(usesColors: options.usesColors)
    }

    /// What could not be used of the file, a line each.
    public var warnings: [String] { reader.warnings.map(\.description) }

    /// The screen when the session ended (`--fast`), each row ended by a newline.
    public func finalScreen() -> String {
        let player = Player(reader)
        player.seek(to: player.timeline.duration)
        return text.text(player.frame())
    }

    /// The screen at a place (`--at`).
    ///
    /// - Throws: `noSuchPlace` with what was asked for.
    public func screen(at place: GoTo) throws -> String {
        let player = Player(reader)
        if reader.summary == nil { player.indexAll() }
        var model = ReplayModel()
        model.timeline = ReplayTimeline(player.timeline, isLive: false)
        let effects = model.apply(.goTo(place))
        guard case .seek(let milliseconds)? = effects.first else {
            throw ReplayError.noSuchPlace(model.message?.text ?? "there is no such place")
        }
        player.seek(to: SessionTime(milliseconds: milliseconds))
        return text.text(player.frame())
    }

    /// Everything the session showed, as a pipe wants it: the lines in the order in which they left the screen, then
    /// the final screen. Lines that wrapped at the edge of the screen are whole again.
    ///
    /// - Parameter write: takes some lines at a time; false from it (a closed pipe) ends the work.
    public func transcript(_ write: (String) -> Bool) {
        var options = Player.Options()
        options.scrollbackLimit = 1_000_000
        let player = Player(reader, options: options)
        var pending = ""
        var isOpen = true
        player.transcript { line in
            pending += text.line(line.cells, symbols: line.symbols, isWhole: !line.wraps)
            if !line.wraps { pending += "\n" }
            if pending.utf8.count > 1 << 16 {
                isOpen = write(pending)
                pending = ""
            }
            return isOpen
        }
        guard isOpen else { return }
        pending += text.text(player.frame(), joinsWraps: true)
        if !pending.isEmpty { _ = write(pending) }
    }

    /// What the recording is about (`--print-meta`).
    public func facts() throws -> ReplayFacts {
        ReplayFacts(try reader.index(), reader: reader, name: name)
    }
}
