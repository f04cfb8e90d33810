import ScreenModel

/// A pane that plays a recording: what it shows, and what keys do to it.
///
/// The runtime reports what happened outside (`playhead`, `timeline`, `work` …) by setting the properties and then
/// `update…`; everything else changes by commands.
public struct ReplayModel: Hashable, Sendable {
    public enum Gutter: String, Hashable, Sendable, CaseIterable { case right, left, none }

    public enum Mode: Hashable, Sendable {
        case normal
        case prompt(Prompt)
        case help(scroll: Int)
        /// A snapshot's files cover the screen; help over them comes back to them.
        case files
        case filesHelp(scroll: Int)
    }

    /// Something that takes longer than a frame, with its progress from 0 to 1.
    public enum Work: Hashable, Sendable {
        case seeking(Double)
        case searching(Double)
    }

    public struct Message: Hashable, Sendable {
        public var text: String
        public var isError: Bool
    }

    /// A point of the timeline whose line is on the screen now.
    public struct Sign: Hashable, Sendable {
        /// Row of the recorded screen.
        public var row: Int
        public var isSnapshot: Bool

        public init(row: Int, isSnapshot: Bool) {
            self.row = row
            self.isSnapshot = isSnapshot
        }
    }

    public static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64]

    // What is played.
    public var name = ""
    public var command = ""
    public var timeline = ReplayTimeline()
    public var legend = KeyLegend()
    /// The keys that hold while a snapshot's files are shown.
    public var filesLegend = KeyLegend()

    // Where it is: set by the runtime.
    public internal(set) var playhead: Int64 = 0
    /// Where a seek under way is going.
    public internal(set) var target: Int64?
    public internal(set) var screen = Size(columns: 80, rows: 24)
    public internal(set) var cursor = Position(row: 0, column: 0)
    public var signs: [Sign] = []
    public var work: Work?

    // How it plays.
    public var isPlaying = true
    public internal(set) var speed: Double = 1
    public internal(set) var skipsIdle = false
    /// Milliseconds: pauses are played no longer than this while idle time is skipped.
    public var idleLimit: Int64 = 2000
    /// At the end of a live session, staying there.
    public internal(set) var followsEnd = false

    /// In a pane of the workbench: the recorded screen alone, for the workbench shows the rest.
    public var isPane = false

    // How it looks.
    public internal(set) var window = Size(columns: 80, rows: 24)
    public internal(set) var mode = Mode.normal
    public var message: Message?
    public internal(set) var viewport = Viewport()
    public var gutter = Gutter.right
    public internal(set) var query: SearchQuery?
    /// The snapshot's files that are open, in the modes `files` and `filesHelp`.
    public internal(set) var files: FilesModel?
    var searches: [String] = []
    var messages: [String] = []
    var places: [String] = []

    public init() {}

    /// A running session as a timeline shows it: always at its end.
    public static func live(_ timeline: ReplayTimeline) -> ReplayModel {
        var model = ReplayModel()
        model.timeline = timeline
        model.timeline.isLive = true
        model.playhead = timeline.duration
        model.followsEnd = true
        return model
    }

    public var isAtEnd: Bool { playhead >= timeline.duration }

    /// Starts at another speed; what is out of range is brought into it.
    public mutating func start(speed: Double, skipsIdle: Bool) {
        self.speed = min(max(speed, Self.speeds[0]), Self.speeds[Self.speeds.count - 1])
        self.skipsIdle = skipsIdle
    }

    /// The playhead, the recorded screen and its cursor, as they are now.
    public mutating func update(playhead: Int64, screen: Size, cursor: Position) {
        self.playhead = playhead
        self.screen = screen
        self.cursor = cursor
        updateViewport()
    }

    /// A seek reached its target or was given up.
    public mutating func arrived() {
        target = nil
        work = nil
    }

    public mutating func resize(to window: Size) {
        self.window = window
        updateViewport()
    }

    mutating func updateViewport() {
        viewport.update(screen: screen, pane: layout.screen.size, cursor: cursor)
    }

    public mutating func say(_ text: String, isError: Bool = false) {
        message = Message(text: text, isError: isError)
    }

    public var layout: ReplayLayout {
        isPane
            ? ReplayLayout(pane: window, screen: screen) : ReplayLayout(window: window, screen: screen, gutter: gutter)
    }
}
