import ScreenModel

/// A mouse report.
public struct MouseEvent: Hashable, Sendable {
    public enum Button: Hashable, Sendable {
        case none, left, middle, right
        case wheelUp, wheelDown, wheelLeft, wheelRight
        /// Buttons 8 … 11, by number.
        case other(UInt8)
    }

    public enum Action: Hashable, Sendable {
        case press, release
        /// Motion with a button held.
        case drag
        /// Motion with none.
        case move
        case wheel
    }

    public var button: Button
    public var action: Action
    /// From 0; a legacy report past column or row 223 has lost its position and is not reported.
    public var position: Position
    public var modifiers: Modifiers

    public init(button: Button, action: Action, position: Position, modifiers: Modifiers = []) {
        self.button = button
        self.action = action
        self.position = position
        self.modifiers = modifiers
    }
}
