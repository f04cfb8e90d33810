import Processes
import Recording
import Synchronization

/// The thread that brings a recording to the disk while the recorder goes on writing: bulk output fills block after block,
/// and none of them waits for the disk.
final class SyncLane: Sendable {
    private enum Stage {
        case idle, busy, stopped
        case failed(RecordingError)
    }

    private let state = Mutex(Stage.idle)
    private let wake: WakeEvent
    private let synchronize: @Sendable () throws(RecordingError) -> Void

    /// - Parameter synchronize: returns once everything is on the disk that was written before the call.
    init(_ synchronize: @escaping @Sendable () throws(RecordingError) -> Void) throws(ProcessError) {
        self.synchronize = synchronize
        wake = try WakeEvent()
    }

    func start() throws(ProcessError) { try WorkerThread.start { [self] in run() } }

    /// Has it begin.
    /// - Returns: false while it still has to finish what it began.
    /// - Throws: what the disk had said the last time, once.
    func begin() throws(RecordingError) -> Bool {
        let stage = state.withLock { stage -> Stage in
            defer {
                switch stage {
                case .idle: stage = .busy
                case .failed: stage = .stopped
                case .busy, .stopped: break
                }
            }
            return stage
        }
        switch stage {
        case .idle:
            wake.signal()
            return true
        case .busy, .stopped: return false
        case .failed(let error):
            wake.signal()
            throw error
        }
    }

    /// It ends when it has finished what it began.
    func stop() {
        state.withLock { $0 = .stopped }
        wake.signal()
    }

    private func run() {
        while true {
            var poller = Poller()
            poller.add(wake.descriptor, .read)
            guard poller.wait(milliseconds: nil) else { continue }
            wake.clear()
            let mustRun = state.withLock { stage -> Bool? in
                switch stage {
                case .busy: true
                case .stopped: nil
                case .idle, .failed: false
                }
            }
            guard let mustRun else { return }
            guard mustRun else { continue }
            let result = Result { () throws(RecordingError) in try synchronize() }
            state.withLock { stage in
                guard case .busy = stage else { return }
                switch result {
                case .success: stage = .idle
                case .failure(let error): stage = .failed(error)
                }
            }
        }
    }
}
