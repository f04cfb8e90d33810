import CSnapshots
import Glibc

extension AdoptionWorkspace {
    /// Sets what a step has of owner and extended attributes, once its content is in place. What is refused is noted: an
    /// adoption doesn't fail for it.
    func setAttributes(of step: AdoptionStep) throws(SnapshotError) {
        guard let wanted = step.attributes, let after = step.after, after.kind == .file || after.kind == .folder,
            let parent = try open(step.path.parent)
        else { return }
        let flags = after.kind == .folder ? O_RDONLY | O_DIRECTORY : O_RDONLY | O_NONBLOCK
        let descriptor = Self.named(step.path) { ah_open_at(parent.descriptor, $0, flags) }
        guard descriptor >= 0 else { throw error("open", step.path, -descriptor) }
        let file = OpenFile(descriptor: descriptor, path: step.path.printable)
        // The owner first: changing it takes capabilities and setuid away.
        if let owner = wanted.owner {
            note(ah_set_owner(descriptor, owner.user, owner.group), "its owner \(owner.user):\(owner.group)", step)
        }
        for attribute in wanted.extended {
            note(set(attribute, file), "its extended attribute \(attribute.name)", step)
        }
        guard fchmod(descriptor, mode_t(after.mode)) == 0 else { throw error("set the mode of", step.path, errno) }
    }

    private func set(_ attribute: AdoptionAttributes.Extended, _ file: OpenFile) -> Int32 {
        guard let value = attribute.value else { return ah_xattr_remove(file.descriptor, attribute.name) }
        return value.withUnsafeBytes { ah_xattr_set(file.descriptor, "", attribute.name, $0.baseAddress, $0.count) }
    }

    private func note(_ result: Int32, _ what: String, _ step: AdoptionStep) {
        guard result < 0 else { return }
        lost.add(step.path, "\(what) can't be set: \(String(cString: strerror(-result)))")
    }
}
