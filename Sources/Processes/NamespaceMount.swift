/// Something mounted for one child and its descendants only. Paths are absolute and must exist.
public enum NamespaceMount: Hashable, Sendable {
    /// `source` is seen at `target`, with what is mounted below it.
    case bind(source: String, target: String)
    /// `lower` is seen at `target`; what is written goes to `upper`. Nobody else may write to the three folders
    /// meanwhile, and `upper` and `work` lie on one filesystem. From outside it is seen through `/proc/PID/root` only.
    case overlay(lower: String, upper: String, work: String, target: String)

    public var target: String {
        switch self {
        case .bind(_, let target), .overlay(_, _, _, let target): target
        }
    }

    /// What is looked at first when the mount fails.
    var source: String {
        switch self {
        case .bind(let source, _): source
        case .overlay(let lower, _, _, _): lower
        }
    }

    /// The options of an overlay; nil for a bind. `userxattr` is what a user namespace may write, and lets the same
    /// folders be mounted by root later.
    var overlayOptions: String? {
        guard case .overlay(let lower, let upper, let work, _) = self else { return nil }
        return "lowerdir=\(Self.escaped(lower)),upperdir=\(Self.escaped(upper)),workdir=\(Self.escaped(work)),userxattr"
    }

    /// Commas part the options and colons the lower folders, so that they and the backslash need one.
    private static func escaped(_ path: String) -> String {
        path.reduce(into: "") { text, character in
            if character == "\\" || character == "," || character == ":" { text.append("\\") }
            text.append(character)
        }
    }
}
