import ScreenModel

/// Turns a terminal's bytes into input events, however the bytes are split over reads. Pure: no IO, no clock.
public struct InputParser {
    /// The most bytes in one paste event.
    public static let pastePiece = 1 << 16

    public init(capabilities: TerminalCapabilities = TerminalCapabilities()) {}

    public mutating func parse(_ bytes: UnsafeRawBufferPointer) -> [InputEvent] { [] }

    public mutating func parse(_ bytes: [UInt8]) -> [InputEvent] { bytes.withUnsafeBytes { parse($0) } }

    /// A lone ESC or the like waits for more: start a timer of 25 ms and call ``flush()`` when it ends before more
    /// bytes came.
    public var hasPending: Bool { false }

    /// Takes what waits as it is.
    public mutating func flush() -> [InputEvent] { [] }
}
