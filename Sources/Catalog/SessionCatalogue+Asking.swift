import SessionHost

extension SessionCatalogue {
    /// The same sessions, those that run with what their programs are doing now, as their hosts know it, and how long they have
    /// run. Of one that doesn't answer in time the state is `unknown`, and why.
    ///
    /// - Parameter now: milliseconds since 1970.
    public func asked(_ sessions: [SessionEntry], now: Int64, milliseconds: Int = 500) -> [SessionEntry] {
        var sessions = sessions
        for index in sessions.indices where sessions[index].status.isLive {
            // Nothing is read of a recording that is being written.
            sessions[index].duration = max(sessions[index].duration, now - sessions[index].startedAt)
        }
        let live = sessions.indices.filter { sessions[$0].status.isLive && sessions[$0].socket != nil }
        let answers = StateInquiry.ask(
            live.map { (sessions[$0].id, sessions[$0].socket ?? "") }, milliseconds: milliseconds)
        for (index, answer) in zip(live, answers) {
            switch answer {
            case .success(let status): sessions[index].take(status)
            case .failure(let error): sessions[index].loseState("\(error)")
            }
        }
        return sessions
    }

    /// The sessions that a filter lets through, ``asked(_:now:milliseconds:)``, and how many there are in all. Only its host knows
    /// whether one that runs is paused, so that a filter that tells these apart is looked at after asking.
    public func asked(
        _ filter: SessionFilter, now: Int64
    ) throws(CatalogError) -> (items: [SessionEntry], total: Int) {
        guard filter.statuses.contains(.running) != filter.statuses.contains(.paused) else {
            return (asked(try sessions(filter), now: now), try count(filter))
        }
        var wide = filter
        wide.statuses.formUnion([.running, .paused])
        (wide.limit, wide.offset) = (nil, 0)
        let found = asked(try sessions(wide), now: now).filter { filter.statuses.contains($0.status) }
        let page = found.dropFirst(filter.offset).prefix(filter.limit ?? .max)
        return (Array(page), found.count)
    }
}

extension SessionEntry {
    /// What its host knows of the program.
    mutating func take(_ status: AgentStatus) {
        let report = status.report
        (state, stateSource, stateEvidence, stateSince) = (report.state, report.source, report.evidence, report.time)
        if status.isPaused, self.status == .running { self.status = .paused }
        if !status.isPaused, self.status == .paused { self.status = .running }
    }

    fileprivate mutating func loseState(_ reason: String) {
        (state, stateSource, stateEvidence, stateSince) = ("unknown", nil, reason, nil)
    }

    /// One that has ended is done or has failed, also where nobody was left to record that.
    mutating func settleState() {
        guard !status.isLive, state != "done", state != "failed" else { return }
        stateSince = duration
        if let exitSignal {
            (state, stateSource, stateEvidence) = ("failed", "exit", "it was killed by signal \(exitSignal)")
        } else if let exitCode {
            (state, stateSource) = (exitCode == 0 ? "done" : "failed", "exit")
            stateEvidence = "it ended with status \(exitCode)"
        } else if recording?.isFinished == true {
            (state, stateSource, stateEvidence) = ("done", nil, "its recording ends, and doesn't say how")
        } else {
            (state, stateSource, stateEvidence) = ("unknown", nil, "its recorder was killed before its end")
        }
    }
}
