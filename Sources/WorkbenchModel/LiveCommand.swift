import ScreenModel

/// What the keys after the prefix do while a session is watched live; all other keys go to its program.
public enum LiveCommand: String, Hashable, Sendable, CaseIterable {
    case mark, snapshot, detach, stop, redraw, help
    case ownSize = "own-size"
    case sendPrefix = "send-prefix"

    /// One line for the help and the status line.
    public var help: String {
        switch self {
        case .mark: "mark a moment"
        case .snapshot: "snapshot the workspace"
        case .detach: "detach: the session and its recording go on"
        case .stop: "end the session"
        case .redraw: "draw everything again"
        case .help: "show or hide this help"
        case .ownSize: "this window alone sets the session's size, and back"
        case .sendPrefix: "send the prefix to the program"
        }
    }

    public var shortHelp: String {
        switch self {
        case .mark: "mark"
        case .snapshot: "snapshot"
        case .detach: "detach"
        case .stop: "end"
        case .redraw: "redraw"
        case .help: "help"
        case .ownSize: "own size"
        case .sendPrefix: "send prefix"
        }
    }
}

/// Which keys those are.
public struct LiveKeys: Hashable, Sendable {
    public var prefix: KeyChord
    public var bindings: [KeyChord: LiveCommand]

    public init(
        prefix: KeyChord = KeyChord(.character("b"), .control), bindings: [KeyChord: LiveCommand] = [:]
    ) {
        self.prefix = prefix
        self.bindings = bindings
    }

    /// The first key of each command, in the commands' order.
    public var legend: [(key: KeyChord, command: LiveCommand)] {
        LiveCommand.allCases.compactMap { command in
            bindings.filter { $0.value == command }.map(\.key).min { "\($0)".count < "\($1)".count }
                .map { (key: $0, command: command) }
        }
    }
}
