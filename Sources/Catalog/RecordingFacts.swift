import FoundationEssentials
import Recording
import SessionHost

/// All that the catalogue takes from one recording.
struct RecordingFacts {
    /// Name among the recordings: the file, or a link to it.
    var place: String
    var path: String
    var isElsewhere: Bool
    var stamp: FileStamp
    var session: SessionMetadata
    var branch: BranchMetadata?
    var duration: Int64 = 0
    var exit: ExitStatus?
    var status: SessionLifecycle
    var isFinished = false
    var summary = Summary()
    var problem: String?
    /// The host's, while it runs.
    var live: SessionFacts?

    /// Reads a file; what is damaged is still a recording, with a problem.
    ///
    /// Of one that a host is writing only the beginning is read: its host knows the rest.
    init?(_ file: FileSurvey.RecordingName, live: SessionFacts?) {
        guard let stamp = FileStamp(file.path) else { return nil }
        self.stamp = stamp
        self.live = live
        (place, path, isElsewhere) = (file.place, file.path, file.isElsewhere)
        session = SessionMetadata(sessionID: file.session, command: [], startedAt: stamp.modified / 1_000_000)
        status = .failed
        do throws(RecordingError) {
            let reader = try RecordingReader.open(path: file.path)
            isFinished = reader.isFinished
            if live == nil {
                if let closing = reader.summary { summary = closing } else { summary = try reader.index() }
            } else if !reader.blocks.isEmpty {
                for event in try reader.block(0).events { take(event) }
            }
            if !isFinished, live == nil { problem = "it ends without its closing block: its recorder was killed" }
            if let warning = reader.warnings.first(where: { $0.reason != .unfinished }) { problem = "\(warning)" }
        } catch {
            problem = "\(error)"
        }
        if let metadata = summary.metadata {
            // Another recording was put in the place of the one that the link was made for.
            guard !isElsewhere || metadata.sessionID == file.session else { return nil }
            session = metadata
            session.sessionID = file.session
        } else if let live {
            session.command = live.command
            session.startedAt = live.startedAt
            session.name = live.name
        } else if summary.startedAt > 0 {
            session.startedAt = summary.startedAt
        }
        branch = summary.branch
        duration = max(0, summary.duration.milliseconds)
        exit = summary.exit
        status = live == nil ? lifecycle : .running
    }

    private mutating func take(_ event: Event) {
        switch event.kind {
        case .metadata(let metadata): summary.metadata = metadata
        case .branch(let branch): summary.branch = branch
        default: break
        }
    }

    private var lifecycle: SessionLifecycle {
        guard let exit else { return isFinished ? .completed : .failed }
        if exit.shellStatus == 0 { return .completed }
        // The host knows whether somebody wanted it to end: then how it did is no failure.
        if let last = summary.states.last?.value, last.source == "exit", last.state == "done" { return .stopped }
        return .failed
    }

    /// The states that the recording tells of.
    var states: [StateEntry] {
        summary.states.map {
            StateEntry(
                time: $0.time.milliseconds, state: $0.value.state, source: $0.value.source,
                evidence: $0.value.evidence)
        }
    }
}
