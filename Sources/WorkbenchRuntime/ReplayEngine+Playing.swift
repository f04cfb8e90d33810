import Playback
import Processes
import Recording
import WorkbenchModel

extension ReplayEngine {
    var isIndexing: Bool { !player.timeline.isIndexed }

    /// Whether the loop must come back at once.
    var hasWork: Bool { pendingSeek != nil || isSearching || isIndexing }

    /// Brings the playhead to where the clock says it is.
    func play(_ now: UInt64) {
        guard model.isPlaying, pendingSeek == nil, !isSearching else { return }
        let target = clock.advance(
            to: now, last: player.lastStepTime, next: player.nextStepTime, end: player.timeline.duration)
        guard target > player.time else {
            stopAtEnd()
            return
        }
        let before = player.offset
        let steps = player.lastStepTime
        var work = max(slice.bytes, 1 << 20)
        // Faster than it can be emulated: then playing lags and stays smooth.
        if player.advance(to: target, work: &work) == .unfinished { clock.move(to: player.time, at: now) }
        if player.offset != before || player.lastStepTime != steps { needsFrame = true }
        updateModel()
        stopAtEnd()
    }

    private func stopAtEnd() {
        guard player.time >= player.timeline.duration, player.nextStepTime == nil else { return }
        if isFollowing {
            model.followLive()
        } else {
            model.isPlaying = false
            setClock()
            needsDrawing = true
        }
    }

    /// One slice of what takes longer, the most urgent first.
    func work() {
        guard hasWork else { return }
        let start = MonotonicClock.now()
        if let target = pendingSeek {
            continueSeek(to: target)
        } else if isSearching {
            continueSearch()
        } else {
            player.index(work: slice.bytes)
        }
        slice.took(MonotonicClock.now() - start)
    }

    func seek(to time: SessionTime) {
        isSearching = false
        player.endSearch()
        pendingSeek = time
        seekOrigin = player.time
        continueSeek(to: time)
    }

    private func continueSeek(to target: SessionTime) {
        var work = slice.bytes
        needsFrame = true
        if player.seek(to: target, work: &work) == .done {
            pendingSeek = nil
            model.arrived()
            clock.move(to: player.time, at: MonotonicClock.now())
        } else {
            let whole = Double(max(1, target - min(seekOrigin, target)))
            model.work = .seeking(Double(player.time - min(seekOrigin, target)) / whole)
        }
        updateModel()
    }

    func search(forward: Bool) {
        guard let query = model.query else { return }
        do {
            let pattern = try TextPattern(query.text, isRegex: query.isRegex, ignoresCase: query.ignoresCase)
            pendingSeek = nil
            isSearching = true
            searchesForward = forward
            player.beginSearch(pattern, forward: forward)
        } catch {
            model.arrived()
            model.say("\(error)", isError: true)
        }
        needsDrawing = true
    }

    private func continueSearch() {
        needsDrawing = true
        switch player.continueSearch(work: slice.bytes) {
        case .searching(let part): model.work = .searching(part)
        case .found(let time):
            stopSearch()
            model.isPlaying = false
            setClock()
            clock.move(to: time, at: MonotonicClock.now())
            needsFrame = true
            updateModel()
            let keys = model.legend.hint(of: [.nextHit, .previousHit])
            model.say(
                "“\(model.query?.text ?? "")” comes onto the screen at \(TimeText.exactText(time.milliseconds))\(keys)")
        case .notFound:
            stopSearch()
            let side = searchesForward ? "after" : "before"
            model.say("“\(model.query?.text ?? "")” does not come onto the screen \(side) this time", isError: true)
        }
    }

    /// Gives up whatever is under way; the playhead stays where it got to.
    func stopWork() {
        stopSearch()
        pendingSeek = nil
        clock.move(to: player.time, at: MonotonicClock.now())
        updateModel()
    }

    private func stopSearch() {
        isSearching = false
        player.endSearch()
        model.arrived()
        clock.move(to: player.time, at: MonotonicClock.now())
    }

    func step(_ kind: Player.StepKind) {
        pendingSeek = nil
        stopSearch()
        if !player.step(kind) {
            let isForward = kind == .nextRead || kind == .nextFrame
            model.say(isForward ? "this is the end" : "this is the start")
        }
        clock.move(to: player.time, at: MonotonicClock.now())
        needsFrame = true
        updateModel()
    }

    /// A file that is still written: look for more now and then, and stay at its end if that is wanted.
    func follow(_ now: UInt64) {
        guard isFollowing, now >= nextRefresh else { return }
        nextRefresh = now + Self.refreshInterval
        guard (try? player.refresh()) == true else { return }
        hasGrown = true
        isFollowing = !player.timeline.isFinished
        updateTimeline(force: true)
        if model.followsEnd, pendingSeek == nil, !isSearching { seek(to: player.timeline.duration) }
    }

    /// Tells the model what the player found out, not too often while it indexes.
    func updateTimeline(force: Bool) {
        let now = MonotonicClock.now()
        guard force || now >= nextTimeline, force || model.timeline.indexed < 1 || isIndexing else { return }
        nextTimeline = now + 100_000_000
        let timeline = player.timeline
        let counts = KnownTimeline(
            moments: timeline.moments.count, snapshots: timeline.snapshots.count, resizes: timeline.resizes.count,
            gaps: timeline.gaps.count, isLive: isFollowing && hasGrown)
        if counts != known {
            known = counts
            model.timeline = ReplayTimeline(timeline, isLive: counts.isLive)
        } else {
            model.timeline.update(timeline)
        }
        model.signs = player.signs
        needsDrawing = true
    }

    /// Tells the model where the player is.
    func updateModel() {
        model.update(playhead: player.time.milliseconds, screen: player.size, cursor: player.cursor.position)
        let second = player.time.milliseconds / 1000
        if second != shownSecond { needsDrawing = true }
        shownSecond = second
    }
}
