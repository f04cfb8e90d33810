/// Text that is typed into a program once it is ready for it: when its first output has paused, or after a while.
///
/// Enter comes a little later, since programs take what follows a paste at once for a part of it.
struct Injection {
    private enum State {
        /// Waits for output, and then for a pause in it.
        case waiting(quietSince: UInt64?)
        case ready
        case held(until: UInt64)
        case typed(at: UInt64)
        case done
    }

    private let text: String
    private let start: UInt64
    private let isSubmitted: Bool
    /// The client that waits until it is typed.
    let client: UInt64?
    private var state = State.waiting(quietSince: nil)

    /// Nanoseconds without output after which a program counts as ready, and how long it may take to become so.
    fileprivate static let quiet: UInt64 = 600_000_000
    fileprivate static let patience: UInt64 = 15_000_000_000
    private static let beforeEnter: UInt64 = 150_000_000

    init(_ text: String, now: UInt64) {
        self.text = text
        start = now
        isSubmitted = true
        client = nil
    }

    /// - Parameter waiting: for a program that isn't ready yet; nil: it is, and the text is typed at once.
    init(_ request: PromptRequest, for client: UInt64?, waiting readiness: Readiness? = nil) {
        text = request.text
        start = readiness?.start ?? 0
        isSubmitted = request.isSubmitted
        self.client = client
        state = readiness.map { .waiting(quietSince: $0.lastOutput) } ?? .ready
    }

    /// Whether its text was typed, and only Enter is left.
    var isTyped: Bool {
        if case .typed = state { true } else { false }
    }

    /// Waits for a while, as when the program was stopped or asks for something else.
    mutating func hold(at now: UInt64) {
        switch state {
        case .waiting, .ready, .held: state = .held(until: now + Self.quiet)
        case .typed: state = .typed(at: now + Self.quiet)
        case .done: break
        }
    }

    var isDone: Bool {
        if case .done = state { true } else { false }
    }

    mutating func noteOutput(at now: UInt64) {
        if case .waiting = state { state = .waiting(quietSince: now) }
    }

    /// When there is something to type.
    var due: UInt64? {
        switch state {
        case .waiting(let since): min(since.map { $0 + Self.quiet } ?? .max, start + Self.patience)
        case .ready: 0
        case .held(let time): time
        case .typed(let time): time + Self.beforeEnter
        case .done: nil
        }
    }

    /// What to type now.
    mutating func next(at now: UInt64, pastes: Bool) -> [UInt8]? {
        guard let due, now >= due else { return nil }
        if case .typed = state {
            state = .done
            return [0x0D]
        }
        state = isSubmitted ? .typed(at: now) : .done
        // The end of a paste within the text would let the rest act as keys.
        let plain = Array(text.utf8).filter { $0 != 0x1B }
        return pastes ? Array("\u{1B}[200~".utf8) + plain + Array("\u{1B}[201~".utf8) : plain
    }
}

/// Whether a program takes what is typed: it has shown itself and then paused, or a while has passed.
struct Readiness {
    /// The session's.
    let start: UInt64
    private(set) var lastOutput: UInt64?
    private var hasPaused = false

    init(start: UInt64) { self.start = start }

    mutating func noteOutput(at now: UInt64) {
        if let lastOutput, now >= lastOutput + Injection.quiet { hasPaused = true }
        lastOutput = now
    }

    func isReady(at now: UInt64) -> Bool {
        hasPaused || now >= start + Injection.patience || lastOutput.map { now >= $0 + Injection.quiet } ?? false
    }
}
