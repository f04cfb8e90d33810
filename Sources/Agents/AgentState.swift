/// What an agent is doing, as far as is known.
public enum AgentState: String, Codable, Hashable, Sendable, CaseIterable {
    case starting, working
    case waitsForPermission = "waits-for-permission"
    case waitsForInput = "waits-for-input"
    case idle, done, failed, unknown

    /// Whether nothing comes after it.
    public var isFinal: Bool { self == .done || self == .failed }

    /// Whether it goes on only when a person does something.
    public var waitsForPerson: Bool { self == .waitsForPermission || self == .waitsForInput }
}
