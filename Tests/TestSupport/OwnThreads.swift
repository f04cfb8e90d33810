import Glibc

/// Threads that run tasks apart from those that all tests share: a server that is asked over its socket must answer
/// while other tests block the shared ones, which are as few as the machine has cores.
public final class OwnThreads: TaskExecutor, @unchecked Sendable {
    private var lock = pthread_mutex_t()
    private var condition = pthread_cond_t()
    private var jobs: [UnownedJob] = []
    private var isEnding = false

    public init(count: Int = 4) {
        pthread_mutex_init(&lock, nil)
        pthread_cond_init(&condition, nil)
        for _ in 0..<count {
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { pointer in
                    guard let pointer else { return nil }
                    Unmanaged<OwnThreads>.fromOpaque(pointer).takeRetainedValue().work()
                    return nil
                }, Unmanaged.passRetained(self).toOpaque())
            pthread_detach(thread)
        }
    }

    /// Lets the threads end once nothing is left to run.
    public func end() {
        pthread_mutex_lock(&lock)
        isEnding = true
        pthread_cond_broadcast(&condition)
        pthread_mutex_unlock(&lock)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(&lock)
        jobs.append(job)
        pthread_cond_signal(&condition)
        pthread_mutex_unlock(&lock)
    }

    private func work() {
        let executor = asUnownedTaskExecutor()
        while true {
            pthread_mutex_lock(&lock)
            while jobs.isEmpty && !isEnding { pthread_cond_wait(&condition, &lock) }
            let job = jobs.isEmpty ? nil : jobs.removeFirst()
            pthread_mutex_unlock(&lock)
            guard let job else { return }
            job.runSynchronously(on: executor)
        }
    }
}
