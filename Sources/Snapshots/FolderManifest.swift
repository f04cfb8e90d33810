/// What git's tree can't hold of a folder's entries. One blob per folder, so that a changed file costs that of its folder.
///
/// Bytes: `AHM`, version 1, the attributes of the folder itself (only of the workspace's root: others have theirs in the
/// folder above), a count, the entries. Numbers are LEB128 varints, times zigzag differences from the first entry's or the root's.
struct FolderManifest: Hashable {
    var root: Attributes?
    var entries: [Entry] = []

    struct Attributes: Hashable {
        /// Permission bits with setuid, setgid and sticky.
        var mode: UInt32
        var user: UInt32
        var group: UInt32
        /// Nanoseconds since 1970.
        var modified: Int64
        var extended: [ExtendedAttribute] = []
    }

    struct Entry: Hashable {
        var name: [UInt8]
        var kind: TreeEntry.Kind
        var attributes: Attributes
        var size: UInt64 = 0
        var isSparse = false
        var isFuzzy = false
        /// Files with the same number, which isn't 0, are one file with several names.
        var link: UInt64 = 0
        var device: UInt64 = 0
        /// Why it is missing.
        var note: String = ""
    }

    struct ExtendedAttribute: Hashable {
        var name: [UInt8]
        var value: [UInt8]
    }

    fileprivate static let magic = Array("AHM".utf8) + [1]
    fileprivate static let kinds: [TreeEntry.Kind] = [
        .file, .folder, .link, .fifo, .socket, .characterDevice, .blockDevice, .missing,
    ]
}

extension FolderManifest {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let sparse = Flags(rawValue: 1)
        static let fuzzy = Flags(rawValue: 2)
        static let linked = Flags(rawValue: 4)
        static let device = Flags(rawValue: 8)
        static let note = Flags(rawValue: 16)
        static let extended = Flags(rawValue: 32)
        static let owner = Flags(rawValue: 64)
    }

    func encoded() -> [UInt8] {
        var writer = ByteWriter(Self.magic)
        writer.bytes.reserveCapacity(64 + entries.count * 32)
        // Most files have one owner and were written within the same years: what differs from this is stored.
        let base = root ?? entries.first?.attributes ?? Attributes(mode: 0, user: 0, group: 0, modified: 0)
        writer.number(UInt64(base.user))
        writer.number(UInt64(base.group))
        writer.signed(base.modified)
        writer.bytes.append(root == nil ? 0 : 1)
        if let root {
            writer.number(UInt64(root.mode))
            Self.encode(root.extended, to: &writer)
        }
        writer.number(UInt64(entries.count))
        for entry in entries { Self.encode(entry, base, to: &writer) }
        return writer.bytes
    }

    private static func encode(_ entry: Entry, _ base: Attributes, to writer: inout ByteWriter) {
        let attributes = entry.attributes
        var flags = Flags()
        if entry.isSparse { flags.insert(.sparse) }
        if entry.isFuzzy { flags.insert(.fuzzy) }
        if entry.link != 0 { flags.insert(.linked) }
        if entry.device != 0 { flags.insert(.device) }
        if !entry.note.isEmpty { flags.insert(.note) }
        if !attributes.extended.isEmpty { flags.insert(.extended) }
        if attributes.user != base.user || attributes.group != base.group { flags.insert(.owner) }
        writer.string(entry.name)
        writer.bytes.append(UInt8(kinds.firstIndex(of: entry.kind)!))
        writer.bytes.append(flags.rawValue)
        writer.number(UInt64(attributes.mode))
        writer.number(entry.size)
        writer.signed(attributes.modified &- base.modified)
        if flags.contains(.owner) {
            writer.number(UInt64(attributes.user))
            writer.number(UInt64(attributes.group))
        }
        if flags.contains(.linked) { writer.number(entry.link) }
        if flags.contains(.device) { writer.number(entry.device) }
        if flags.contains(.note) { writer.string(Array(entry.note.utf8)) }
        if flags.contains(.extended) { encode(attributes.extended, to: &writer) }
    }

    private static func encode(_ extended: [ExtendedAttribute], to writer: inout ByteWriter) {
        writer.number(UInt64(extended.count))
        for attribute in extended {
            writer.string(attribute.name)
            writer.string(attribute.value)
        }
    }

    /// - Throws: `damaged` for bytes that aren't a manifest.
    init(_ bytes: [UInt8], path: @autoclosure () -> String) throws(SnapshotError) {
        guard let manifest = Self.decode(bytes) else { throw .damaged(path: path(), what: "its manifest") }
        self = manifest
    }

    private static func decode(_ bytes: [UInt8]) -> FolderManifest? {
        var reader = ByteReader(bytes)
        guard reader.take(4)?.elementsEqual(magic) == true, let user = reader.number32(),
            let group = reader.number32(), let modified = reader.signed(), let hasRoot = reader.byte()
        else { return nil }
        var base = Attributes(mode: 0, user: user, group: group, modified: modified)
        var manifest = FolderManifest()
        if hasRoot == 1 {
            guard let mode = reader.number32(), let extended = decodeExtended(&reader) else { return nil }
            base.mode = mode
            manifest.root = base
            manifest.root?.extended = extended
        }
        guard let count = reader.number(), count <= UInt64(bytes.count) else { return nil }
        manifest.entries.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let entry = decodeEntry(&reader, base) else { return nil }
            manifest.entries.append(entry)
        }
        return reader.isAtEnd ? manifest : nil
    }

    private static func decodeEntry(_ reader: inout ByteReader, _ base: Attributes) -> Entry? {
        guard let name = reader.string(), isName(name), let kind = reader.byte(), Int(kind) < kinds.count,
            let flagBits = reader.byte(), let mode = reader.number32(), let size = reader.number(),
            let modified = reader.signed()
        else { return nil }
        let flags = Flags(rawValue: flagBits)
        var entry = Entry(
            name: Array(name), kind: kinds[Int(kind)],
            attributes: Attributes(
                mode: mode, user: base.user, group: base.group, modified: base.modified &+ modified), size: size)
        entry.isSparse = flags.contains(.sparse)
        entry.isFuzzy = flags.contains(.fuzzy)
        if flags.contains(.owner) {
            guard let user = reader.number32(), let group = reader.number32() else { return nil }
            entry.attributes.user = user
            entry.attributes.group = group
        }
        if flags.contains(.linked) {
            guard let link = reader.number() else { return nil }
            entry.link = link
        }
        if flags.contains(.device) {
            guard let device = reader.number() else { return nil }
            entry.device = device
        }
        if flags.contains(.note) {
            guard let note = reader.string() else { return nil }
            entry.note = String(decoding: note, as: UTF8.self)
        }
        if flags.contains(.extended) {
            guard let extended = decodeExtended(&reader) else { return nil }
            entry.attributes.extended = extended
        }
        return entry
    }

    private static func decodeExtended(_ reader: inout ByteReader) -> [ExtendedAttribute]? {
        guard let count = reader.number(), count <= UInt64(reader.left) else { return nil }
        var all: [ExtendedAttribute] = []
        for _ in 0..<count {
            guard let name = reader.string(), !name.contains(0), let value = reader.string() else { return nil }
            all.append(ExtendedAttribute(name: Array(name), value: Array(value)))
        }
        return all
    }

    /// Whether bytes can name an entry: nothing else is ever written below a folder.
    static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && !bytes.contains(0) && !bytes.contains(UInt8(ascii: "/")) && !bytes.elementsEqual(".".utf8)
            && !bytes.elementsEqual("..".utf8)
    }
}
