extension FilesModel {
    /// One row of the list: something in a folder, a change, a snapshot of a file's history, or a file that was found.
    public struct Entry: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case folder, file, link, other }
        public enum Change: String, Hashable, Sendable {
            case added = "A"
            case modified = "M"
            case deleted = "D"
        }

        /// As it is shown and asked for: what isn't printable in it is escaped.
        public var name: String
        public var kind: Kind
        public var size: UInt64
        /// Between the two sides that are compared. Of a folder: something in it changed.
        public var change: Change?
        /// What is to be said of it, as that it isn't in the snapshot.
        public var note: String?
        /// Lines added and deleted; nil where they weren't counted and in what isn't text.
        public var added: Int?
        public var deleted: Int?
        /// In a file's history: the snapshot at which it changed.
        public var snapshot: SnapshotItem?
        /// Of a file that holds a text: the first line that does, from 1.
        public var line: Int?

        public init(name: String, kind: Kind, size: UInt64, change: Change? = nil, note: String? = nil) {
            self.name = name
            self.kind = kind
            self.size = size
            self.change = change
            self.note = note
        }
    }

    /// A line of the preview.
    public struct Line: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case text, added, removed, place, note }
        public var kind: Kind
        public var text: String

        public init(_ kind: Kind, _ text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// A snapshot of the session.
    public struct SnapshotItem: Hashable, Sendable {
        /// Within the session, from 1.
        public var number: UInt64
        public var label: String
        /// Since the session's start; nil of one that was taken outside a session.
        public var milliseconds: Int64?

        public init(number: UInt64, label: String = "", milliseconds: Int64? = nil) {
            self.number = number
            self.label = label
            self.milliseconds = milliseconds
        }

        /// ` “label” 0:12`: what follows its number in a title.
        public var description: String {
            (label.isEmpty ? "" : "  “\(label)”") + (milliseconds.map { "  \(TimeText.text($0))" } ?? "")
        }
    }

    /// What a snapshot's files are compared with.
    public enum Baseline: Hashable, Sendable {
        case previous, next
        /// The workspace as it is now.
        case live
        /// A branch of the workspace as it is now, by name.
        case branch(String)

        public var text: String {
            switch self {
            case .previous: "the snapshot before"
            case .next: "the next snapshot"
            case .live: "the live workspace"
            case .branch(let name): "branch \(name)"
            }
        }
    }

    /// A snapshot and what it is compared with.
    public struct Place: Hashable, Sendable {
        /// 0 stands for the session's newest, until it is known.
        public var snapshot: UInt64
        public var baseline: Baseline

        public init(snapshot: UInt64, baseline: Baseline = .previous) {
            self.snapshot = snapshot
            self.baseline = baseline
        }
    }

    /// What differs between the two sides.
    public struct Counts: Hashable, Sendable {
        public var added = 0
        public var modified = 0
        public var deleted = 0

        public init(_ entries: [Entry] = []) {
            for entry in entries {
                switch entry.change {
                case .added: added += 1
                case .modified: modified += 1
                case .deleted: deleted += 1
                case nil: break
                }
            }
        }

        public var text: String { "A\(added) M\(modified) D\(deleted)" }
    }
}
