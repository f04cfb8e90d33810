import SessionHost
import WorkbenchRuntime

/// What `record` and `attach` say and return after the viewer has gone.
struct WatchReport {
    let sessionID: String
    let recordingPath: String

    /// - Returns: the exit status.
    func report(_ outcome: LiveViewer.Outcome, remarks: [String]) throws -> Int32 {
        for remark in remarks { Program.complain(remark) }
        switch outcome {
        case .ended(let exit, let recording):
            if let problem = recording?.problem, !remarks.contains(problem) { Program.complain(problem) }
            Program.say(recordingPath)
            return exit.shellStatus
        case .detached:
            Program.say("detached from \(sessionID); it goes on. To see it again: ah attach \(sessionID.prefix(8))")
            return 0
        case .terminalClosed:
            // 128 + SIGHUP, as any program that lost its terminal.
            return 129
        case .failed(let reason):
            throw Failure("\(reason); recorded so far: \(recordingPath)")
        }
    }
}
