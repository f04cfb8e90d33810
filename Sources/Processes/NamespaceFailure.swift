import CPTY

/// Where the way into a mount namespace ended.
public struct NamespaceFailure: Hashable, Sendable, CustomStringConvertible {
    /// In the order in which they are taken.
    public enum Step: Hashable, Sendable {
        /// The namespace itself was refused.
        case unshare
        /// The user's own uid and gid couldn't be mapped.
        case identity
        /// Mounts couldn't be kept from leaving the namespace: it has no rights over mounts.
        case propagation
        case source
        case mount
    }

    public let step: Step
    /// The path concerned; empty where none is.
    public let target: String
    public let code: Int32

    init?(_ failure: ah_failure, mounts: [NamespaceMount], code: Int32) {
        let mount = mounts.indices.contains(failure.index) ? mounts[failure.index] : nil
        switch ah_launch_step(UInt32(failure.step)) {
        case AH_STEP_UNSHARE: (step, target) = (.unshare, "")
        case AH_STEP_IDENTITY: (step, target) = (.identity, "")
        case AH_STEP_PROPAGATION: (step, target) = (.propagation, "")
        case AH_STEP_SOURCE: (step, target) = (.source, mount?.source ?? "")
        case AH_STEP_MOUNT: (step, target) = (.mount, mount.map { "\($0.source) over \($0.target)" } ?? "")
        default: return nil
        }
        self.code = code
    }

    public var description: String {
        let reason = ProcessError.text(code)
        return switch step {
        case .unshare: "can't make a mount namespace: \(reason)"
        case .identity: "can't keep the user's identity in a user namespace: \(reason)"
        case .propagation: "a user namespace has no rights over mounts here: \(reason)"
        case .source: "can't open \(target): \(reason)"
        case .mount: "can't mount \(target): \(reason)"
        }
    }
}
