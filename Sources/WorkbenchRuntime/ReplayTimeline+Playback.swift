import Playback
import Recording
import WorkbenchModel

extension ReplayTimeline {
    /// What a player knows of its recording, as the workbench shows it.
    init(_ timeline: Timeline, isLive: Bool) {
        self.init(
            duration: timeline.duration.milliseconds,
            moments: timeline.moments.map {
                Point(id: $0.value.id, label: $0.value.label, milliseconds: $0.time.milliseconds)
            },
            snapshots: timeline.snapshots.enumerated().map { index, snapshot in
                // Version 1's writers number none: count them then.
                let id = snapshot.value.id == 0 ? UInt64(index + 1) : snapshot.value.id
                return Point(id: id, label: snapshot.value.label, milliseconds: snapshot.time.milliseconds)
            },
            resizes: timeline.resizes.map(\.time.milliseconds), gaps: timeline.gaps.map(\.time.milliseconds),
            isLive: isLive)
        update(timeline)
    }

    /// What changes while indexing goes on.
    mutating func update(_ timeline: Timeline) {
        duration = timeline.duration.milliseconds
        if states.count != timeline.states.count {
            states = timeline.states.map { change in
                let state = change.value.state
                return State(
                    text: state.replacing("-", with: " "), waitsForPerson: state.hasPrefix("waits"),
                    milliseconds: change.time.milliseconds)
            }
        }
        density = timeline.density.levels(256, duration: timeline.duration)
        indexed = timeline.progress
    }
}

extension Player {
    /// The moments and snapshots before the playhead whose lines are on the screen now.
    var signs: [ReplayModel.Sign] {
        let rows = topLine..<topLine + size.rows
        let isAlternate = modes.alternateScreen
        func sign(_ line: Timeline.Line, _ time: SessionTime, isSnapshot: Bool) -> ReplayModel.Sign? {
            guard time <= self.time, line.isAlternateScreen == isAlternate, rows.contains(line.line) else { return nil }
            return ReplayModel.Sign(row: line.line - topLine, isSnapshot: isSnapshot)
        }
        // A screen shows few of them; of very many, the last before the playhead can matter.
        let moments = zip(timeline.momentLines, timeline.moments).suffix(5000)
        let snapshots = zip(timeline.snapshotLines, timeline.snapshots).suffix(5000)
        return moments.compactMap { sign($0, $1.time, isSnapshot: false) }
            + snapshots.compactMap { sign($0, $1.time, isSnapshot: true) }
    }
}
