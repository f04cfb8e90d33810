import ScreenModel

/// A saved state of one terminal from which emulation goes on exactly.
///
/// Valid for the ``Terminal`` object that made it only, and never on disk: it holds an image of libvterm's memory.
/// Scrollback is not part of it, only its length (see ``Terminal/restore(_:)``).
public struct Checkpoint: Sendable {
    public let size: Size
    /// Bytes fed when it was taken.
    public let offset: UInt64
    /// Memory it takes, in bytes, roughly.
    public var byteCount: Int { 0 }
}
