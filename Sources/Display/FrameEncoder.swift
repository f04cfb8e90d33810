import ScreenModel

/// Turns surfaces into the bytes that make the terminal show them. Pure: no IO.
public struct FrameEncoder {
    public var capabilities: TerminalCapabilities

    public init(capabilities: TerminalCapabilities) {
        self.capabilities = capabilities
    }

    /// The bytes that change the terminal from what was encoded last to `surface`; none when nothing changed.
    public mutating func encode(_ surface: Surface) -> [UInt8] { [] }

    /// As ``encode(_:)``, without a copy; the bytes are valid within `body` only.
    public mutating func withEncoded<R>(_ surface: Surface, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R
    {
        try encode(surface).withUnsafeBytes(body)
    }

    /// Forgets what is shown: the next frame is painted whole (after a resize or a resume).
    public mutating func invalidate() {}
}
