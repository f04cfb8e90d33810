/// How a user names a session: by its id, the name it was given, the beginning of the id, or `-` for the newest. One rule for
/// every command, whatever it looks among.
public struct SessionReference: Hashable, Sendable {
    public let text: String

    /// - Parameter text: nil is the same as `-`.
    public init(_ text: String?) { self.text = text ?? Self.newest }

    public static let newest = "-"
    public var isNewest: Bool { text == Self.newest }

    /// The part before the `@` of `SESSION@N`.
    public static func session(of snapshot: String) -> Substring { snapshot.prefix { $0 != "@" } }

    /// Whether an id begins so. Ids are written in small letters.
    public func isBeginning(of id: String) -> Bool {
        !text.isEmpty && (id.hasPrefix(text) || id.hasPrefix(text.lowercased()))
    }

    /// Those that are meant, in their order: the one with this id, else all with this name, else all whose id begins so.
    public func matches<Session>(
        among sessions: [Session], id: (Session) -> String, name: (Session) -> String?
    ) -> [Session] {
        if isNewest { return Array(sessions.prefix(1)) }
        if let exact = sessions.first(where: { id($0) == text }) { return [exact] }
        let named = sessions.filter { name($0) == text }
        return named.isEmpty ? sessions.filter { isBeginning(of: id($0)) } : named
    }
}
