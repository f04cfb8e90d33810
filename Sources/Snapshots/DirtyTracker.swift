import CSnapshots
import Glibc

/// Learns from the kernel which folders changed, so that a scan looks at those only. It is drained on the caller's thread.
///
/// What it can't see: writes through a shared mapping, writes through another hard link outside the workspace, other machines'
/// writes to a network file system. A scan of everything, at the start, at the end and between, finds these.
final class DirtyTracker {
    enum State: Hashable {
        case watching(folders: Int)
        /// Every scan looks at everything, for this reason.
        case off(String)
    }

    /// Readable when something changed; -1 when it is off.
    private(set) var descriptor: Int32
    private var folders: [Int32: ScannedFolder] = [:]
    private var reason = ""
    private let mostFolders: Int
    /// Events were lost that no scan knows of yet.
    private var hasLost = false
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    /// What happens to these files isn't noticed.
    private let rules: ExclusionRules

    /// - Parameter isOn: with false nothing is ever watched.
    init(
        isOn: Bool = true, rules: ExclusionRules = ExclusionRules([]), mostFolders: Int = DirtyTracker.share
    ) {
        self.rules = rules
        self.mostFolders = mostFolders
        descriptor = isOn ? ah_watch_open() : -1
        if descriptor < 0 {
            reason = isOn ? "inotify: \(String(cString: strerror(-descriptor)))" : "it was switched off"
            descriptor = -1
        }
    }

    /// Half of the watches that a user may have: editors want some, too.
    static var share: Int {
        let bytes = try? WholeFile.readMade("/proc/sys/fs/inotify/max_user_watches")
        let limit = bytes.flatMap { Int(String(decoding: $0, as: UTF8.self).filter(\.isNumber)) }
        return (limit ?? 8192) / 2
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        buffer.deallocate()
    }

    var state: State { descriptor >= 0 ? .watching(folders: folders.count) : .off(reason) }

    /// Watches an open folder; call before it is listed, so that nothing is missed between.
    func watch(_ folder: ScannedFolder, _ file: OpenFile) {
        guard descriptor >= 0, folder.watch < 0 else { return }
        guard folders.count < mostFolders else { return stop("there are more than \(mostFolders) folders") }
        let watch = ah_watch_add(descriptor, file.descriptor)
        if watch >= 0 {
            folder.watch = watch
            folders[watch] = folder
        } else if watch == -ENOSPC || watch == -ENOMEM {
            stop("the limit on watches is reached (fs.inotify.max_user_watches); \(folders.count) were in use")
        } else {
            stop("\(file.path) can't be watched: \(String(cString: strerror(-watch)))")
        }
    }

    /// A folder that has gone, with all below it.
    func forget(_ folder: ScannedFolder) {
        folder.visitAll { folder in
            guard folder.watch >= 0 else { return }
            // A folder that was moved has its watch already under its new name.
            if folders[folder.watch] === folder {
                folders[folder.watch] = nil
                ah_watch_remove(descriptor, folder.watch)
            }
            folder.watch = -1
        }
    }

    private func stop(_ why: String) {
        for folder in folders.values { folder.watch = -1 }
        folders = [:]
        close(descriptor)
        descriptor = -1
        reason = why
    }

    /// Marks the folders in which something changed, for a scan that follows.
    /// - Returns: false when events were lost, or nothing is watched: then everything has to be looked at.
    func drain() -> Bool {
        guard descriptor >= 0 else { return false }
        takeNews()
        defer { hasLost = false }
        return !hasLost
    }

    /// Marks the folders in which something changed since the last call.
    /// - Returns: whether there was anything.
    @discardableResult func takeNews() -> Bool {
        guard descriptor >= 0 else { return false }
        var isNews = false
        while true {
            let length = ah_watch_read(descriptor, buffer.baseAddress, buffer.count)
            if length < 0 { hasLost = true }
            guard length > 0 else { return isNews || length < 0 }
            var position = 0
            var event = ah_watch_event()
            while ah_watch_next(buffer.baseAddress, Int(length), &position, &event) != 0 {
                if event.mask & ah_watch_overflow != 0 {
                    hasLost = true
                    isNews = true
                }
                if note(event) { isNews = true }
            }
        }
    }

    /// - Returns: whether it is of a file that isn't left out.
    private func note(_ event: ah_watch_event) -> Bool {
        guard let folder = folders[event.watch] else { return false }
        if let name = event.name, rules.excludes(UnsafeRawBufferPointer(start: name, count: strlen(name)), in: folder) {
            return false
        }
        folder.markDirty()
        noteEnd(event, of: folder)
        return true
    }

    private func noteEnd(_ event: ah_watch_event, of folder: ScannedFolder) {
        guard event.mask & (ah_watch_ignored | ah_watch_self_gone | ah_watch_unmounted) != 0 else { return }
        folder.parent?.markDirty()
        if event.mask & ah_watch_ignored != 0 {
            folders[event.watch] = nil
            folder.watch = -1
        }
    }
}
