/// What a user or the API asks for. Every way in (key, palette, mouse, REST) makes one of these.
public enum Command: Hashable, Sendable {
    case togglePlay
    case previousMoment, nextMoment
    case previousSnapshot, nextSnapshot
    /// Moves the playhead by so many milliseconds, back when negative.
    case scrub(milliseconds: Int64)
    /// Moves to the next (`true`) or previous visible change of the screen.
    case frame(forward: Bool)
    case toStart, toEnd
    case slower, faster
    case setSpeed(Double)
    /// Feeds exactly one more read of the recording.
    case step
    /// Goes to a place; asks where when nil.
    case goTo(GoTo?)
    /// Looks for text on the screen over time; asks for it when nil.
    case search(SearchQuery?)
    case nextHit, previousHit
    case toggleIdleSkip
    case inspect, intervene, interveneAtOnce
    case mark
    /// Moves the visible part of a screen that is larger than its pane.
    case pan(rows: Int, columns: Int)
    /// Lets the visible part follow the cursor again.
    case followCursor
    case cycleGutter
    case help
    /// Leaves what is open (help, prompt, running search), in that order.
    case cancel
    case redraw
    case suspend
    case quit
    case prompt(PromptCommand)
    case files(FilesCommand)
    case workbench(WorkbenchCommand)
    case sessions(SessionListCommand)
    case copy(CopyCommand)
}

/// Editing of the line at the bottom while it asks for something.
public enum PromptCommand: Hashable, Sendable {
    case accept, cancel
    case insert(String)
    case deleteBackward, deleteForward, deleteWord, deleteAll
    case left, right, toStart, toEnd
    case older, newer
    /// Text or regular expression.
    case toggleRegex
    /// To the next or previous field of a form.
    case nextField, previousField
}

/// What to look for on the screen.
public struct SearchQuery: Hashable, Sendable {
    public var text: String
    public var isRegex: Bool

    public init(text: String, isRegex: Bool = false) {
        self.text = text
        self.isRegex = isRegex
    }

    /// Capitals in the text ask for exact case, as in less and vim's smartcase.
    public var ignoresCase: Bool { !text.contains { $0.isUppercase } }
}

/// What the runtime must do after a command.
public enum Effect: Hashable, Sendable {
    case seek(milliseconds: Int64)
    /// Goes to the session's end, and stays there while a live session grows.
    case seekToEnd
    case stepRead
    case stepFrame(forward: Bool)
    /// Playing, speed or the idle limit changed: the clock must be told.
    case clockChanged
    /// Searches from the playhead; the model's query says for what.
    case search(forward: Bool)
    case stopWork
    /// Opens a snapshot's files.
    case inspect(snapshot: UInt64)
    /// Fetches what the files' model asks for.
    case files(FilesModel.Request)
    /// The files were left: what is being fetched is not wanted any more.
    case stopFiles
    /// Branches into a new session from a snapshot, with a message for its program; empty for none.
    case intervene(snapshot: UInt64, message: String)
    case redraw
    case suspend
    case quit
}
