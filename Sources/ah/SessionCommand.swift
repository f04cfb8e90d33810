import ArgumentParser

struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Find, show and order sessions, live and finished.",
        discussion: """
            SESSION is an id, the unique beginning of one, a name, a recording's path, or - for the newest.

            Exit status: 0 done, 1 it failed, 2 there is no such session, 3 several could be meant, 4 it is in use, \
            64 wrong usage.
            """,
        subcommands: [
            SessionListCommand.self, SessionShowCommand.self, SessionTimelineCommand.self, SessionTreeCommand.self,
            SessionLogsCommand.self, SessionSearchCommand.self, SessionRenameCommand.self, SessionTagCommand.self,
            SessionPinCommand.self,
            SessionUnpinCommand.self, SessionRemoveCommand.self, SessionRunCommand.self,
        ])
}

/// A session that a command is about.
struct NamedSession: ParsableArguments {
    @Argument(help: "The session: its id, the beginning of one, its name, its recording, or - for the newest.")
    var session: String
}
