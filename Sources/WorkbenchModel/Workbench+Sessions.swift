import ScreenModel

extension Workbench {
    mutating func apply(_ command: SessionListCommand) -> [WorkbenchEffect] {
        if focus == .panes, let pane = focusedPane, case .comparison(let comparison) = pane.source {
            return apply(command, to: comparison, in: pane)
        }
        switch command {
        case .open, .openBeside:
            guard let entry = sessions.selectedEntry else {
                say("there is no session to show")
                return []
            }
            show(entry, beside: command == .openBeside)
        case .leave: if !tabs.isEmpty { focus = .panes }
        default: sessions.apply(command, page: max(1, regions.panes.rows - 2))
        }
        return []
    }

    /// To the session that has waited longest for a person; on from the one that is shown.
    mutating func goToNextNeedingPerson() {
        let waiting = sessions.needingPerson
        guard !waiting.isEmpty else {
            say("no session needs you")
            return
        }
        let shown = waiting.firstIndex { $0.id == focusedPane?.sessionID && focus == .panes }
        let entry = waiting[shown.map { ($0 + 1) % waiting.count } ?? 0]
        sessions.select(entry.id)
        show(entry, beside: false)
    }

    mutating func findSession() {
        let items = sessions.ordered.map { entry in
            Palette.Item(
                title: entry.title, detail: "\(entry.id.prefix(8))  \(entry.activity.word)  \(entry.command)",
                command: .workbench(.openSession(entry.id)))
        }
        mode = .palette(Palette(label: "session: ", items: items))
    }

    mutating func openPalette() {
        let entries = CommandTable.entries.filter { ![.prompt, .list].contains($0.group) }
        let items = entries.flatMap { entry in
            // A command with choices is one item for each; one that must be given something else is not here.
            let choices = (entry.argument ?? "").filter { $0 != "[" && $0 != "]" }.split(separator: "|").map(
                String.init)
            let arguments: [String?] = choices.count > 1 ? choices : [nil]
            return arguments.compactMap { argument -> Palette.Item? in
                guard let command = entry.make(argument) else { return nil }
                return Palette.Item(
                    title: argument.map { "\(entry.name) \($0)" } ?? entry.name,
                    detail: entry.help(with: argument ?? ""),
                    keys: keys.text(of: command), command: command)
            }
        }
        mode = .palette(Palette(label: "command: ", items: items))
    }

    mutating func openSession(named name: String?) {
        guard let name else {
            findSession()
            return
        }
        let found = sessions.entries.filter { $0.id.hasPrefix(name.lowercased()) || $0.name == name }
        guard found.count == 1 else {
            say(
                found.isEmpty ? "there is no session “\(name)”" : "\(found.count) sessions begin with “\(name)”",
                isError: true)
            return
        }
        sessions.select(found[0].id)
        show(found[0], beside: false)
    }

    /// The form of a new session.
    mutating func askForSession() {
        let here = focusedPane?.sessionID.flatMap { sessions.entry($0)?.folder } ?? folder
        mode = .form(
            Form(
                purpose: .newSession, title: "new session",
                fields: [
                    .choice("agent", "Agent", agents + ["shell", "command"]),
                    .text(
                        "prompt", "Prompt", hint: "what it should do; for “command”, the command",
                        history: history["prompt"]),
                    .text("folder", "Folder", value: here, history: history["folder"]),
                    .text("name", "Name", hint: "to find it by", history: history["name"]),
                    .text("snapshot", "Branch from", hint: "SESSION@N, or empty for the folder as it is"),
                    .choice("provider", "Snapshots", ["auto", "btrfs", "zfs", "git", "disable"]),
                ]))
    }

    mutating func startShell(_ placement: Placement) {
        let here = focusedPane?.sessionID.flatMap { sessions.entry($0)?.folder } ?? folder
        open(.starting(SessionRequest(.shell, folder: here)), placement)
    }

    /// A branch beside the pane: asks for the message, or starts at once.
    mutating func intervene(_ pane: Pane, atOnce: Bool) -> [WorkbenchEffect] {
        guard let place = snapshot(at: pane) else {
            say("there is no snapshot to branch from", isError: true)
            return []
        }
        let name = "\(place.session)@\(place.number)"
        if atOnce {
            open(.starting(SessionRequest(.sameAsParent(message: ""), snapshot: name)), .beside(pane.id, .right))
            return []
        }
        mode = .form(
            Form(
                purpose: .intervene(pane: pane.id, snapshot: name),
                title: "branch from snapshot \(place.number)",
                fields: [
                    .text("message", "Message", hint: "what it should do instead", history: history["prompt"]),
                    .choice("agent", "Agent", ["same"] + agents + ["shell"]),
                    .text("name", "Name", hint: "to find it by", history: history["name"]),
                ]))
        return []
    }

    /// A form was filled in.
    mutating func accept(_ form: Form) -> [WorkbenchEffect] {
        func given(_ name: String) -> String? { form.value(name).isEmpty ? nil : form.value(name) }
        history.remember(form.value("prompt"), as: "prompt")
        history.remember(form.value("message"), as: "prompt")
        history.remember(form.value("folder"), as: "folder")
        history.remember(form.value("name"), as: "name")
        mode = .normal
        switch form.purpose {
        case .newSession:
            let program = Self.program(form.value("agent"), form.value("prompt"))
            guard let program else {
                mode = .form(form)
                say("a command is needed in the field “Prompt”", isError: true)
                return []
            }
            let request = SessionRequest(
                program, name: given("name"), folder: given("folder"), snapshot: given("snapshot"),
                provider: form.value("provider"))
            open(.starting(request), besideFocus)
        case .intervene(let pane, let snapshot):
            let program: SessionRequest.Program =
                form.value("agent") == "same"
                ? .sameAsParent(message: form.value("message"))
                : Self.program(form.value("agent"), form.value("message")) ?? .shell
            open(
                .starting(SessionRequest(program, name: given("name"), snapshot: snapshot)), .beside(pane, .right))
        case .fanOut(let snapshot): return fanOut(form, snapshot)
        case .adopt(let session): return adopt(form, session)
        }
        return []
    }

    static func program(_ agent: String, _ prompt: String) -> SessionRequest.Program? {
        switch agent {
        case "shell": return .shell
        case "command":
            let words = ShellWords.split(prompt)
            return words.isEmpty ? nil : .command(words)
        default: return .agent(agent, prompt: prompt)
        }
    }
}

/// A command line cut into words as a shell cuts it: quotes and backslashes, and nothing else.
public enum ShellWords {
    public static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                word = word ?? ""
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
