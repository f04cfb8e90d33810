import ServiceLifecycle
import Synchronization

/// Lets `ah` do, now and then, what it does after each session's end: apply retention's limits as the settings say, and read
/// new recordings into the search index. A session whose host was killed has nobody else who does.
struct Housekeeping: Service {
    let service: RESTService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await service.keepHouse() } while await Self.sleep(service.settings.upkeepPause)
        }
    }

    /// - Returns: whether to go on: not when the server ends.
    static func sleep(_ time: Duration) async -> Bool { (try? await Task.sleep(for: time)) != nil }
}

extension RESTService {
    /// Starts one round, and waits for its end unless the server ends before; whatever goes wrong, the next makes up for it.
    func keepHouse() async {
        guard settings.keepsHouse else { return }
        do {
            try launcher.begin(["__upkeep"])
            upkeepProblem.withLock { $0 = nil }
        } catch {
            upkeepProblem.withLock { $0 = "the upkeep can't be started: \(error)" }
        }
        while launcher.reap() > 0, await Housekeeping.sleep(.milliseconds(200)) {}
    }
}
