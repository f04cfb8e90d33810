/// A small form: some fields, each a line of text or one of several choices.
public struct Form: Hashable, Sendable {
    public enum Purpose: Hashable, Sendable {
        case newSession
        /// A branch of a session's snapshot beside its pane.
        case intervene(pane: PaneID, snapshot: String)
        /// Several branches of one snapshot.
        case fanOut(snapshot: String)
        /// The result of a branch's session.
        case adopt(session: String)
    }

    public struct Field: Hashable, Sendable {
        public enum Content: Hashable, Sendable {
            case text(Prompt)
            case choice([String], selected: Int)
        }

        public let name: String
        public let label: String
        /// Shown while the field is empty.
        public let hint: String
        public internal(set) var content: Content

        /// - Parameter history: what was entered here before, the newest last.
        public static func text(
            _ name: String, _ label: String, hint: String = "", value: String = "", history: [String] = []
        ) -> Field {
            var prompt = Prompt(purpose: .question(label: label, short: label), history: history)
            prompt.edit(.insert(value))
            return Field(name: name, label: label, hint: hint, content: .text(prompt))
        }

        public static func choice(_ name: String, _ label: String, _ choices: [String], selected: Int = 0) -> Field {
            Field(name: name, label: label, hint: "", content: .choice(choices, selected: selected))
        }

        public var value: String {
            switch content {
            case .text(let prompt): prompt.string
            case .choice(let choices, let selected): choices.indices.contains(selected) ? choices[selected] : ""
            }
        }
    }

    public let purpose: Purpose
    public let title: String
    public internal(set) var fields: [Field]
    public internal(set) var focus = 0

    public init(purpose: Purpose, title: String, fields: [Field]) {
        self.purpose = purpose
        self.title = title
        self.fields = fields
    }

    public func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    mutating func edit(_ command: PromptCommand) {
        guard fields.indices.contains(focus) else { return }
        switch command {
        case .nextField: focus = (focus + 1) % fields.count
        case .previousField: focus = (focus + fields.count - 1) % fields.count
        default:
            switch fields[focus].content {
            case .text(var prompt):
                prompt.edit(command)
                fields[focus].content = .text(prompt)
            case .choice(let choices, let selected):
                fields[focus].content = .choice(choices, selected: Self.choice(choices, selected, command))
            }
        }
    }

    /// Left and right (or up and down) go through the choices, a letter to the next that begins with it.
    private static func choice(_ choices: [String], _ selected: Int, _ command: PromptCommand) -> Int {
        guard !choices.isEmpty else { return 0 }
        switch command {
        case .left, .older: return (selected + choices.count - 1) % choices.count
        case .right, .newer, .insert(" "): return (selected + 1) % choices.count
        case .insert(let text):
            let order = (1...choices.count).map { (selected + $0) % choices.count }
            return order.first { choices[$0].lowercased().hasPrefix(text.lowercased()) } ?? selected
        default: return selected
        }
    }
}
