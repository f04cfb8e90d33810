import Recording

extension HostProcess {
    /// A shell's mark came by; the end of a command is a moment.
    ///
    /// - Parameter unread: bytes behind the mark that were read with it and aren't passed on yet.
    func note(_ mark: OutputScanner.Mark, unread: Int) {
        let offset = ring.total - UInt64(unread)
        let time = clock.now().milliseconds
        let ended = shell.note(mark, at: time, offset: offset, columns: size.columns)
        guard isRunning else { return }
        if let ended {
            let label = ended.label
            record(
                MomentRequest(
                    label: label, type: "shell_command", isAutomatic: true, attributes: ended.attributes), at: offset)
            snapshots?.noteMoment(label)
            noteCommandEnd(ended, at: offset)
        } else if mark.beginsCommand, let command = shell.command {
            noteCommandStart(command)
        } else if mark.isPrompt {
            hear(.prompt)
        }
    }
}

extension ShellTracker.Completion {
    /// `npm test → 1`: the command's first line, and its status unless that is 0.
    var label: String {
        let lines = (command ?? "command").split(separator: "\n", omittingEmptySubsequences: true)
        let first = lines.first.map(String.init) ?? "command"
        let text = first.count > 60 ? first.prefix(59) + "…" : lines.count > 1 ? first + " …" : first[...]
        return status.map { $0 == 0 ? String(text) : "\(text) → \($0)" } ?? String(text)
    }

    var attributes: [String: String] {
        var all = ["start_byte": "\(start)", "started_ms": "\(startedAt)", "duration_ms": "\(endedAt - startedAt)"]
        all["command"] = command
        all["exit_status"] = status.map(String.init)
        all["cwd"] = folder
        return all
    }
}
