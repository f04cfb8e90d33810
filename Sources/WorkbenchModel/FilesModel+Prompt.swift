extension FilesModel {
    mutating func ask(_ question: Question) -> [Request] {
        self.question = question
        switch question {
        case .name:
            prompt = Prompt(purpose: .question(label: "file whose path holds: ", short: "file: "))
            view = .names
            entries = nil
            preview = nil
            return findNames("")
        case .content:
            prompt = Prompt(purpose: .content, history: texts)
        case .copy, .replace: break
        }
        return []
    }

    mutating func askForTarget() -> [Request] {
        guard let path = currentPath else { return [] }
        question = .copy(path)
        prompt = Prompt(
            purpose: .question(label: "copy \(path) to (a path, or a folder): ", short: "copy to: "), history: targets)
        prompt?.edit(.insert(path.split(separator: "/").last.map(String.init) ?? path))
        return []
    }

    /// Editing of what the bottom line asks for.
    public mutating func apply(_ edit: PromptCommand, page: Int) -> [Request] {
        guard var prompt else { return [] }
        switch edit {
        case .cancel:
            self.prompt = nil
            return question == .name ? showTree(selecting: nil) : []
        case .accept: return accept(prompt.string, isRegex: prompt.isRegex)
        case .older where question == .name: return select(selected - 1)
        case .newer where question == .name: return select(selected + 1)
        default:
            prompt.edit(edit)
            self.prompt = prompt
            return question == .name ? findNames(prompt.string) : []
        }
    }

    private mutating func accept(_ text: String, isRegex: Bool) -> [Request] {
        prompt = nil
        switch question {
        case .name: return showTree(selecting: current?.name)
        case .content: return text.isEmpty ? [] : search(SearchQuery(text: text, isRegex: isRegex))
        case .copy(let path):
            guard !text.isEmpty else { return [] }
            Self.remember(text, in: &targets)
            return copy(path, to: text, replacing: false)
        case .replace(let path, let target):
            guard text.lowercased() == "y" || text.lowercased() == "yes" else {
                message = "nothing was copied"
                return []
            }
            return copy(path, to: target, replacing: true)
        }
    }

    private mutating func copy(_ path: String, to target: String, replacing: Bool) -> [Request] {
        let request = Request.copy(path, place, to: target, replacing: replacing)
        begin("copying \(path.isEmpty ? "everything" : path)", request)
        return [request]
    }

    mutating func findNames(_ text: String) -> [Request] {
        let request = Request.names(text, place)
        awaitedList = request
        return [request]
    }

    mutating func search(_ query: SearchQuery) -> [Request] {
        Self.remember(query.text, in: &texts)
        begin("looking for the first snapshot with “\(query.text)”", .content(query))
        return [.content(query)]
    }

    private static func remember(_ text: String, in list: inout [String]) {
        list.removeAll { $0 == text }
        list.append(text)
        if list.count > 100 { list.removeFirst() }
    }
}
