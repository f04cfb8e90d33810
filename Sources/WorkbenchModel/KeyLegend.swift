/// Which key does what, as help and the bottom line show it: made from a keymap and the command table.
public struct KeyLegend: Hashable, Sendable {
    public struct Line: Hashable, Sendable {
        public var group: String
        /// Every key bound to it: `Space`, `[`.
        public var keys: [String]
        public var command: Command
        public var help: String

        public init(group: String, keys: [String], command: Command, help: String) {
            self.group = group
            self.keys = keys
            self.command = command
            self.help = help
        }
    }

    public var lines: [Line]

    public init(lines: [Line] = []) {
        self.lines = lines
    }

    /// The first key of a command, if it has one.
    public func key(of command: Command) -> String? {
        lines.first { $0.command == command }?.keys.first
    }

    /// The same while a snapshot's files are shown.
    public func filesHints() -> [(keys: String, what: String)] {
        hints([
            ([.help], "help"), ([.cancel], "back"), ([.files(.open)], "open"), ([.files(.parent)], "up"),
            ([.files(.toggleDiff)], "diff"), ([.files(.toggleChanges)], "changes"),
            ([.previousSnapshot, .nextSnapshot], "snapshot"), ([.files(.history)], "history"),
            ([.files(.findName)], "find"), ([.files(.findContent(nil))], "search"),
            (FilesCommand.Side.allCases.map { .files(.against($0)) }, "against"),
            ([.files(.scrollUp), .files(.scrollDown)], "scroll"), ([.files(.toggleFollow)], "follow"),
            ([.files(.copyOut)], "copy out"), ([.files(.shell)], "shell"), ([.intervene], "branch"),
        ])
    }

    /// The same in copy mode.
    public func copyHints() -> [(keys: String, what: String)] {
        hints([
            ([.help], "help"), ([.copy(.copy)], "copy"), ([.copy(.select(.characters))], "select"),
            ([.copy(.search(forward: true)), .copy(.search(forward: false))], "search"),
            ([.copy(.nextHit), .copy(.previousHit)], "next"), ([.copy(.leave)], "leave"),
            ([.copy(.select(.lines))], "lines"), ([.copy(.select(.rectangle))], "rectangle"),
            ([.copy(.first), .copy(.last)], "ends"), ([.copy(.pageUp), .copy(.pageDown)], "page"),
        ])
    }

    /// What the bottom line shows: keys and what they do, most wanted first. Commands without a key are left out.
    public func hints() -> [(keys: String, what: String)] {
        hints([
            ([.help], "help"), ([.togglePlay], "pause"), ([.previousMoment, .nextMoment], "moment"),
            ([.previousSnapshot, .nextSnapshot], "snapshot"),
            ([.scrub(milliseconds: -1000), .scrub(milliseconds: 1000)], "scrub"), ([.quit], "quit"),
            ([.search(nil)], "search"), ([.goTo(nil)], "go to"), ([.slower, .faster], "speed"),
            ([.toggleIdleSkip], "skip idle"), ([.inspect], "inspect"), ([.intervene], "intervene"),
        ])
    }

    /// The keys of some commands, one each.
    public func hints(of wanted: [(Command, String)]) -> [(keys: String, what: String)] {
        hints(wanted.map { ([$0.0], $0.1) })
    }

    private func hints(_ wanted: [(commands: [Command], what: String)]) -> [(keys: String, what: String)] {
        wanted.compactMap { item in
            let keys = item.commands.compactMap(key(of:))
            return keys.isEmpty ? nil : (keys.joined(separator: " "), item.what)
        }
    }

    /// The keys of some commands for the end of a message: ` (n, N)`; empty without any.
    public func hint(of commands: [Command]) -> String {
        let keys = commands.compactMap(key(of:))
        return keys.isEmpty ? "" : " (\(keys.joined(separator: ", ")))"
    }
}
