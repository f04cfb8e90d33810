extension FilesModel {
    /// What must be fetched or done outside. Paths are relative to the workspace; the empty one is the workspace itself.
    public enum Request: Hashable, Sendable {
        /// The session's snapshots, and the branches that they can be compared with.
        case snapshots
        /// A folder of a snapshot, with what the other side has in it besides.
        case folder(String, Place)
        case changes(Place)
        case preview(String, Place)
        case difference(String, Place)
        /// The snapshots at which a file changed.
        case history(String)
        /// Files whose path holds these words.
        case names(String, Place)
        /// The session's first snapshot of which a file has this text.
        case content(SearchQuery)
        /// A file or folder to a place of the user's choice. Only a file is ever replaced, and only when that is asked for.
        case copy(String, Place, to: String, replacing: Bool)
        /// Gives up what takes long.
        case stop
        // For whoever shows the files.
        /// Another snapshot is shown now: a player beside it goes along.
        case moved(UInt64)
        /// A player must show the time of this snapshot; one is opened where there is none.
        case jump(UInt64)
        /// A shell in a read-only copy of this folder.
        case shell(String, Place)
        /// Follow the playhead, or stop doing so.
        case follow(Bool)
    }

    /// What came of a request.
    public enum Answer: Hashable, Sendable {
        case snapshots([SnapshotItem], branches: [String])
        /// The folder, or the nearest one above it that is there.
        case entries([Entry], folder: String)
        /// All that differs, by path; a note says why nothing is compared.
        case changes([Entry], note: String?)
        case lines([Line])
        case history([Entry])
        /// Of so many; the best are given.
        case names([Entry], count: Int)
        /// nil where no snapshot has it.
        case content(SnapshotItem?, [Entry])
        /// 0 … 1.
        case progress(Double)
        case copied(String)
        /// There is something at the place already; whether it may be replaced at all.
        case exists(String, canBeReplaced: Bool)
        case failed(String)
        /// It was given up.
        case stopped
    }
}

/// What keys do while a snapshot's files are shown.
public enum FilesCommand: Hashable, Sendable {
    case up, down, pageUp, pageDown, first, last
    /// The mouse's: an entry by its place in the list, lines of the preview.
    case select(Int)
    case scroll(Int)
    /// Into a folder; on a file, between its content and its changes; in a history, to that time.
    case open
    case parent
    case toggleDiff
    /// Between the tree and the list of what changed.
    case toggleChanges
    case scrollUp, scrollDown
    /// Chooses what is compared with.
    case against(Side)
    case history
    case findName
    case findContent(String?)
    case copyOut
    case shell
    case toggleFollow

    public enum Side: String, Hashable, Sendable, CaseIterable { case previous, next, live, branch }
}
