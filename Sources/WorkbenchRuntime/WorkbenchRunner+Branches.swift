import FoundationEssentials
import Processes
import Recording
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    // MARK: Tied clocks

    /// Brings the players that are tied to one to its time, speed and rest.
    func follow(_ pane: PaneID) {
        guard let leader = engines[pane] else { return }
        let times = workbench.tiedTimes(of: pane, at: leader.model.target ?? leader.model.playhead)
        for (id, time) in times {
            guard let engine = engines[id] else { continue }
            // Skipped idle time would make them drift apart.
            if engine.model.skipsIdle { engine.apply(.toggleIdleSkip) }
            if engine.model.speed != leader.model.speed { engine.apply(.setSpeed(leader.model.speed)) }
            let wanted = min(time, engine.model.timeline.duration)
            if abs((engine.model.target ?? engine.model.playhead) - wanted) > 40 {
                engine.carryOut(engine.model.seek(to: wanted))
            }
            let plays = leader.model.isPlaying && time < engine.model.timeline.duration
            if engine.model.isPlaying != plays {
                engine.model.isPlaying = plays
                engine.setClock()
            }
            engine.model.message = nil
            engine.needsDrawing = true
        }
        if !times.isEmpty, leader.model.skipsIdle { leader.apply(.toggleIdleSkip) }
    }

    // MARK: Jobs

    func start(_ job: Job, in pane: PaneID) throws {
        jobs[pane] = try JobProcess(
            [options.executable] + job.arguments, environment: options.environment, folder: options.folder)
        workbench.update(pane) {
            $0.output = TextPage(title: job.title, lines: ["$ ah \(job.arguments.joined(separator: " "))"])
        }
    }

    func compare(_ comparison: Comparison, in pane: PaneID) throws {
        let test = comparison.test.map { ["--test", $0] } ?? []
        jobs[pane] = try JobProcess(
            [options.executable, "agent", "compare", "--json"] + test + comparison.sessions,
            environment: options.environment, folder: options.folder)
    }

    /// A job has printed something, or ended.
    func receive(_ process: JobProcess, in pane: PaneID) {
        let lines = process.read()
        needsDrawing = true
        switch workbench.panes[pane]?.source {
        case .job(let job):
            // A document is for us; what is said beside it is for the user.
            let isDocument = job.purpose != .report
            append(isDocument ? lines.filter { !Self.isDocumentLine($0) } : lines, to: pane)
            guard let end = process.end() else { return }
            jobs[pane] = nil
            append(process.read() + (end.rest.map { [$0] } ?? []) + [Self.ending(end.status)], to: pane)
            if case .bisect(let session) = job.purpose { bisected(session, process.document, pane) }
        case .comparison:
            guard let end = process.end() else { return }
            jobs[pane] = nil
            _ = process.read()
            compared(process.document, end, lines, pane)
        default:
            if process.end() != nil { jobs[pane] = nil }
        }
    }

    private static func isDocumentLine(_ line: String) -> Bool {
        line.hasPrefix("{") || line.hasPrefix("}") || line.hasPrefix("  ")
    }

    private static func ending(_ status: Int32) -> String {
        status == 0 ? "done; q closes this pane" : "ended with status \(status); q closes this pane"
    }

    private func append(_ lines: [String], to pane: PaneID) {
        guard !lines.isEmpty else { return }
        let rows = workbench.contentSizes[pane]?.rows ?? 10
        workbench.update(pane) { pane in
            let atEnd = pane.output.top + rows >= pane.output.lines.count
            pane.output.lines += lines
            if pane.output.lines.count > 20_000 { pane.output.lines.removeFirst(10_000) }
            // A diff is read from its top; what goes on is followed.
            if atEnd, self.jobs[pane.id] != nil { pane.output.top = max(0, pane.output.lines.count - rows) }
        }
    }

    private struct BisectDocument: Decodable {
        var result: String
        var explanation: String
        var time: Double?
        var firstBad: String?
    }

    private func bisected(_ session: String, _ document: [UInt8], _ pane: PaneID) {
        guard let report = try? JSONDecoder().decode(BisectDocument.self, from: Data(document)) else {
            workbench.say("the bisection gave no result; its pane says why", isError: true)
            return
        }
        append([report.explanation], to: pane)
        guard report.result == "found", let time = report.time else {
            workbench.say(report.explanation, isError: true)
            return
        }
        workbench.found(session, at: Int64(time * 1000), beside: pane, report.explanation)
    }

    private func compared(_ document: [UInt8], _ end: (status: Int32, rest: String?), _ lines: [String], _ pane: PaneID)
    {
        do {
            let rows = try JSONDecoder().decode([Comparison.Row].self, from: Data(document))
            workbench.show(rows, in: pane)
        } catch {
            let reason = end.rest ?? lines.last ?? "it ended with status \(end.status)"
            workbench.show([], in: pane, problem: reason)
        }
    }
}
