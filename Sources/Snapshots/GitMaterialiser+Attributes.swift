import CSnapshots
import Glibc

extension GitMaterialiser {
    /// Gives a file or folder that is open its owner, attributes, mode and time, in the order in which none undoes another.
    func restore(
        _ attributes: FolderManifest.Attributes, _ descriptor: Int32, _ name: String, _ path: RelativePath,
        isFolder: Bool
    ) {
        restoreOwner(attributes, path) { fchown(descriptor, $0, $1) }
        setExtended(attributes, descriptor, name, path)
        if fchmod(descriptor, mode_t(attributes.mode)) != 0 { lose(path, "its mode") }
        if ah_set_modified(descriptor, "", attributes.modified) != 0 { lose(path, "its time") }
    }

    /// A link itself has no mode.
    func restoreLink(_ entry: FolderManifest.Entry, _ folder: OpenFile, _ path: RelativePath) {
        Self.withName(entry.name) { name in
            restoreOwner(entry.attributes, path) {
                fchownat(folder.descriptor, name, $0, $1, Int32(AT_SYMLINK_NOFOLLOW))
            }
            setExtended(entry.attributes, folder.descriptor, name, path)
            if ah_set_modified(folder.descriptor, name, entry.attributes.modified) != 0 { lose(path, "its time") }
        }
    }

    private func restoreOwner(
        _ attributes: FolderManifest.Attributes, _ path: RelativePath, _ change: (uid_t, gid_t) -> Int32
    ) {
        guard attributes.user != user || attributes.group != group else { return }
        if isRoot {
            if change(attributes.user, attributes.group) != 0 { lose(path, "its owner") }
        } else if attributes.user != user {
            lose(path, "its owner, which only root can restore")
        } else if change(uid_t.max, attributes.group) != 0 {
            lose(path, "its group")
        }
    }

    func setExtended(
        _ attributes: FolderManifest.Attributes, _ descriptor: Int32, _ name: UnsafePointer<CChar>, _ path: RelativePath
    ) {
        for attribute in attributes.extended {
            let result = Self.withName(attribute.name) {
                ah_xattr_set(descriptor, name, $0, attribute.value, attribute.value.count)
            }
            if result != 0 {
                lose(path, "\(String(decoding: attribute.name, as: UTF8.self)): \(String(cString: strerror(-result)))")
            }
        }
    }

    static func withName<R>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> R) -> R {
        (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
        }
    }

    static func withNames<R>(
        _ first: [UInt8], _ second: [UInt8], _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> R
    ) -> R {
        withName(first) { first in withName(second) { body(first, $0) } }
    }
}
