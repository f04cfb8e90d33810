import NIOPosix

/// Threads for what waits on a disk, a program or another process, so that nothing else waits with it.
final class Workers: Sendable {
    private let pool: NIOThreadPool

    init(count: Int) {
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive(work)
    }

    func stop() async { try? await pool.shutdownGracefully() }
}
