/// Decides when a viewer gets its next frame: an echo at once, bulk output at a steady rate.
struct FramePacing {
    private var lastFrame: UInt64 = 0
    private var lastInput: UInt64 = 0
    private var hasNews = true
    /// Bytes of output since the last frame.
    private var news = 0
    /// The last attempt left something to be shown, which output alone may end.
    private var isRetry = false

    mutating func noteOutput(_ bytes: Int) {
        hasNews = true
        isRetry = false
        news += bytes
    }

    mutating func noteInput(_ now: UInt64) { lastInput = now }
    mutating func noteChange() { hasNews = true }

    /// Whether somebody types: then an echo beside bulk output mustn't be late.
    func isInteractive(_ now: UInt64) -> Bool {
        // Input may be younger than the `now` of the round that asks.
        now < lastInput + 300_000_000
    }

    /// While somebody types, the little that answers a key goes out at once, however soon after the frame before.
    private func interval(_ now: UInt64) -> UInt64 {
        guard isInteractive(now) else { return 15_000_000 }
        return news <= Self.answer && !isRetry ? 0 : 1_000_000
    }

    /// The next frame is due now, however soon after the last.
    mutating func forceNext() { lastFrame = 0 }

    func mayPublish(_ now: UInt64) -> Bool { hasNews && now >= lastFrame + interval(now) }

    /// - Parameter isComplete: whether every viewer has got everything.
    mutating func notePublished(_ now: UInt64, isComplete: Bool) {
        lastFrame = now
        news = 0
        hasNews = !isComplete
        isRetry = hasNews
    }

    /// When the loop must come back to publish, in monotonic nanoseconds.
    func due(clients: [ClientConnection]) -> UInt64? {
        guard hasNews, clients.contains(where: \.isReadyForFrame) else { return nil }
        return lastFrame + interval(lastFrame)
    }

    /// Bytes that a program may answer a key with, for which no frame is held back.
    private static let answer = 4096
}
