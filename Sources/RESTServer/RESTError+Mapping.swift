import Access
import Catalog
import Glibc
import Playback
import Recording
import SessionHost
import Snapshots

extension RESTError {
    /// What another module's error is for somebody who asked over HTTP.
    init(_ error: any Error) {
        switch error {
        case let error as RESTError: self = error
        case let error as SessionError: self.init(session: error)
        case let error as SnapshotError: self.init(snapshot: error)
        case let error as CatalogError: self.init(catalog: error)
        case let error as RecordingError: self.init(recording: error)
        case let error as PlaybackError: self = .invalid([.init(field: "q", message: "\(error)")])
        case let error as AccessError: self = .forbidden(reason: "\(error)")
        default: self = .internalFault("\(error)")
        }
    }

    private init(catalog error: CatalogError) {
        switch error {
        case .noSession(let name, _): self = .noSession(String(name.prefix(100)))
        case .ambiguous(let name, let candidates): self = .ambiguousSession(name, candidates: candidates)
        case .invalidTag, .invalidName: self = .invalid([.init(field: "name", message: "\(error)")])
        default: self = .internalFault("\(error)")
        }
    }

    private init(session error: SessionError) {
        switch error {
        case .noSuchSession(let name, let candidates):
            self = candidates.isEmpty ? .noSession(name) : .ambiguousSession(name, candidates: candidates)
        case .host(let reason): self = .conflict(reason)
        case .refused(_, let reason): self = .conflict(reason)
        case .noAnswer: self = .noAnswer("\(error)")
        case .disconnected, .ended: self = .conflict("\(error)")
        case .process(let cause): self = .conflict("the session's host can't be reached: \(cause)")
        case .folder, .protocolMismatch: self = .internalFault("\(error)")
        }
    }

    private init(snapshot error: SnapshotError) {
        switch error {
        // Where the store lies is nobody's business.
        case .noSuchSnapshot(let name, _), .invalidName(let name): self = .notFound("there is no snapshot \(name)")
        case .noSuchPath, .noSuchBranch, .notAFolder, .notAFile: self = .notFound("\(error)")
        // Nothing in a snapshot has such a path.
        case .unsafePath(let path): self = .notFound("\(path): not in the snapshot")
        case .invalidBranchName: self = .invalid([.init(field: "name", message: "\(error)")])
        case .ambiguous, .exists, .busy, .branchInUse: self = .conflict("\(error)")
        case .tooLarge: self = .invalid([.init(field: "path", message: "\(error)")])
        default: self = .internalFault("\(error)")
        }
    }

    private init(recording error: RecordingError) {
        switch error {
        case .open(_, let code) where code == ENOENT: self = .gone("\(error)")
        case .open(_, let code) where code == EACCES: self = .forbidden(reason: "\(error)")
        default: self = .internalFault("\(error)")
        }
    }
}
