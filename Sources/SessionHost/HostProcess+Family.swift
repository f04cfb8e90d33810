import FoundationEssentials
import Glibc
import Processes

/// What the child has started in process groups and sessions of its own: signals to the child's group don't reach it.
extension HostProcess {
    private var processFamily: ProcessFamily { ProcessFamily(of: child.pid, besides: otherHosts) }

    private var remainingFamily: ProcessFamily {
        ProcessFamily(outliving: child.pid, family, besides: otherHosts)
    }

    /// The hosts of other sessions: one that was started within this one goes on without it.
    private var otherHosts: Set<Int32> {
        let folder = configuration.factsPath.parentFolder
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(
            names.filter { $0.hasSuffix(".json") }.compactMap { name in
                FileManager.default.contents(atPath: "\(folder)/\(name)")
                    .flatMap { try? JSONDecoder().decode(SessionFacts.self, from: $0) }?.pid
            })
    }

    func pauseAll() {
        signalChild(SIGSTOP)
        pausedFamily += processFamily.stopAll()
    }

    func resumeAll() {
        for member in pausedFamily { ProcessFamily.signal(member, SIGCONT) }
        pausedFamily = []
        signalChild(SIGCONT)
    }

    /// Before a signal that may end the child: whom it started is known by their parents, as long as these live.
    func prepareEnd(_ signal: Int32) {
        endsWholly = true
        guard signal == SIGKILL else {
            family.formUnion(processFamily.members())
            for member in pausedFamily { ProcessFamily.signal(member, SIGCONT) }
            pausedFamily = []
            return
        }
        // Stopped first, so that none starts another meanwhile.
        family.formUnion(processFamily.stopAll())
        family.formUnion(processFamily.members())
        for member in family { ProcessFamily.signal(member, SIGKILL) }
    }

    /// The child has ended: what it has left behind is asked to end, too.
    func endLeftovers(_ now: UInt64) {
        guard endsWholly else { return }
        // Stopped first, so that none starts another meanwhile.
        remainingFamily.stopAll()
        family = Set(remainingFamily.members()).filter(ProcessFamily.isAlive)
        guard !family.isEmpty else { return }
        for member in family {
            for signal in [SIGTERM, SIGHUP, SIGCONT] { ProcessFamily.signal(member, signal) }
        }
        leftoversEnd = now + Self.leftoverPatience
    }

    /// Whether nothing of it runs any more, or has just been killed.
    func hasNoLeftovers(_ now: UInt64) -> Bool {
        guard let end = leftoversEnd else { return true }
        if now >= end { remainingFamily.stopAll() }
        family = Set(remainingFamily.members()).filter(ProcessFamily.isAlive)
        if now >= end {
            for member in family { ProcessFamily.signal(member, SIGKILL) }
            family = []
        }
        if family.isEmpty { leftoversEnd = nil }
        return family.isEmpty
    }

    /// Nanoseconds that they have after the child's end.
    private static let leftoverPatience: UInt64 = 1_000_000_000
}
