/// An adoption into the original workspace, as the store remembers it: what a killed one is finished by, and what it is
/// undone by.
public struct AdoptionRecord: Hashable, Codable, Sendable {
    public enum State: String, Codable, Sendable {
        /// Under way: finished by the next run if its process was killed.
        case applying
        case applied
        case undoing
        case undone
    }

    /// Counted from 1 within the store.
    public var id: UInt32
    public var branch: String
    /// The snapshot that the branch was made of.
    public var base: String
    /// The branch's state that was adopted.
    public var branchSnapshot: String
    /// The original as it was before.
    public var originalSnapshot: String
    public var workspace: String
    /// Milliseconds since 1970.
    public var appliedAt: Int64
    public var state: State
    public var steps: [AdoptionStep]
    /// Paths whose text was merged out of both.
    public var merged: [RelativePath]
    /// What was changed by others while it was under way, and so was left as it was.
    public var left: [AdoptionConflict] = []
    /// Owners and attributes that couldn't be set; nil in records of earlier versions.
    public var lost: PathNotes?
}
