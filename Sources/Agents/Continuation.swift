/// How the conversation of a branch goes on, and why so.
public struct Continuation: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable {
        /// The agent's own conversation, cut at the snapshot.
        case resume
        /// The prompts up to the snapshot, told again.
        case replay
        /// The new prompt only.
        case fresh
    }

    public var kind: Kind
    public var reason: String

    public init(_ kind: Kind, because reason: String) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { "\(kind.rawValue): \(reason)" }

    /// What the parent's moments tell, up to the snapshot.
    public struct Source: Hashable, Sendable {
        /// The kind of agent that spoke there.
        public var agent: String?
        public var conversation: String?
        public var transcript: String?
        /// The tool use after which the snapshot was taken.
        public var toolUse: String?
        /// The prompts that were given, oldest first.
        public var prompts: [String] = []

        public init() {}
    }

    /// The prompt with which earlier ones are told again.
    public static func replaying(_ prompts: [String], then prompt: String?) -> String? {
        guard !prompts.isEmpty else { return prompt }
        let list = prompts.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        let earlier =
            "This task was begun in an earlier session, with these requests:\n\n\(list)\n\n"
            + "The files are as they were at some point of that work; look at them before you go on."
        return prompt.map { "\(earlier)\n\nNow: \($0)" } ?? earlier
    }
}
