/// One row of the command table: how a command is written, what it takes, and what it does in a line.
public struct CommandEntry: Sendable {
    public enum Group: String, Hashable, Sendable, CaseIterable {
        case playing, moving, searching, workspace, files, copy, view, panes, tabs, sessions, list, session, branches,
            general, prompt
    }

    /// As written in a keymap: `scrub`, `next-moment`.
    public let name: String
    /// What stands after the name, as help shows it: `TIME`, `[TEXT]`; nil when nothing may.
    public let argument: String?
    public let group: Group
    /// One line, no full stop.
    public let help: String
    /// Makes the command from its argument text; nil when the argument is wrong or missing.
    let make: @Sendable (_ argument: String?) -> Command?

    init(
        _ name: String, argument: String? = nil, _ group: Group, _ help: String,
        make: @escaping @Sendable (String?) -> Command?
    ) {
        self.name = name
        self.argument = argument
        self.group = group
        self.help = help
        self.make = make
    }

    init(_ name: String, _ group: Group, _ help: String, _ command: Command) {
        self.init(name, argument: nil, group, help) { $0 == nil ? command : nil }
    }
}

/// A command's text was not understood.
public enum CommandError: Error, Hashable, CustomStringConvertible {
    case unknownName(String, nearest: String?)
    case wrongArgument(name: String, argument: String?, expected: String?)

    public var description: String {
        switch self {
        case .unknownName(let name, let nearest):
            "there is no command “\(name)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "")
        case .wrongArgument(let name, let argument?, let expected?):
            "“\(argument)” is no \(expected) for “\(name)”"
        case .wrongArgument(let name, nil, let expected?): "“\(name)” needs \(expected)"
        case .wrongArgument(let name, _, nil): "“\(name)” takes nothing after its name"
        }
    }
}

/// Every command there is, once: keymaps, help and whatever else names commands read this.
public enum CommandTable {
    public static let entries: [CommandEntry] = playing + moving + searching + other + files + copy + workbench + prompt

    /// The command that `text` (a name, and perhaps an argument after a space) stands for.
    public static func command(_ text: String) throws(CommandError) -> Command {
        let parts = text.split(separator: " ", maxSplits: 1)
        let name = parts.first.map(String.init) ?? ""
        let argument = parts.count > 1 ? String(parts[1]) : nil
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .unknownName(name, nearest: NearestName.to(name, in: entries.map(\.name)))
        }
        guard let command = entry.make(argument) else {
            throw .wrongArgument(name: name, argument: argument, expected: entry.argument)
        }
        return command
    }

    static let playing: [CommandEntry] = [
        CommandEntry("play-pause", .playing, "pause, resume", .togglePlay),
        CommandEntry("slower", .playing, "slower, down to 0.25×", .slower),
        CommandEntry("faster", .playing, "faster, up to 64×", .faster),
        CommandEntry("speed", argument: "FACTOR", .playing, "play at speed …") {
            $0.flatMap(Double.init).flatMap { ReplayModel.speeds.contains($0) ? .setSpeed($0) : nil }
        },
        CommandEntry("idle-skip", .playing, "skip idle time on, off", .toggleIdleSkip),
        CommandEntry("step", .playing, "one read on", .step),
    ]

    static let moving: [CommandEntry] = [
        CommandEntry("previous-moment", .moving, "previous moment", .previousMoment),
        CommandEntry("next-moment", .moving, "next moment", .nextMoment),
        CommandEntry("previous-snapshot", .moving, "previous snapshot", .previousSnapshot),
        CommandEntry("next-snapshot", .moving, "next snapshot", .nextSnapshot),
        CommandEntry("scrub", argument: "±TIME", .moving, "move by …") { text in
            text.flatMap(TimeText.signedMilliseconds).map { .scrub(milliseconds: $0) }
        },
        CommandEntry("previous-frame", .moving, "back by one change of the screen", .frame(forward: false)),
        CommandEntry("next-frame", .moving, "on by one change of the screen", .frame(forward: true)),
        CommandEntry("start", .moving, "to the start", .toStart),
        CommandEntry("end", .moving, "to the end, or to now", .toEnd),
        CommandEntry("go-to", argument: "[PLACE]", .moving, "go to 1:23, 5m, 80%, a moment's name or number") {
            $0 == nil ? .goTo(nil) : GoTo($0 ?? "").map { .goTo($0) }
        },
    ]

    static let searching: [CommandEntry] = [
        CommandEntry("search", argument: "[TEXT]", .searching, "search in time: when the text is on the screen") {
            .search($0.map { SearchQuery(text: $0) })
        },
        CommandEntry("search-regex", argument: "REGEX", .searching, "the same by regular expression") {
            $0.map { .search(SearchQuery(text: $0, isRegex: true)) }
        },
        CommandEntry("next-hit", .searching, "the next time it is on the screen", .nextHit),
        CommandEntry("previous-hit", .searching, "the time before", .previousHit),
    ]
}

extension CommandEntry {
    /// The help line with the argument that a key is bound with in its place: `move by -1s`.
    public func help(with argument: String) -> String {
        let shown = argument.isEmpty ? self.argument ?? "" : argument
        guard let place = help.firstIndex(of: "…") else { return help }
        return help[..<place] + shown + help[help.index(after: place)...]
    }
}
