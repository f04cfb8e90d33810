import SessionHost

extension SessionCatalogue {
    /// The same sessions, those that run with what their programs are doing now, as their hosts know it. Of one that doesn't
    /// answer in time the state is `unknown`, and why.
    public func asked(_ sessions: [SessionEntry], milliseconds: Int = 500) -> [SessionEntry] {
        var sessions = sessions
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
}

extension SessionEntry {
    /// What its host knows of the program.
    mutating func take(_ status: AgentStatus) {
        let report = status.report
        (state, stateSource, stateEvidence, stateSince) = (report.state, report.source, report.evidence, report.time)
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
