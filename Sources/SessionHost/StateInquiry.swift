import Processes

/// Asks many hosts at once what their programs are doing, so that one that hangs costs the others nothing.
public enum StateInquiry {
    /// - Parameter milliseconds: how long all of it may take.
    /// - Returns: an answer for each host, in their order.
    public static func ask(
        _ hosts: [(sessionID: String, socketPath: String)], milliseconds: Int
    ) -> [Result<AgentStatus, SessionError>] {
        var answers = [Result<AgentStatus, SessionError>](
            repeating: .failure(.noAnswer(milliseconds: milliseconds)), count: hosts.count)
        var asked: [(index: Int, client: HostClient)] = []
        for (index, host) in hosts.enumerated() {
            do throws(SessionError) {
                let client = try HostClient(sessionID: host.sessionID, socketPath: host.socketPath)
                client.send(.state)
                asked.append((index, client))
            } catch {
                answers[index] = .failure(error)
            }
        }
        let deadline = MonotonicClock.now() + UInt64(milliseconds) * 1_000_000
        while !asked.isEmpty {
            let now = MonotonicClock.now()
            guard now < deadline else { break }
            var poller = Poller()
            for (_, client) in asked { poller.add(client.descriptor, client.wantsToWrite ? [.read, .write] : .read) }
            guard poller.wait(milliseconds: Int((deadline - now) / 1_000_000) + 1) else { continue }
            asked.removeAll { index, client in
                guard let answer = answer(of: client) else { return false }
                answers[index] = answer
                return true
            }
        }
        return answers
    }

    /// Nil while there is none.
    private static func answer(of client: HostClient) -> Result<AgentStatus, SessionError>? {
        client.flush()
        do throws(SessionError) {
            for case .state(let status) in try client.receive() { return .success(status) }
        } catch {
            return .failure(error)
        }
        return client.isDisconnected ? .failure(.disconnected(session: client.sessionID)) : nil
    }
}
