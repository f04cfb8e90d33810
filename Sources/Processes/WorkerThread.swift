import CPTY

/// A detached thread with all signals blocked, so that the poll loop's signalfd gets them.
public enum WorkerThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Parameter nice: 0 … 19, how readily it yields the processor to others.
    public static func start(nice: Int32 = 0, _ run: @escaping @Sendable () -> Void) throws(ProcessError) {
        let body = Body {
            if nice > 0 { ah_thread_nice(nice) }
            run()
        }
        let context = Unmanaged.passRetained(body).toOpaque()
        let result = ah_thread_start({ Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, context)
        if result < 0 { Unmanaged<Body>.fromOpaque(context).release() }
        _ = try ProcessError.check(result, "start", "a thread")
    }
}
