import Emulation
import Recording
import ScreenModel

extension Player {
    /// How far to go: through everything at or before `time`, and not past `place`.
    struct Bound {
        var time = SessionTime(milliseconds: .max)
        var place = Place.beyond
    }

    /// Plays on from where the terminal is.
    ///
    /// - Parameter work: output bytes to feed at most, roughly; counted down.
    @discardableResult
    func run(to bound: Bound, work: inout Int) -> Outcome {
        run(to: bound, work: &work, singly: false) { _ in true }
    }

    /// The same, read by read, each shown to the observer; false from it stops the run.
    @discardableResult
    func run(to bound: Bound, work: inout Int, observer: (Changes) -> Bool) -> Outcome {
        run(to: bound, work: &work, singly: true, observer: observer)
    }

    func run(to bound: Bound, work: inout Int, singly: Bool, observer: (Changes) -> Bool) -> Outcome {
        while place < bound.place, place.block < reader.blocks.count {
            let block = block(place.block)
            guard place.step < block.steps.count else {
                finishBlock()
                continue
            }
            guard block.steps[place.step].time <= bound.time else { return .done }
            guard work > 0 else { return .unfinished }
            let changes = play(block, to: bound, work: &work, singly: singly)
            if !observer(changes) { return .done }
        }
        if place.block >= reader.blocks.count, place >= frontier { timeline.isIndexed = true }
        return .done
    }

    /// On to the next block, so that a place between two blocks is always the start of the second.
    private func finishBlock() {
        let isFrontier = place == frontier
        if reader.blocks[place.block].condition == .torn { tornBlock = place.block }
        place = Place(block: place.block + 1, step: 0)
        if isFrontier { frontier = place }
    }

    /// Feeds the reads up to the bound, the next event, the next checkpoint or the frontier; or obeys one event.
    private func play(_ block: PlaybackBlock, to bound: Bound, work: inout Int, singly: Bool) -> Changes {
        if place == frontier { goToFrontier() }
        let extends = place >= frontier
        if !extends, let known = checkpoints.outcome(from: place), known.before == place {
            return repeatOutcome(known.after, work: &work)
        }
        let before = place
        let owesResize = terminal.owesPrimaryResize
        let step = block.steps[place.step]
        let changes: Changes
        if step.isOutput {
            let end = chunkEnd(in: block, to: bound, work: singly || owesResize ? 0 : work, extends: extends)
            changes = feed(block, through: end, extends: extends)
            work -= Int(block.steps[end - 1].start + block.steps[end - 1].count - step.start) + 64
            place.step = end
        } else {
            changes = obey(block.decoded.events[Int(step.event)], extends: extends)
            work -= 64
            place.step += 1
        }
        stepTime = max(stepTime, block.steps[place.step - 1].time)
        if place.step >= block.steps.count { finishBlock() }
        if extends {
            let isResize = !step.isOutput && !changes.rows.isEmpty
            moveFrontier(from: before, usesScrollback: isResize || owesResize && !terminal.owesPrimaryResize)
        }
        return changes
    }

    /// A resize that was done once: what it gave depends on a scrollback that may be gone.
    private func repeatOutcome(_ known: SavedPosition, work: inout Int) -> Changes {
        terminal.restore(known.checkpoint)
        forgetChanges()
        place = known.place
        stepTime = known.time
        work -= 4096
        var changes = Changes()
        changes.rows = .all(terminal.size.rows)
        return changes
    }

    /// The first step that does not belong to the piece that is fed at once.
    private func chunkEnd(in block: PlaybackBlock, to bound: Bound, work: Int, extends: Bool) -> Int {
        var limit = block.steps.count
        if bound.place.block == place.block { limit = min(limit, bound.place.step) }
        if !extends, frontier.block == place.block { limit = min(limit, frontier.step) }
        if !extends, let known = checkpoints.outcome(from: place), known.before.block == place.block {
            limit = min(limit, known.before.step)
        }
        var room = work
        if extends {
            let fed = terminal.offset - (checkpoints.positions.last?.checkpoint.offset ?? 0)
            room = min(room, Int(checkpoints.interval - min(fed, checkpoints.interval)))
        }
        var end = place.step
        var bytes = 0
        repeat {
            bytes += Int(block.steps[end].count)
            end += 1
        } while end < limit && block.steps[end].isOutput && block.steps[end].time <= bound.time && bytes < room
        return end
    }

    private func feed(_ block: PlaybackBlock, through end: Int, extends: Bool) -> Changes {
        let first = block.steps[place.step]
        let last = block.steps[end - 1]
        if extends {
            for step in block.steps[place.step..<end] { timeline.density.add(Int(step.count), at: step.time) }
        }
        return block.decoded.output.withUnsafeBytes { bytes in
            terminal.feed(UnsafeRawBufferPointer(rebasing: bytes[Int(first.start)..<Int(last.start + last.count)]))
        }
    }

    private func obey(_ event: Event, extends: Bool) -> Changes {
        var changes = Changes()
        if case .resize(let columns, let rows) = event.kind {
            changes = terminal.resize(to: Size(columns: columns, rows: rows))
        }
        guard extends else { return changes }
        timeline.note(event, hasSummary: reader.summary != nil)
        let line = Timeline.Line(
            line: terminal.topLine + terminal.cursor.position.row, column: terminal.cursor.position.column,
            isAlternateScreen: terminal.modes.alternateScreen)
        switch event.kind {
        case .moment: timeline.momentLines.append(line)
        case .snapshot: timeline.snapshotLines.append(line)
        default: break
        }
        return changes
    }

    /// The terminal is where none was before: remember how to come back here.
    private func moveFrontier(from before: Place, usesScrollback: Bool) {
        frontier = place
        frontierTime = stepTime
        timeline.indexedBytes = terminal.offset
        timeline.indexedTime = stepTime
        let fed = terminal.offset - (checkpoints.positions.last?.checkpoint.offset ?? 0)
        if usesScrollback {
            checkpoints.append(outcome: savedPosition(), ofStepAt: before)
        } else if fed >= checkpoints.interval {
            checkpoints.append(savedPosition())
        }
    }

    func savedPosition() -> SavedPosition {
        SavedPosition(place: place, time: stepTime, checkpoint: terminal.checkpoint(), known: timeline.counts)
    }

    /// Takes the terminal elsewhere, not losing the frontier.
    func restore(_ position: SavedPosition) {
        if place == frontier, setAside == nil { setAside = terminal.setAside() }
        terminal.restore(position.checkpoint)
        forgetChanges()
        place = position.place
        stepTime = position.time
    }

    /// A restored terminal calls every row changed; what steps change must be theirs alone.
    private func forgetChanges() { terminal.feed([]) }

    /// Takes the terminal back to the frontier, with the scrollback that it had there.
    func goToFrontier() {
        guard let state = setAside else { return }
        setAside = nil
        terminal.bringBack(state)
        forgetChanges()
        place = frontier
        stepTime = frontierTime
    }
}
