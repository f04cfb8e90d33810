import ScreenModel

/// A terminal's state with its scrollback, taken out of it to come back later: for one that is also used elsewhere.
///
/// A ``Checkpoint`` has no scrollback, and so can't tell what a later resize would pull out of it.
public struct SetAsideState {
    public let checkpoint: Checkpoint
    let scrollback: Scrollback
}

extension Terminal {
    /// Takes the state out. What stays is the same screen with an empty scrollback. Costs as much as a checkpoint.
    public func setAside() -> SetAsideState {
        let state = SetAsideState(checkpoint: checkpoint(), scrollback: interpreter.pointee.scrollback)
        // The log is shared with nobody: it must not be written to through both.
        interpreter.pointee.scrollback = Scrollback(limit: state.scrollback.limit)
        interpreter.pointee.scrollback.clear(at: topLine)
        return state
    }

    /// Puts back what ``setAside()`` took. Once only.
    public func bringBack(_ state: consuming SetAsideState) {
        restore(state.checkpoint)
        interpreter.pointee.scrollback = state.scrollback
    }

    /// The size changed while the alternate screen was shown: when that is left, the primary screen is brought to the
    /// new size, with lines from the scrollback.
    public var owesPrimaryResize: Bool {
        guard let hidden = interpreter.pointee.hidden else { return false }
        return hidden.size != size
    }
}
