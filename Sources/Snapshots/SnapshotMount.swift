/// A snapshot shown at a folder, to be looked at with any program. Really read-only where the system allows it; else a
/// checkout without write permissions, and it says so.
public struct SnapshotMount: Hashable, Codable, Sendable {
    public enum Way: String, Codable, Sendable {
        /// The provider's own read-only files, mounted.
        case mounted
        /// A checkout in the store, mounted for reading only.
        case mountedCheckout = "mounted checkout"
        /// A checkout at the folder itself, without write permissions: its owner and root could still write.
        case checkout
    }

    public var snapshot: String
    public var folder: String
    public var way: Way
    /// What the checkout couldn't restore.
    public var lost = PathNotes()
    /// Whether the folder was made for it, to go with it.
    var ownsFolder = false
    /// Which folder a checkout is, so that no other is ever removed in its place.
    var checkoutIdentity: [UInt64]?

    public var explanation: String {
        switch way {
        case .mounted: "mounted for reading only"
        case .mountedCheckout: "a checkout, mounted for reading only"
        case .checkout: "a checkout without write permissions: mounting takes root's rights"
        }
    }
}
