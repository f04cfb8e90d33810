extension ReplayModel {
    mutating func search(_ command: Command) -> [Effect] {
        switch command {
        case .search(let query?): return begin(query)
        case .search(nil):
            mode = .prompt(Prompt(purpose: .search, history: searches, isRegex: query?.isRegex ?? false))
            return []
        default: break
        }
        guard query != nil else {
            say("nothing was searched for yet: \(legend.key(of: .search(nil)) ?? "search") does", isError: true)
            return []
        }
        work = .searching(0)
        return [.search(forward: command == .nextHit)]
    }

    private mutating func begin(_ query: SearchQuery) -> [Effect] {
        self.query = query
        work = .searching(0)
        return [.search(forward: true)]
    }

    mutating func apply(_ command: PromptCommand) -> [Effect] {
        guard case .prompt(var prompt) = mode else { return editFiles(command) }
        switch command {
        case .cancel:
            mode = files == nil ? .normal : .files
            return []
        case .accept:
            mode = files == nil ? .normal : .files
            return accept(prompt)
        default:
            prompt.edit(command)
            mode = .prompt(prompt)
            return []
        }
    }

    /// An empty search repeats the last one; an empty place goes nowhere.
    private mutating func accept(_ prompt: Prompt) -> [Effect] {
        let text = String(prompt.text)
        switch prompt.purpose {
        case .goTo:
            guard let place = GoTo(text) else { return [] }
            Self.remember(text, in: &places)
            return apply(.goTo(place))
        case .message(let snapshot):
            if !text.isEmpty { Self.remember(text, in: &messages) }
            return [.intervene(snapshot: snapshot, message: text)]
        case .search:
            guard !text.isEmpty else { return query == nil ? [] : apply(.nextHit) }
            Self.remember(text, in: &searches)
            return begin(SearchQuery(text: text, isRegex: prompt.isRegex))
        case .question, .content: return []
        }
    }

    private static func remember(_ text: String, in history: inout [String]) {
        history.removeAll { $0 == text }
        history.append(text)
        if history.count > 100 { history.removeFirst() }
    }
}
