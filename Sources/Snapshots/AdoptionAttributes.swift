import CSnapshots
import Glibc

/// What an adoption sets of a path's owner and extended attributes: only what the branch changed, so that all else stays as it
/// is in the workspace.
public struct AdoptionAttributes: Hashable, Codable, Sendable {
    public struct Owner: Hashable, Codable, Sendable {
        public var user: UInt32
        public var group: UInt32
    }

    public struct Extended: Hashable, Codable, Sendable {
        public var name: String
        /// nil takes it away.
        public var value: [UInt8]?
    }

    /// nil where it isn't touched.
    public var owner: Owner?
    public var extended: [Extended] = []

    public var isEmpty: Bool { owner == nil && extended.isEmpty }
}

/// A tree that knows extended attributes and access lists.
protocol AttributedTree: SnapshotTree {
    /// Of the entry itself, never of what a link leads to; none if there is no such entry.
    func extendedAttributes(of path: RelativePath) throws(SnapshotError) -> [FolderManifest.ExtendedAttribute]
}

extension GitTree: AttributedTree {
    func extendedAttributes(of path: RelativePath) throws(SnapshotError) -> [FolderManifest.ExtendedAttribute] {
        try row(of: path)?.attributes.extended ?? []
    }
}

extension FolderTree: AttributedTree {
    func extendedAttributes(of path: RelativePath) throws(SnapshotError) -> [FolderManifest.ExtendedAttribute] {
        guard let parent = try open(path.parent, O_RDONLY | O_DIRECTORY) else { return [] }
        return RelativePath(unchecked: Array(path.name)).withCString { ExtendedAttributes.read(parent.descriptor, $0) }
    }
}

/// The attributes of one path in the three trees, and what is to be set for it.
struct AdoptionAttributeChange {
    /// What one tree holds.
    struct Side {
        var owner: AdoptionAttributes.Owner?
        var extended: [String: [UInt8]] = [:]

        init(_ path: RelativePath, in tree: any SnapshotTree) throws(SnapshotError) {
            guard let entry = try tree.entry(at: path) else { return }
            if let user = entry.user, let group = entry.group { owner = .init(user: user, group: group) }
            guard let tree = tree as? any AttributedTree else { return }
            for attribute in try tree.extendedAttributes(of: path) {
                extended[String(decoding: attribute.name, as: UTF8.self)] = attribute.value
            }
        }
    }

    private(set) var before = AdoptionAttributes()
    private(set) var after = AdoptionAttributes()
    /// What the branch changed and stays as it is.
    private(set) var remarks: [String] = []

    /// - Parameters:
    ///   - base: nil for what is new in the branch.
    ///   - original: nil for what isn't there yet.
    ///   - user: who adopts. Only root can give files away; a new file of root's gets its folder's owner.
    init(base: Side?, branch: Side, original: Side?, user: UInt32) {
        if user == 0 { addOwner(base, branch, original) }
        let old = base?.extended ?? [:]
        for (name, value) in branch.extended.sorted(by: { $0.key < $1.key })
        where old[name] != value && Self.isBrought(name, user) {
            let present = original?.extended[name]
            if present == value { continue }
            guard original == nil || present == old[name] else {
                remarks.append("both changed its extended attribute \(name): the workspace's stays")
                continue
            }
            before.extended.append(.init(name: name, value: present))
            after.extended.append(.init(name: name, value: value))
        }
        // It may be that the branch's file system can't hold it.
        for name in old.keys.sorted()
        where branch.extended[name] == nil && original?.extended[name] != nil && Self.isBrought(name, user) {
            remarks.append("its extended attribute \(name) isn't in the branch: it stays")
        }
    }

    private mutating func addOwner(_ base: Side?, _ branch: Side, _ original: Side?) {
        guard let owner = branch.owner, base.map({ $0.owner != owner }) ?? (owner.user != 0) else { return }
        guard original?.owner != owner else { return }
        if let present = original?.owner, let base, present != base.owner {
            return remarks.append("both changed its owner: the workspace's stays")
        }
        before.owner = original?.owner
        after.owner = owner
    }

    /// Not what the kernel keeps for itself, and for others than root only what they can set.
    private static func isBrought(_ name: String, _ user: UInt32) -> Bool {
        if name.hasPrefix("user.") || name.hasPrefix("system.posix_acl_") { return true }
        guard user == 0, name != "security.selinux" else { return false }
        return name.hasPrefix("security.") || name.hasPrefix("trusted.") && !name.hasPrefix("trusted.overlay.")
    }
}
