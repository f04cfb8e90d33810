import Recording

/// A place between two steps of a recording: everything before it is done.
struct Place: Hashable, Comparable, Sendable {
    /// Index of a block.
    var block: Int
    /// The step of the block that comes next.
    var step: Int

    static let start = Place(block: 0, step: 0)
    static let beyond = Place(block: .max, step: 0)

    static func < (a: Place, b: Place) -> Bool {
        (a.block, a.step) < (b.block, b.step)
    }
}

/// The least that can be done at once: a read to feed, or an event to obey.
struct Step {
    var time: SessionTime
    /// Range of the block's output; empty for an event.
    var start: Int32
    var count: Int32
    /// Index into the block's events; negative for output.
    var event: Int32

    var isOutput: Bool { event < 0 }
}
