import Glibc

/// Which objects a store has, answered from the indexes of its packs without asking git.
final class ObjectLookup {
    private let folder: String
    private var packs: [String: PackIndexFile] = [:]
    private var order: [PackIndexFile] = []

    init(objects: String) { folder = "\(objects)/objects/pack" }

    /// Reads the indexes that are new and forgets those that have gone.
    func refresh() throws(SnapshotError) {
        var now: [String: PackIndexFile] = [:]
        let names = try WholeFile.names(in: folder)
        let there = Set(names)
        for name in names where name.hasPrefix("pack-") && name.hasSuffix(".idx") {
            guard there.contains("\(name.dropLast(4)).pack") else { continue }
            if let known = packs[name] {
                now[name] = known
            } else if let new = try PackIndexFile(mapping: "\(folder)/\(name)") {
                now[name] = new
            }
        }
        packs = now
        // Large packs first: most objects are in them.
        order = packs.values.sorted { $0.count > $1.count }
    }

    /// A pack that was just published.
    func add(_ index: PackIndexFile) { order.append(index) }

    func contains(_ id: ObjectID) -> Bool { order.contains { $0.contains(id) } }

    var packCount: Int { order.count }
}
