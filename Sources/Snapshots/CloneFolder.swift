import CSnapshots
import Synchronization

/// One folder on its way into a copy. It is finished, with its mode and times, after all folders below it: before that
/// its mode might keep us out, and its times would change.
final class CloneFolder: Sendable {
    let path: RelativePath
    let parent: CloneFolder?
    let stat: ah_stat
    /// Folders below it that aren't finished, and one for itself.
    private let unfinished = Atomic<Int>(1)

    init(_ path: RelativePath, parent: CloneFolder?, stat: ah_stat) {
        self.path = path
        self.parent = parent
        self.stat = stat
    }

    func addChild() { unfinished.add(1, ordering: .relaxed) }

    /// - Returns: whether this was the last that it waited for.
    func childIsDone() -> Bool { unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
}
