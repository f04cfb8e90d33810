/// What a provider keeps of a workspace: a table, printed by `ah agent fs status`.
public struct Fidelity: Hashable, Codable, Sendable {
    public enum Aspect: String, Codable, Sendable, CaseIterable {
        case content, names, modes, owners
        case modificationTimes = "modification times"
        case extendedAttributes = "extended attributes"
        case accessLists = "access lists"
        case hardLinks = "hard links"
        case emptyFolders = "empty folders"
        case symbolicLinks = "symbolic links"
        case specialFiles = "special files"
        case sparseFiles = "sparse files"
        case nestedRepositories = "nested repositories"
        case largeFiles = "large files"
        case atomicity = "one moment for all files"
    }

    public enum Degree: String, Codable, Sendable {
        case kept
        case keptInManifest = "kept in the manifest"
        case partly
        case notKept = "not kept"
    }

    public struct Row: Hashable, Codable, Sendable {
        public var aspect: Aspect
        public var degree: Degree
        public var note: String

        public init(_ aspect: Aspect, _ degree: Degree, _ note: String = "") {
            self.aspect = aspect
            self.degree = degree
            self.note = note
        }
    }

    public var rows: [Row]

    public init(_ rows: [Row]) { self.rows = rows }

    public subscript(aspect: Aspect) -> Degree? { rows.first { $0.aspect == aspect }?.degree }
}
