extension CommandTable {
    static let other: [CommandEntry] = [
        CommandEntry("inspect", .workspace, "inspect the snapshot at the playhead", .inspect),
        CommandEntry("intervene", .workspace, "branch from the playhead with a message", .intervene),
        CommandEntry("intervene-at-once", .workspace, "branch from the playhead at once", .interveneAtOnce),
        CommandEntry("mark", .workspace, "mark a moment", .mark),
        CommandEntry("pan", argument: "up|down|left|right", .view, "move the visible part of a large screen …") {
            $0.flatMap(pan)
        },
        CommandEntry("follow-cursor", .view, "let the visible part follow the cursor", .followCursor),
        CommandEntry("gutter", .view, "gutter right, left, none", .cycleGutter),
        CommandEntry("help", .general, "the keys that hold here", .help),
        CommandEntry("cancel", .general, "leave help, prompt or a running search", .cancel),
        CommandEntry("redraw", .general, "draw the screen anew", .redraw),
        CommandEntry("suspend", .general, "stop and return to the shell", .suspend),
        CommandEntry("quit", .general, "quit the replay", .quit),
    ]

    static let files: [CommandEntry] = [
        CommandEntry("files-up", .files, "one entry up", .files(.up)),
        CommandEntry("files-down", .files, "one entry down", .files(.down)),
        CommandEntry("files-page-up", .files, "a page up", .files(.pageUp)),
        CommandEntry("files-page-down", .files, "a page down", .files(.pageDown)),
        CommandEntry("files-first", .files, "to the first entry", .files(.first)),
        CommandEntry("files-last", .files, "to the last entry", .files(.last)),
        CommandEntry("files-open", .files, "into the folder; content or changes of a file", .files(.open)),
        CommandEntry("files-parent", .files, "to the folder above", .files(.parent)),
        CommandEntry("files-diff", .files, "content, or what changed", .files(.toggleDiff)),
        CommandEntry("files-changes", .files, "all files, or only what changed", .files(.toggleChanges)),
        CommandEntry(
            "files-against", argument: "previous|next|live|branch", .files, "what changed, compared with …"
        ) { side in
            side.flatMap(FilesCommand.Side.init(rawValue:)).map { .files(.against($0)) }
        },
        CommandEntry("files-history", .files, "the snapshots at which the file changed", .files(.history)),
        CommandEntry("files-find", .files, "find a file by its path", .files(.findName)),
        CommandEntry("files-search", argument: "[TEXT]", .files, "the first snapshot that has a text") {
            .files(.findContent($0))
        },
        CommandEntry("files-copy", .files, "copy the file or folder out", .files(.copyOut)),
        CommandEntry("files-shell", .files, "a shell in a read-only copy", .files(.shell)),
        CommandEntry("files-follow", .files, "follow the player's playhead, and back", .files(.toggleFollow)),
        CommandEntry("files-scroll-up", .files, "scroll the preview up", .files(.scrollUp)),
        CommandEntry("files-scroll-down", .files, "scroll the preview down", .files(.scrollDown)),
    ]

    static let prompt: [CommandEntry] = [
        CommandEntry("prompt-accept", .prompt, "do it", .prompt(.accept)),
        CommandEntry("prompt-cancel", .prompt, "leave it", .prompt(.cancel)),
        CommandEntry("prompt-backspace", .prompt, "delete the character before", .prompt(.deleteBackward)),
        CommandEntry("prompt-delete", .prompt, "delete the character after", .prompt(.deleteForward)),
        CommandEntry("prompt-delete-word", .prompt, "delete the word before", .prompt(.deleteWord)),
        CommandEntry("prompt-clear", .prompt, "delete all", .prompt(.deleteAll)),
        CommandEntry("prompt-left", .prompt, "one character left", .prompt(.left)),
        CommandEntry("prompt-right", .prompt, "one character right", .prompt(.right)),
        CommandEntry("prompt-start", .prompt, "to the start of the line", .prompt(.toStart)),
        CommandEntry("prompt-end", .prompt, "to the end of the line", .prompt(.toEnd)),
        CommandEntry("prompt-older", .prompt, "what was entered before", .prompt(.older)),
        CommandEntry("prompt-newer", .prompt, "what was entered after", .prompt(.newer)),
        CommandEntry("prompt-regex", .prompt, "text or regular expression", .prompt(.toggleRegex)),
        CommandEntry("prompt-next", .prompt, "to the next field", .prompt(.nextField)),
        CommandEntry("prompt-previous", .prompt, "to the field before", .prompt(.previousField)),
    ]

    private static func pan(_ direction: String) -> Command? {
        switch direction {
        case "up": .pan(rows: -1, columns: 0)
        case "down": .pan(rows: 1, columns: 0)
        case "left": .pan(rows: 0, columns: -4)
        case "right": .pan(rows: 0, columns: 4)
        default: nil
        }
    }
}
