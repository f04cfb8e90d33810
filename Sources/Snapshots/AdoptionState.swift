/// What a path is on one side of an adoption: all that is compared, and all that is brought over.
public struct AdoptionState: Hashable, Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case file, link, folder
        /// A fifo, a socket, a device, or something that isn't in the snapshot: never brought over.
        case other
    }

    public var kind: Kind
    /// Permission bits; 0 for links, which have none.
    public var mode: UInt32
    /// Of a file's bytes or a link's target, in hexadecimal; empty for the rest.
    public var content: String
    public var size: UInt64

    public init(kind: Kind, mode: UInt32, content: String = "", size: UInt64 = 0) {
        self.kind = kind
        self.mode = mode
        self.content = content
        self.size = size
    }

    /// The same but for the permission bits.
    func hasContent(of other: AdoptionState) -> Bool { kind == other.kind && content == other.content }
}

/// What to do about one path that the branch changed.
public enum AdoptionDecision: Hashable, Sendable {
    /// The original is so already, or the branch changed nothing that is brought over.
    case nothing
    /// Make it so; nil: remove it.
    case set(AdoptionState?)
    /// Both changed the text: merge the two, and give the result this mode.
    case merge(mode: UInt32)
    case conflict(AdoptionConflict.Reason)

    /// - Parameters: the path in the branch's snapshot, in the branch and in the original; nil where there is none.
    public init(base: AdoptionState?, branch: AdoptionState?, original: AdoptionState?) {
        if branch == base || branch == original {
            self = .nothing
        } else if branch?.kind == .other || (branch == nil && base?.kind == .other) {
            self = .nothing
        } else if original == base {
            self = .set(branch)
        } else {
            self = Self.bothChanged(base, branch, original)
        }
    }

    private static func bothChanged(
        _ base: AdoptionState?, _ branch: AdoptionState?, _ original: AdoptionState?
    ) -> AdoptionDecision {
        guard let branch else { return .conflict(.deletedInBranch) }
        guard let original else { return .conflict(.deletedInOriginal) }
        guard let base else {
            return branch.kind == .folder && original.kind == .folder ? .nothing : .conflict(.addedInBoth)
        }
        guard branch.kind == base.kind, original.kind == base.kind else { return .conflict(.kind) }
        guard let mode = merged(base.mode, branch.mode, original.mode) else { return .conflict(.mode) }
        var result = original
        result.mode = mode
        if branch.hasContent(of: base) || branch.hasContent(of: original) {
            return result == original ? .nothing : .set(result)
        }
        if original.hasContent(of: base) {
            result = branch
            result.mode = mode
            return .set(result)
        }
        return branch.kind == .file ? .merge(mode: mode) : .conflict(.link)
    }

    private static func merged(_ base: UInt32, _ branch: UInt32, _ original: UInt32) -> UInt32? {
        if branch == base || branch == original { return original }
        return original == base ? branch : nil
    }
}

/// A path that can't be brought over because the original was changed, too.
public struct AdoptionConflict: Hashable, Codable, Sendable {
    public enum Reason: String, Codable, Sendable {
        case text = "both changed the same lines"
        case binary = "both changed it, and it isn't text"
        case mode = "both changed its mode"
        case kind = "one of them made it another kind of thing"
        case link = "both changed where the link leads"
        case addedInBoth = "both added it, with different contents"
        case deletedInBranch = "deleted in the branch, changed in the original"
        case deletedInOriginal = "changed in the branch, deleted in the original"
        /// The branch has something below a path that is no folder in the original.
        case inTheWay = "in the original something else is in its way"
        /// A folder that the branch replaced holds something that the branch didn't know.
        case notEmpty = "the folder holds files that the branch doesn't know"
        case changedSince = "changed since"
    }

    public var path: RelativePath
    public var reason: Reason

    public init(path: RelativePath, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

/// One path's way from one state to another: what is done, what was expected, and how it is undone.
public struct AdoptionStep: Hashable, Codable, Sendable {
    public var path: RelativePath
    public var before: AdoptionState?
    public var after: AdoptionState?
    /// Owner and extended attributes that are set with it, and what they were.
    public var attributesBefore: AdoptionAttributes?
    public var attributes: AdoptionAttributes?

    public init(path: RelativePath, before: AdoptionState?, after: AdoptionState?) {
        self.path = path
        self.before = before
        self.after = after
    }

    public var reversed: AdoptionStep {
        var step = AdoptionStep(path: path, before: after, after: before)
        (step.attributesBefore, step.attributes) = (attributes, attributesBefore)
        return step
    }

    /// An order in which each can be done: things go before the folders that they lie in, and folders come before what
    /// lies in them.
    static func ordered(_ steps: [AdoptionStep]) -> [AdoptionStep] {
        func phase(_ step: AdoptionStep) -> Int {
            switch (step.before?.kind, step.after?.kind) {
            case (.folder, nil): 1
            case (_, nil): 0
            // A folder that is replaced is removed with the folders; what replaces it comes with the files.
            case (_, .folder): 2
            default: 3
            }
        }
        return steps.sorted { left, right in
            let (first, second) = (phase(left), phase(right))
            if first != second { return first < second }
            // Descending order has what lies deeper first.
            return first < 2 ? right.path < left.path : left.path < right.path
        }
    }
}
