extension Workbench {
    /// Editing of whatever asks for text: the bottom line, the palette, a form, or the focused pane's own prompt.
    mutating func apply(_ edit: PromptCommand) -> [WorkbenchEffect] {
        switch mode {
        case .prompt(var prompt, let question):
            switch edit {
            case .accept: return answer(question, prompt)
            case .cancel: mode = .normal
            default:
                prompt.edit(edit)
                mode = .prompt(prompt, question)
            }
        case .palette(var palette):
            switch edit {
            case .accept:
                mode = .normal
                return palette.selectedItem.map { apply($0.command) } ?? []
            case .cancel: mode = .normal
            default:
                palette.edit(edit)
                mode = .palette(palette)
            }
        case .form(var form):
            switch edit {
            case .accept: return accept(form)
            case .cancel: mode = .normal
            default:
                form.edit(edit)
                mode = .form(form)
            }
        case .normal, .prefix, .confirm, .help:
            guard focus == .panes, let pane = focusedPane else { return [] }
            if pane.files?.prompt != nil { return [.files(pane.id, .prompt(edit))] }
            guard pane.replay != nil else { return [] }
            return [.replay(pane.id, .prompt(edit))]
        }
        return []
    }

    mutating func ask(_ question: Question, _ label: String, short: String, history name: String) {
        mode = .prompt(
            Prompt(purpose: .question(label: label, short: short), history: history[name]), question)
    }

    private mutating func answer(_ question: Question, _ prompt: Prompt) -> [WorkbenchEffect] {
        mode = .normal
        let text = prompt.string
        switch question {
        case .moment(let session): return [.mark(session: session, label: text)]
        case .tabName:
            if tabs.indices.contains(current) { tabs[current].name = text.isEmpty ? nil : text }
        case .prompt(let session):
            guard !text.isEmpty else { return [] }
            history.remember(text, as: "prompt")
            return [.prompt(session: session, text: text)]
        case .saveLayout, .loadLayout:
            guard !text.isEmpty else { return [] }
            history.remember(text, as: "layout")
            return [question == .saveLayout ? .saveLayout(text) : .loadLayout(text)]
        case .bisect(let session):
            guard !text.isEmpty else { return [] }
            history.remember(text, as: "test")
            bisect(session, text)
        case .comparisonTest:
            guard !text.isEmpty else { return [] }
            history.remember(text, as: "test")
            testCompared(text)
        case .copySearch(let pane, let forward):
            search(text, isRegex: prompt.isRegex, in: pane, forward: forward)
        }
        return []
    }

    /// A key while one line asks for a `y`.
    public mutating func confirm(_ isYes: Bool) -> [WorkbenchEffect] {
        guard case .confirm(_, let effect) = mode else { return [] }
        mode = .normal
        return isYes ? [effect] : []
    }
}

extension WorkbenchKeys {
    /// The keys of a command for the palette: bare ones of replays and files, others after the prefix.
    func text(of command: Command) -> String {
        if let key = afterPrefix.key(of: command) { return "\(prefix) \(key)" }
        return replay.key(of: command) ?? files.key(of: command) ?? ""
    }
}
