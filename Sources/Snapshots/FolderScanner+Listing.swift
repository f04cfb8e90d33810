import CSnapshots
import Glibc

extension FolderScanner {
    /// Lists a folder, reads the files that changed and keeps what is known of the others.
    func list(_ folder: ScannedFolder, _ file: OpenFile, _ pass: Pass, depth: Int) throws(SnapshotError) {
        lookedAtFolder()
        tracker.watch(folder, file)
        let status = try file.status()
        if status.changed != folder.status.changed || !folder.isListed {
            let extended = ExtendedAttributes.read(file.descriptor, "")
            if status.attributes != folder.status.attributes || extended != folder.extended {
                folder.extended = extended
                if folder.parent != nil { folder.parent?.markNeedsObjects() } else { folder.needsObjects = true }
            }
        }
        folder.status = status
        let result = ah_list_folder(file.descriptor, &listing)
        if result == -ENOENT {
            // Removed since it was opened, so nothing is in it; the folder above will tell.
            folder.parent?.markDirty()
            listing.count = 0
        } else if result != 0 {
            throw .system(operation: "list", path: file.path, code: -result)
        }
        var merge = Merge(folder: folder, count: listing.count)
        for index in 0..<listing.count { try take(listing.entries[index], &merge, file, pass, depth: depth) }
        finish(merge)
        // Out of time within a folder: what was read is kept, and the rest is read next time.
        if merge.isCutShort {
            folder.markDirty()
            throw .outOfTime("reading \(file.path)")
        }
        folder.isDirty = false
    }

    /// A folder's new entries while they are put together from its listing and what was known.
    struct Merge {
        let folder: ScannedFolder
        var entries: [ScannedEntry] = []
        var names: [UInt8] = []
        var children: [ScannedFolder] = []
        var extended: [[FolderManifest.ExtendedAttribute]] = []
        /// The first of the known entries that isn't passed yet.
        var old = 0
        var kept = 0
        var isCutShort = false
        var needsObjects: Bool

        init(folder: ScannedFolder, count: Int) {
            self.folder = folder
            needsObjects = !folder.isListed
            entries.reserveCapacity(count)
            names.reserveCapacity(folder.names.count)
        }
    }

    private func take(
        _ raw: ah_entry, _ merge: inout Merge, _ file: OpenFile, _ pass: Pass, depth: Int
    ) throws(SnapshotError) {
        let name = UnsafeRawBufferPointer(start: listing.names + Int(raw.name_offset), count: Int(raw.name_length))
        guard !isExcluded(name, raw.stat, in: merge.folder) else { return }
        let known = Self.known(name, raw.stat, &merge)
        var entry = ScannedEntry(
            status: raw.stat, nameOffset: UInt32(merge.names.count), nameLength: raw.name_length)
        if raw.error != 0 {
            entry.absence = .unreadable
            entry.code = raw.error
        } else if let known, isCurrent(known, raw.stat, pass) {
            entry.content = known.content
            entry.flags = known.flags
            entry.absence = known.absence
            entry.code = known.code
            keepExtended(known, &entry, &merge)
            keepChild(known, &entry, &merge)
            merge.kept += 1
        } else {
            guard try read(&entry, known, name, &merge, file, pass, depth: depth) else { return }
            merge.needsObjects = true
        }
        merge.names.append(contentsOf: name)
        merge.entries.append(entry)
    }

    /// The entry that was known under the name.
    private static func known(_ name: UnsafeRawBufferPointer, _ status: ah_stat, _ merge: inout Merge) -> ScannedEntry?
    {
        let folder = merge.folder
        return folder.names.withUnsafeBytes { names in
            while merge.old < folder.entries.count {
                let entry = folder.entries[merge.old]
                let order = ah_name_order(
                    names.baseAddress! + Int(entry.nameOffset), Int(entry.nameLength), entry.isFolder ? 1 : 0,
                    name.baseAddress!, name.count, status.mode & S_IFMT == S_IFDIR ? 1 : 0)
                if order > 0 { return nil }
                merge.old += 1
                if order == 0 { return entry }
            }
            return nil
        }
    }

    private func isCurrent(_ known: ScannedEntry, _ status: ah_stat, _ pass: Pass) -> Bool {
        guard known.absence == .none || known.absence == .tooLarge else { return false }
        if known.isFolder { return known.status.inode == status.inode && known.status.device == status.device }
        // The limit may have been another one when it was looked at last.
        guard
            (known.absence == .tooLarge) == (known.status.mode & S_IFMT == S_IFREG && status.size > pass.reader.largest)
        else {
            return false
        }
        return known.status.isSame(as: status) && known.flags.contains(.stored)
            && known.flags.isDisjoint(with: [.racy, .fuzzy])
    }

    private func keepExtended(_ known: ScannedEntry, _ entry: inout ScannedEntry, _ merge: inout Merge) {
        guard known.extended >= 0 else { return }
        entry.extended = Int32(merge.extended.count)
        merge.extended.append(merge.folder.extendedOfEntries[Int(known.extended)])
    }

    private func keepChild(_ known: ScannedEntry, _ entry: inout ScannedEntry, _ merge: inout Merge) {
        guard known.child >= 0 else { return }
        entry.child = Int32(merge.children.count)
        merge.children.append(merge.folder.children[Int(known.child)])
    }

