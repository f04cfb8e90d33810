import Recording

extension Player {
    /// Looks for what was written since.
    ///
    /// - Returns: whether there is more to play than before.
    public func refresh() throws(RecordingError) -> Bool {
        guard !timeline.isFinished else { return false }
        guard try reader.refresh() else { return false }
        if let torn = tornBlock { readAgain(from: torn) }
        cache.removeAll()
        timeline.isIndexed = false
        if let last = reader.blocks.indices.last {
            timeline.duration = max(timeline.duration, block(last).decoded.endTime)
        }
        timeline.isFinished = reader.isFinished
        if let summary = reader.summary { timeline.complete(with: summary) }
        return true
    }

    /// A block that was torn when it was played may be whole by now: whatever came from it is forgotten.
    private func readAgain(from index: Int) {
        tornBlock = nil
        let start = Place(block: index, step: 0)
        guard frontier > start, index < reader.blocks.count else { return }
        let wanted = time
        cache.removeAll()
        setAside = nil
        checkpoints.removeAll(after: start)
        guard let known = checkpoints.last(through: start) else { return }
        terminal.restore(known.checkpoint)
        (place, stepTime) = (known.place, known.time)
        (frontier, frontierTime) = (place, stepTime)
        timeline.forget(allBut: known.known)
        var work = Int.max
        run(to: Bound(time: wanted), work: &work)
    }
}
