extension CommandTable {
    static let workbench: [CommandEntry] = panes + tabs + sessions + session + branches + whole + list

    private static let panes: [CommandEntry] = [
        CommandEntry("split", argument: "left|right|up|down", .panes, "a shell in a new pane …") { direction in
            direction.flatMap(Direction.init(rawValue:)).map { .workbench(.split($0)) }
        },
        CommandEntry("focus", argument: "left|right|up|down", .panes, "to the pane …") { direction in
            direction.flatMap(Direction.init(rawValue:)).map { .workbench(.focus($0)) }
        },
        CommandEntry("next-pane", .panes, "to the next pane", .workbench(.nextPane)),
        CommandEntry("previous-pane", .panes, "to the pane before", .workbench(.previousPane)),
        CommandEntry("last-pane", .panes, "to the pane of before", .workbench(.lastPane)),
        CommandEntry(
            "next-needing-you", .panes, "to the session that needs you", .workbench(.nextNeedingPerson)),
        CommandEntry("zoom", .panes, "this pane alone, and back", .workbench(.zoom)),
        CommandEntry("close-pane", .panes, "close the pane: its session goes on", .workbench(.closePane)),
        CommandEntry("swap", argument: "left|right|up|down", .panes, "change places with the pane …") { direction in
            direction.flatMap(Direction.init(rawValue:)).map { .workbench(.swap($0)) }
        },
        CommandEntry("resize", argument: "left|right|up|down", .panes, "move the pane's edge …") { direction in
            direction.flatMap(Direction.init(rawValue:)).map { .workbench(.resize($0)) }
        },
        CommandEntry(
            "arrange", argument: "[even-columns|even-rows|main-left|main-top|tiled]", .panes, "arrange the panes …"
        ) { name in
            guard let name else { return .workbench(.arrange(nil)) }
            return LayoutPreset(rawValue: name).map { .workbench(.arrange($0)) }
        },
        CommandEntry("float", .panes, "let the pane float over the others, and back", .workbench(.float)),
        CommandEntry("break-pane", .panes, "move the pane into a tab of its own", .workbench(.breakPane)),
        CommandEntry("mark-pane", .panes, "mark the pane for broadcast, and back", .workbench(.markPane)),
        CommandEntry(
            "broadcast", .panes, "what is typed goes to all marked panes, and back", .workbench(.broadcast)),
    ]

    private static let tabs: [CommandEntry] = [
        CommandEntry("new-tab", .tabs, "a shell in a new tab", .workbench(.newTab)),
        CommandEntry("next-tab", .tabs, "the next tab", .workbench(.nextTab)),
        CommandEntry("previous-tab", .tabs, "the tab before", .workbench(.previousTab)),
        CommandEntry("tab", argument: "NUMBER", .tabs, "tab …") { text in
            text.flatMap { Int($0) }.flatMap { $0 > 0 ? .workbench(.selectTab($0 - 1)) : nil }
        },
        CommandEntry("rename-tab", argument: "[NAME]", .tabs, "name the tab") { .workbench(.renameTab($0)) },
    ]

    private static let sessions: [CommandEntry] = [
        CommandEntry("sessions", .sessions, "to the list of sessions, and back", .workbench(.sessions)),
        CommandEntry("sidebar", .sessions, "show or hide the list of sessions", .workbench(.toggleSidebar)),
        CommandEntry("find-session", .sessions, "find a session and show it", .workbench(.findSession)),
        CommandEntry("new-session", .sessions, "start an agent or a program", .workbench(.newSession)),
        CommandEntry("new-shell", .sessions, "start a shell beside this pane", .workbench(.newShell)),
        CommandEntry("open-session", argument: "SESSION", .sessions, "show the session …") { name in
            name.map { .workbench(.openSession($0)) }
        },
    ]

    private static let session: [CommandEntry] = [
        CommandEntry("mark-moment", argument: "[LABEL]", .session, "mark a moment") { .workbench(.mark($0)) },
        CommandEntry("snapshot", .session, "snapshot the session's workspace", .workbench(.snapshot)),
        CommandEntry(
            "history", .session, "back in the time of this session; End returns to now", .workbench(.history)),
        CommandEntry("replay", .session, "replay this session in a pane beside", .workbench(.replaySession)),
        CommandEntry("files", .session, "the files of the newest snapshot", .workbench(.files)),
        CommandEntry("prompt", argument: "[TEXT]", .session, "send the agent a prompt") { .workbench(.prompt($0)) },
        CommandEntry(
            "own-size", .session, "this window alone sets the session's size, and back", .workbench(.ownSize)),
        CommandEntry("end-session", .session, "end the session", .workbench(.endSession)),
        CommandEntry("copy-mode", .session, "look back, search and copy", .workbench(.copyMode)),
        CommandEntry("paste", .session, "paste what was copied", .workbench(.paste)),
        CommandEntry("send-prefix", .session, "send the prefix to the program", .workbench(.sendPrefix)),
    ]

    private static let branches: [CommandEntry] = [
        CommandEntry("fan-out", .branches, "several branches at once from one snapshot", .workbench(.fanOut)),
        CommandEntry("compare", .branches, "compare this session with its other branches", .workbench(.compare)),
        CommandEntry("compare-diff", .branches, "in a comparison: what the branch changed", .workbench(.compareDiff)),
        CommandEntry("compare-test", argument: "[TEST]", .branches, "in a comparison: run a test in each branch") {
            .workbench(.compareTest($0))
        },
        CommandEntry("tie-clocks", .branches, "tie this pane's clock to the others'", .workbench(.tie)),
        CommandEntry("bisect", argument: "[TEST]", .branches, "find the snapshot at which a test fails first") {
            .workbench(.bisect($0))
        },
        CommandEntry("adopt", .branches, "keep the result of this branch", .workbench(.adopt)),
    ]

    private static let whole: [CommandEntry] = [
        CommandEntry("prefix", .general, "the next key is the workbench's", .workbench(.prefix)),
        CommandEntry("palette", .general, "all commands, by name", .workbench(.palette)),
        CommandEntry("detach", .general, "leave the workbench: all sessions go on", .workbench(.detach)),
        CommandEntry("save-layout", argument: "[NAME]", .general, "save tabs and panes by name") {
            .workbench(.saveLayout($0))
        },
        CommandEntry("load-layout", argument: "[NAME]", .general, "bring saved tabs and panes back") {
            .workbench(.loadLayout($0))
        },
        CommandEntry("reload", .general, "read keymap and theme again", .workbench(.reload)),
        CommandEntry("messages", .general, "what was said so far", .workbench(.messages)),
    ]

    private static let list: [CommandEntry] = [
        CommandEntry("list-up", .list, "one session up", .sessions(.up)),
        CommandEntry("list-down", .list, "one session down", .sessions(.down)),
        CommandEntry("list-page-up", .list, "a page up", .sessions(.pageUp)),
        CommandEntry("list-page-down", .list, "a page down", .sessions(.pageDown)),
        CommandEntry("list-first", .list, "to the first session", .sessions(.first)),
        CommandEntry("list-last", .list, "to the last session", .sessions(.last)),
        CommandEntry("list-open", .list, "show the session", .sessions(.open)),
        CommandEntry("list-open-beside", .list, "show it in a pane beside", .sessions(.openBeside)),
        CommandEntry("list-finished", .list, "running sessions only, or all", .sessions(.toggleFinished)),
        CommandEntry("list-leave", .list, "back to the panes", .sessions(.leave)),
    ]
}