    /// Fills in a new or changed entry. False if it has gone.
    private func read(
        _ entry: inout ScannedEntry, _ known: ScannedEntry?, _ name: UnsafeRawBufferPointer, _ merge: inout Merge,
        _ file: OpenFile, _ pass: Pass, depth: Int
    ) throws(SnapshotError) -> Bool {
        let text = UnsafePointer<CChar>(name.baseAddress!.assumingMemoryBound(to: CChar.self))
        if merge.isCutShort || pass.deadline.isOver {
            // Kept as a file of which nothing is known.
            merge.isCutShort = true
            return entry.status.mode & S_IFMT != S_IFDIR
        }
        switch entry.kind {
        case .file:
            return try readFile(&entry, text, &merge, file, pass)
        case .folder:
            return readFolder(&entry, known, Array(name), text, &merge, file, depth: depth)
        case .link:
            guard let target = Self.target(text, file) else { return false }
            entry.content = try pass.writer.add(.blob, target)
        default: break
        }
        entry.flags.insert(.stored)
        markRacy(&entry, pass)
        setExtended(ExtendedAttributes.read(file.descriptor, text), &entry, &merge)
        return true
    }

    private func readFile(
        _ entry: inout ScannedEntry, _ name: UnsafePointer<CChar>, _ merge: inout Merge, _ file: OpenFile, _ pass: Pass
    ) throws(SnapshotError) -> Bool {
        let outcome: FileReader.Outcome
        do throws(SnapshotError) {
            outcome = try pass.reader.store(name, in: file, deadline: pass.deadline)
        } catch {
            guard case .outOfTime = error else { throw error }
            merge.isCutShort = true
            return true
        }
        switch outcome {
        case .gone: return false
        case .absent(let absence, let code):
            entry.absence = absence
            entry.code = code
            entry.flags.insert(.stored)
        case .stored(let id, let status, let isFuzzy, let extended):
            entry.content = id
            entry.status = status
            entry.flags = isFuzzy ? [.stored, .fuzzy] : [.stored]
            if status.blocks * 512 < status.size { entry.flags.insert(.sparse) }
            markRacy(&entry, pass)
            setExtended(extended, &entry, &merge)
        }
        return true
    }

    private func readFolder(
        _ entry: inout ScannedEntry, _ known: ScannedEntry?, _ name: [UInt8], _ text: UnsafePointer<CChar>,
        _ merge: inout Merge, _ file: OpenFile, depth: Int
    ) -> Bool {
        entry.flags.insert(.stored)
        if depth + 1 >= Self.deepest {
            entry.absence = .tooDeep
        } else if entry.status.device != merge.folder.status.device, KernelFileSystem.holds(text, in: file) {
            entry.absence = .otherFileSystem
        } else {
            let child = ScannedFolder(name: name, parent: merge.folder)
            entry.child = Int32(merge.children.count)
            merge.children.append(child)
        }
        return true
    }

    /// Files with whole seconds come from a file system that may know no others.
    private func markRacy(_ entry: inout ScannedEntry, _ pass: Pass) {
        let latest = max(entry.status.modified, entry.status.changed)
        let margin: Int64 = latest % 1_000_000_000 == 0 ? 2_000_000_000 : 0
        if latest + margin >= pass.racyFrom { entry.flags.insert(.racy) }
    }

    private func setExtended(
        _ extended: [FolderManifest.ExtendedAttribute], _ entry: inout ScannedEntry, _ merge: inout Merge
    ) {
        guard !extended.isEmpty else { return }
        entry.extended = Int32(merge.extended.count)
        merge.extended.append(extended)
    }

    private static func target(_ name: UnsafePointer<CChar>, _ folder: OpenFile) -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 4097, alignment: 1) { buffer in
            let start = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
            let length = ah_read_link(folder.descriptor, name, start, buffer.count)
            return length < 0 ? nil : Array(buffer[..<Int(length)])
        }
    }

    /// Puts the new entries in the place of the old ones.
    private func finish(_ merge: Merge) {
        let folder = merge.folder
        // An entry that vanished or changed leaves fewer kept ones than there were.
        let isChanged = merge.needsObjects || merge.kept != folder.entries.count
        let old = folder.children
        folder.entries = merge.entries
        folder.names = merge.names
        folder.children = merge.children
        folder.extendedOfEntries = merge.extended
        folder.isListed = true
        let kept = Set(merge.children.map { ObjectIdentifier($0) })
        for child in old where !kept.contains(ObjectIdentifier(child)) { forget(child) }
        if isChanged { folder.markNeedsObjects() }
        let id = ObjectIdentifier(folder)
        let hasNotes = merge.entries.contains { $0.absence != .none || $0.flags.contains(.fuzzy) }
        noted[id] = hasNotes ? folder : nil
        linked[id] = merge.entries.contains { $0.kind == .file && $0.status.links > 1 } ? folder : nil
    }
}

/// File systems that the kernel makes up: reading them as files says nothing of a workspace, and may never end.
enum KernelFileSystem {
    private static let magics: Set<Int64> = [
        0x9fa0 /* proc */, 0x6265_6572 /* sysfs */, 0x1cd1 /* devpts */, 0x27e0eb /* cgroup */,
        0x6367_7270 /* cgroup2 */,
        0x7472_6163 /* tracefs */, 0x6462_6720 /* debugfs */, 0x7363_6673 /* securityfs */, 0xcafe_4a11 /* bpf */,
        0x6165_676c /* pstore */, 0xde5e_81e4 /* efivarfs */, 0x1980_0202 /* mqueue */, 0x6265_6570 /* configfs */,
    ]

    static func holds(_ name: UnsafePointer<CChar>, in folder: OpenFile) -> Bool {
        let descriptor = ah_open_at(folder.descriptor, name, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return magics.contains(ah_file_system(descriptor))
    }
}
