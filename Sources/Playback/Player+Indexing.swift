import Recording

extension Player {
    /// Reads on from the frontier by so many bytes of output, and comes back to where the playhead was.
    ///
    /// - Returns: how much of the recording is indexed, 0 … 1.
    @discardableResult
    public func index(work: Int) -> Double {
        guard !timeline.isIndexed else { return 1 }
        var work = work
        let here = savedPosition()
        goToFrontier()
        run(to: Bound(), work: &work)
        if place != here.place { restore(here) }
        return timeline.progress
    }

    /// Reads all of it. For programs that need every line, not for a screen that someone waits for.
    public func indexAll() {
        while !timeline.isIndexed { index(work: 16 << 20) }
    }

    /// Memory that checkpoints take, in bytes, roughly.
    public var checkpointByteCount: Int { checkpoints.byteCount }
}
