extension ReplayModel {
    /// While playing, “previous” means the one before that which has just gone by.
    private static let grace: Int64 = 1000

    mutating func move(_ command: Command) -> [Effect] {
        switch command {
        case .scrub(let milliseconds): return scrub(by: milliseconds)
        case .toStart: return seek(to: 0)
        case .toEnd: return toEnd()
        case .previousMoment: return toPrevious(in: timeline.moments, "moment")
        case .nextMoment: return toNext(in: timeline.moments, "moment")
        case .previousSnapshot where mode == .files, .nextSnapshot where mode == .files: return moveFiles(command)
        case .previousSnapshot: return toPrevious(in: timeline.snapshots, "snapshot")
        case .nextSnapshot: return toNext(in: timeline.snapshots, "snapshot")
        case .goTo(let place?): return go(to: place)
        default:
            mode = .prompt(Prompt(purpose: .goTo, history: places))
            return []
        }
    }

    /// Where keys count from: where the playhead is going, else where it is.
    private var base: Int64 { target ?? playhead }

    /// Goes to a time, brought into the recording's range.
    public mutating func seek(to milliseconds: Int64) -> [Effect] {
        let time = min(max(0, milliseconds), timeline.duration)
        target = time
        followsEnd = false
        return [.seek(milliseconds: time)]
    }

    private mutating func scrub(by milliseconds: Int64) -> [Effect] {
        let (time, overflow) = base.addingReportingOverflow(milliseconds)
        if !overflow, time >= timeline.duration, timeline.isLive { return toEnd() }
        return seek(to: overflow ? (milliseconds < 0 ? 0 : timeline.duration) : time)
    }

    private mutating func toEnd() -> [Effect] {
        target = timeline.duration
        followsEnd = timeline.isLive
        return [.seekToEnd]
    }

    /// Playing reached the end of what a running session has written so far: from now on it shows what comes.
    public mutating func followLive() {
        followsEnd = true
    }

    private mutating func toNext(in points: [ReplayTimeline.Point], _ what: String) -> [Effect] {
        guard let point = ReplayTimeline.next(in: points, after: base) else {
            return none(points.isEmpty ? "there are no \(what)s in this recording" : "no later \(what)")
        }
        return arrive(at: point, what)
    }

    private mutating func toPrevious(in points: [ReplayTimeline.Point], _ what: String) -> [Effect] {
        let grace = isPlaying && target == nil ? Int64(Double(Self.grace) * speed) : 0
        guard let point = ReplayTimeline.previous(in: points, before: base - grace) else {
            return none(points.isEmpty ? "there are no \(what)s in this recording" : "no earlier \(what)")
        }
        return arrive(at: point, what)
    }

    private mutating func arrive(at point: ReplayTimeline.Point, _ what: String) -> [Effect] {
        say("\(what) \(point.id): \(point.label)")
        return seek(to: point.milliseconds)
    }

    private mutating func none(_ text: String) -> [Effect] {
        say(text, isError: true)
        return []
    }

    private mutating func go(to place: GoTo) -> [Effect] {
        switch place {
        case .time(let milliseconds): return seek(to: milliseconds)
        case .relative(let milliseconds): return scrub(by: milliseconds)
        case .percent(let part): return seek(to: Int64(Double(timeline.duration) * part / 100))
        case .moment(let id): return go(to: timeline.moments.first { $0.id == id }, "moment", "\(id)")
        case .snapshot(let id): return go(to: timeline.snapshots.first { $0.id == id }, "snapshot", "\(id)")
        case .name(let name): return go(toName: name)
        }
    }

    private mutating func go(to point: ReplayTimeline.Point?, _ what: String, _ id: String) -> [Effect] {
        guard let point else {
            return none("there is no \(what) \(id); a time needs a unit: \(id)s, \(id)m, 0:\(id)")
        }
        return arrive(at: point, what)
    }

    /// The exact name, else the start of one, else a part of one; moments before snapshots, whatever the case.
    private mutating func go(toName name: String) -> [Effect] {
        let wanted = name.lowercased()
        let points = timeline.moments.map { ($0, "moment") } + timeline.snapshots.map { ($0, "snapshot") }
        let matches: [(String) -> Bool] = [
            { $0 == wanted }, { $0.hasPrefix(wanted) }, { Self.contains($0, wanted) },
        ]
        for match in matches {
            if let (point, what) = points.first(where: { match($0.0.label.lowercased()) }) {
                return arrive(at: point, what)
            }
        }
        return none("no moment or snapshot is named “\(name)”, and it is no time such as 1:23, 5m or 80%")
    }

    /// Without Foundation there is no search for a substring.
    private static func contains(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        guard !part.isEmpty, part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}
