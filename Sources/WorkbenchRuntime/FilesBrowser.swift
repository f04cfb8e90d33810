import Processes
import SessionHost
import Snapshots
import WorkbenchModel

/// Fetches what a files' model asks for, on threads of its own, so that whoever shows it never waits: one for lists and
/// files, one for differences, one for comparing whole trees, one for searching, one for copying.
final class FilesFetcher {
    private let source: FilesSource
    private let answers: FilesAnswers
    private var lanes: [Lane: FilesLane] = [:]
    /// The newest comparison, for marking what changed in lists.
    private var index: ChangeIndex?

    private enum Lane { case reading, previewing, comparing, searching, copying }

    init(_ source: FilesSource) throws(ProcessError) {
        self.source = source
        answers = try FilesAnswers()
    }

    /// Readable when there are answers; then ``take()``.
    var descriptor: Int32 { answers.descriptor }

    /// - Returns: what couldn't even be asked.
    func ask(_ request: FilesModel.Request) -> FilesModel.Answer? {
        switch request {
        case .snapshots, .folder: return add(request, to: .reading)
        case .preview, .difference: return add(request, to: .previewing)
        case .changes: return add(request, to: .comparing)
        case .history, .names, .content: return add(request, to: .searching)
        case .copy: return add(request, to: .copying)
        case .stop:
            stop()
            return nil
        case .moved, .jump, .shell, .follow: return nil
        }
    }

    private func add(_ request: FilesModel.Request, to name: Lane) -> FilesModel.Answer? {
        do throws(ProcessError) {
            let lane: FilesLane
            if let known = lanes[name] { lane = known } else { lane = try FilesLane(source, answers) }
            lanes[name] = lane
            // A list that is marked needs what is known by now.
            try lane.add(.init(request: request, index: index), interrupts: name != .reading)
            return nil
        } catch {
            return .failed("\(error)")
        }
    }

    /// Gives up what takes long.
    func stop() {
        for name in [Lane.comparing, .searching, .copying] { lanes[name]?.stop() }
    }

    /// What came, once.
    func take() -> [(request: FilesModel.Request, answer: FilesModel.Answer)] {
        answers.take().map { item in
            index = item.index ?? index
            return (item.request, item.answer)
        }
    }
}

extension FilesSource {
    init(session: String, environment: [String: String], folder: String) {
        let folders = SessionFolders(environment: environment)
        self.init(
            session: session, stateFolder: folders.home,
            searchPath: ChildProcess.Launch.searchPath(environment), ownPaths: [folders.home, folders.runtime],
            folder: folder, home: environment["HOME"])
    }
}

/// A files pane's own: the model, and what fetches for it.
final class FilesBrowser {
    private(set) var model: FilesModel
    private let fetcher: FilesFetcher
    private var outside: [FilesModel.Request] = []
    /// In nanoseconds of the monotonic clock; nil while nothing is compared.
    private var comparingSince: UInt64?

    /// - Parameter point: what is known of the snapshot already.
    init(_ source: FilesSource, number: UInt64?, point: ReplayTimeline.Point?) throws(ProcessError) {
        fetcher = try FilesFetcher(source)
        model = FilesModel(snapshot: number ?? 0, label: point?.label ?? "", milliseconds: point?.milliseconds)
        ask(model.start())
    }

    var descriptor: Int32 { fetcher.descriptor }

    func apply(_ command: Command, page: Int) {
        switch command {
        case .files(let command): ask(model.apply(command, page: page))
        case .previousSnapshot, .nextSnapshot: ask(model.move(by: command == .nextSnapshot ? 1 : -1))
        case .prompt(let edit): ask(model.apply(edit, page: page))
        case .goTo(.snapshot(let number)): ask(model.show(number))
        case .cancel: ask(model.leave())
        default: break
        }
    }

    /// Takes over what came.
    func receive() {
        for item in fetcher.take() { ask(model.take(item.answer, for: item.request)) }
    }

    /// A comparison that takes a second is shown as such.
    func tick(_ now: UInt64) -> Bool {
        guard model.isComparing, let since = comparingSince, now >= since + 1_000_000_000, model.work == nil else {
            return false
        }
        model.compareSlowly()
        return true
    }

    /// What isn't fetched, but to be done by whoever shows the files; once.
    func takeOutside() -> [FilesModel.Request] {
        defer { outside = [] }
        return outside
    }

    func say(_ text: String, isError: Bool) { model.say(text, isError: isError) }

    private func ask(_ requests: [FilesModel.Request]) {
        for request in requests {
            switch request {
            case .moved, .jump, .shell, .follow: outside.append(request)
            default:
                if case .changes = request { comparingSince = MonotonicClock.now() }
                if let answer = fetcher.ask(request) { ask(model.take(answer, for: request)) }
            }
        }
    }
}
