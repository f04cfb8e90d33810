import Synchronization

/// Answers to requests that came with an `Idempotency-Key`: the same request again gets the same answer and does nothing.
///
/// They are kept in memory, for a day and so many of them; a server that was started anew knows none.
final class Idempotency: Sendable {
    struct Key: Hashable, Sendable {
        var principal: String
        var key: String
    }

    /// What the request was, so that another one with its key is told apart.
    struct Request: Hashable, Sendable {
        var method: String
        var target: String
        var body: [UInt8]
    }

    private struct Known {
        var request: Request
        /// Nil while it is under way.
        var answer: Answer?
        var at: Int64
    }

    private let state = Mutex<[Key: Known]>([:])
    private let capacity = 1000
    private static let lifetime: Int64 = 86_400_000

    /// Before a request is carried out.
    ///
    /// - Returns: the answer that it had the first time; nil when this is the first time.
    /// - Throws: `keyReused`, `keyInUse`.
    func begin(_ key: Key, _ request: Request, now: Int64) throws(RESTError) -> Answer? {
        let (answer, error): (Answer?, RESTError?) = state.withLock { known in
            if let old = known[key], now - old.at < Self.lifetime {
                guard old.request == request else { return (nil, .keyReused) }
                guard let answer = old.answer else { return (nil, .keyInUse) }
                return (answer, nil)
            }
            if known.count >= capacity, let oldest = known.min(by: { $0.value.at < $1.value.at })?.key {
                known[oldest] = nil
            }
            known[key] = Known(request: request, answer: nil, at: now)
            return (nil, nil)
        }
        if let error { throw error }
        return answer
    }

    /// After it. What went wrong on our side may be tried again.
    func end(_ key: Key, _ answer: Answer) {
        var again = answer
        again.headers.append(("Idempotent-Replayed", "true"))
        state.withLock { known in
            if answer.status >= 500 { known[key] = nil } else { known[key]?.answer = again }
        }
    }
}
