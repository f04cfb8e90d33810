import Glibc

/// A running session, steered from outside: what the command line and the REST interface do with one.
///
/// Each call waits for the host's answer. For one thread at a time.
public struct SessionSteering {
    private let client: HostClient

    public init(_ facts: SessionFacts) throws(SessionError) {
        try self.init(sessionID: facts.sessionID, socketPath: facts.socketPath)
    }

    public init(sessionID: String, socketPath: String) throws(SessionError) {
        client = try HostClient(sessionID: sessionID, socketPath: socketPath)
    }

    /// The session as its host sees it.
    public func status() throws(SessionError) -> SessionStatus {
        try client.request(.status) { answer throws(SessionError) -> SessionStatus? in
            if case .welcome(let status) = answer { status } else { nil }
        }
    }

    /// Types text into the program, as a paste where it takes pastes.
    ///
    /// One that has just started gets it once it is ready, which takes up to 15 s.
    ///
    /// - Throws: `refused` while it waits for a permission, which Enter would grant, or is paused.
    public func prompt(_ request: PromptRequest) throws(SessionError) {
        try send(.prompt(request), milliseconds: 30_000)
    }

    /// Presses keys; returns when the host has taken them.
    ///
    /// - Parameter keys: names of keys (``SteeringKey``), or the characters themselves.
    public func press(_ keys: [String]) throws(SessionError) {
        client.send(.input(keys.flatMap { SteeringKey.bytes(of: $0) }))
        // The answer to a question about the session comes after what was sent before it was taken.
        _ = try status()
    }

    /// Stops the program until it is resumed.
    public func pause() throws(SessionError) { try send(.signal(SIGSTOP)) }

    public func resume() throws(SessionError) { try send(.signal(SIGCONT)) }

    /// Marks a moment; it is on disk when this returns.
    public func mark(_ request: MomentRequest) throws(SessionError) -> MomentReport {
        try client.request(.moment(request)) { answer throws(SessionError) -> MomentReport? in
            switch answer {
            case .moment(let report): return report
            case .refused(let reason): throw .refused(status: 1, reason: reason)
            default: return nil
            }
        }
    }

    /// Takes a snapshot of the workspace; a large tree's first one takes its time.
    ///
    /// - Throws: `noAnswer` after so many milliseconds; the snapshot is finished all the same.
    public func snapshot(_ demand: SnapshotDemand, milliseconds: Int) throws(SessionError) -> SnapshotReport {
        try client.request(.snapshot(demand), milliseconds: milliseconds) {
            answer throws(SessionError) -> SnapshotReport? in
            switch answer {
            case .snapshot(let report): return report
            case .refused(let reason): throw .refused(status: 1, reason: reason)
            default: return nil
            }
        }
    }

    /// Ends the session: the signal first, SIGKILL if that isn't heeded.
    ///
    /// - Parameter waits: for the session's end; otherwise only until the host has heard of it.
    public func stop(signal: Int32, waits: Bool = true) throws(SessionError) {
        guard waits else {
            client.send(.stop(signal: signal))
            do {
                _ = try status()
            } catch SessionError.disconnected {
                // It is gone already, which was the wish.
            }
            return
        }
        do {
            // Attached as a viewer would be, so that it is told of the end.
            try client.request(.stop(signal: signal), milliseconds: 60_000) {
                answer throws(SessionError) -> Bool? in
                switch answer {
                case .finished: return true
                case .refused(let reason): throw .refused(status: 1, reason: reason)
                default: return nil
                }
            }
        } catch SessionError.disconnected {
            // It is gone, which was the wish.
        }
    }

    private func send(_ message: ClientMessage, milliseconds: Int = 10_000) throws(SessionError) {
        try client.request(message, milliseconds: milliseconds) { answer throws(SessionError) -> Bool? in
            switch answer {
            case .done: return true
            case .refused(let reason): throw .refused(status: 1, reason: reason)
            default: return nil
            }
        }
    }
}

/// Keys as people write them.
public enum SteeringKey {
    /// Those that ``bytes(of:)`` knows by name.
    public static let names = [
        "Enter", "Escape", "Esc", "Tab", "Space", "Backspace", "Up", "Down", "Left", "Right",
    ]

    /// Enter, Escape, Tab, Space, Backspace, Up, Down, Left, Right, `C-c`; anything else is the characters themselves.
    public static func bytes(of key: String) -> [UInt8] {
        switch key {
        case "Enter": return [0x0D]
        case "Escape", "Esc": return [0x1B]
        case "Tab": return [0x09]
        case "Space": return [0x20]
        case "Backspace": return [0x7F]
        case "Up": return Array("\u{1B}[A".utf8)
        case "Down": return Array("\u{1B}[B".utf8)
        case "Right": return Array("\u{1B}[C".utf8)
        case "Left": return Array("\u{1B}[D".utf8)
        default: break
        }
        let letters = Array(key.utf8)
        if letters.count == 3, key.hasPrefix("C-"), (0x40...0x7F).contains(letters[2]) { return [letters[2] & 0x1F] }
        return letters
    }
}
