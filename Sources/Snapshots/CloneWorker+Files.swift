import CSnapshots
import Glibc

// Files, links and special files of a copy.
extension CloneWorker {
    func copyFile(_ place: Place) throws(SnapshotError) {
        let source = ah_open_unnoticed_at(place.source, place.name)
        guard source >= 0 else { return note(place.path, "can't be read", source) }
        defer { close(source) }
        var stat = ah_stat()
        let result = ah_fstat(source, &stat)
        guard result == 0 else { return note(place.path, "can't be looked at", result) }
        guard stat.mode & S_IFMT == S_IFREG else {
            return report.lost.add(place.path, "was replaced while the folder was copied")
        }
        guard let target = try createFile(place, stat) else { return }
        defer { close(target) }
        try fill(target, from: source, place, &stat)
        report.files += 1
        try setAttributes(source, target, stat, place.path)
    }

    /// Makes the empty file; nil if it is a further name of one that was made.
    private func createFile(_ place: Place, _ stat: ah_stat) throws(SnapshotError) -> Int32? {
        guard stat.links > 1 else {
            let target = ah_create_at(place.target, place.name, 0o600)
            guard target >= 0 else { throw system("make", place.path, target) }
            return target
        }
        let identity = CloneWork.FileIdentity(device: stat.device, inode: stat.inode)
        let (target, isLink) = work.makeLinked(identity, at: place.path) {
            ah_create_at(place.target, place.name, 0o600)
        } link: { first in
            first.withCString { linkat(work.target, $0, place.target, place.name, 0) == 0 ? 0 : -errno }
        }
        guard target >= 0 else { throw system("make", place.path, target) }
        if isLink { report.hardLinks += 1 }
        return isLink ? nil : target
    }

    /// Copies until the file didn't change meanwhile, three times at most. `stat` is then what was copied.
    private func fill(
        _ target: Int32, from source: Int32, _ place: Place, _ stat: inout ah_stat
    ) throws(SnapshotError) {
        for attempt in 1...3 {
            var copied = ah_copy_result()
            let result = ah_copy_contents(source, target, work.sharesBlocks ? 1 : 0, &copied)
            if copied.never_shares != 0 { work.stopSharing() }
            if result < 0, copied.is_source_error == 0 { throw system("write", place.path, result) }
            if result < 0 { note(place.path, "can't be read to its end", result) }
            var now = ah_stat()
            guard result == 0, ah_fstat(source, &now) == 0, isChanged(stat, now), copied.is_shared == 0 else {
                count(copied)
                return
            }
            if attempt == 3 {
                count(copied)
                report.fuzzy.add(place.path, "changed each time it was read")
                return
            }
            stat = now
            guard ftruncate(target, 0) == 0 else { throw system("empty", place.path, -errno) }
        }
    }

    /// The change time is no sign: a new link or mode changes it, too.
    private func isChanged(_ before: ah_stat, _ after: ah_stat) -> Bool {
        before.modified != after.modified || before.size != after.size
    }

    private func count(_ copied: ah_copy_result) {
        guard copied.is_shared != 0 else { return report.copiedBytes += copied.bytes }
        report.sharedFiles += 1
        report.sharedBytes += copied.bytes
    }

    func copyLink(_ place: Place, _ stat: ah_stat) throws(SnapshotError) {
        var target = [CChar](repeating: 0, count: Int(min(stat.size, 65536)) + 1)
        let length = readlinkat(place.source, place.name, &target, target.count)
        guard length >= 0 else { return note(place.path, "can't be read", -errno) }
        guard length < target.count else {
            return report.lost.add(place.path, "was replaced while the folder was copied")
        }
        guard symlinkat(target, place.target, place.name) == 0 else { throw system("make", place.path, -errno) }
        report.links += 1
        if stat.user != user || stat.group != group,
            case let result = ah_set_owner_at(place.target, place.name, stat.user, stat.group), result < 0
        {
            note(place.path, "its owner can't be kept", result)
        }
        let result = ah_set_modified(place.target, place.name, stat.modified)
        if result < 0 { note(place.path, "its time can't be kept", result) }
    }

    /// A fifo, a socket or a device; sockets are dead without the program that made them, but they are there.
    func makeSpecialFile(_ place: Place, _ stat: ah_stat) throws(SnapshotError) {
        let result = ah_make_node(place.target, place.name, stat.mode & S_IFMT | 0o600, stat.special_device)
        guard result == 0 else { return note(place.path, "a special file can't be made", result) }
        report.specialFiles += 1
        let owner = ah_set_owner_at(place.target, place.name, stat.user, stat.group)
        if owner < 0 { note(place.path, "its owner can't be kept", owner) }
        if fchmodat(place.target, place.name, stat.mode & 0o7777, 0) != 0 {
            note(place.path, "its mode can't be kept", -errno)
        }
        let time = ah_set_modified(place.target, place.name, stat.modified)
        if time < 0 { note(place.path, "its time can't be kept", time) }
    }

    /// Owner, extended attributes, mode and modification time, in the order in which none undoes another.
    func setAttributes(
        _ source: Int32?, _ target: Int32, _ stat: ah_stat, _ path: RelativePath
    ) throws(SnapshotError) {
        var mode = stat.mode & 0o7777
        if stat.user != user || stat.group != group {
            let result = ah_set_owner(target, stat.user, stat.group)
            if result < 0 {
                // With another owner, setuid would give somebody else's rights away.
                mode &= ~0o6000
                note(path, "its owner \(stat.user):\(stat.group) can't be kept", result)
            }
        }
        if let source {
            var failed = [CChar](repeating: 0, count: 256)
            let result = ah_copy_attributes(source, target, &failed, failed.count)
            if result < 0 {
                let name = RelativePath.escape(failed.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
                note(path, "its extended attribute \(name) can't be kept", result)
            }
        }
        let changed = ah_set_mode(target, mode)
        if changed < 0 { note(path, "its mode can't be kept", changed) }
        let timed = ah_set_modified(target, "", stat.modified)
        if timed < 0 { note(path, "its time can't be kept", timed) }
    }
}
