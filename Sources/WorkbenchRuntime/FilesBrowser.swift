import WorkbenchModel

/// A files pane's own: the model, and what reads the snapshot's tree for it.
final class FilesBrowser {
    private(set) var model: FilesModel
    private let browser: SnapshotBrowser
    /// The session's snapshots, in order, for going from one to the next.
    private var numbers: [UInt64]

    /// - Parameter number: the session's newest snapshot without it.
    init(_ browser: SnapshotBrowser, number: UInt64?, points: [ReplayTimeline.Point]) throws {
        self.browser = browser
        numbers = try browser.numbers()
        guard let number = number ?? numbers.last else { throw FilesProblem.noSnapshots }
        model = try browser.open(number, label: Self.label(of: number, points))
        fetch(model.start)
    }

    private static func label(of number: UInt64, _ points: [ReplayTimeline.Point]) -> String {
        guard let point = points.first(where: { $0.id == number }) else { return "" }
        let time = TimeText.text(point.milliseconds)
        return point.label.isEmpty ? "  \(time)" : "  “\(point.label)”  \(time)"
    }

    func apply(_ command: Command, page: Int, points: [ReplayTimeline.Point]) {
        switch command {
        case .files(let command): if let request = model.apply(command, page: page) { fetch(request) }
        case .previousSnapshot, .nextSnapshot: move(command == .nextSnapshot ? 1 : -1, points)
        default: break
        }
    }

    private func move(_ step: Int, _ points: [ReplayTimeline.Point]) {
        do {
            numbers = try browser.numbers()
            let index = (numbers.firstIndex(of: model.snapshot) ?? 0) + step
            guard numbers.indices.contains(index) else {
                model.problem = step > 0 ? "no later snapshot" : "no earlier snapshot"
                return
            }
            try show(numbers[index], points)
        } catch {
            model.problem = "\(error)"
        }
    }

    /// Another snapshot, in the same view where that can be.
    func show(_ number: UInt64, _ points: [ReplayTimeline.Point]) throws {
        guard number != model.snapshot else { return }
        let (view, folder) = (model.view, model.folder)
        model = try browser.open(number, label: Self.label(of: number, points))
        fetch(view == .changes ? .changes : .folder(folder))
    }

    private func fetch(_ request: FilesModel.Request) {
        do {
            switch request {
            case .folder(let path):
                if let next = model.show(try browser.entries(in: path), for: request) { fetch(next) }
            case .changes: if let next = model.show(try browser.changes(), for: request) { fetch(next) }
            case .preview(let path, let isDiff):
                model.show(isDiff ? try browser.difference(of: path) : try browser.preview(of: path), for: request)
            }
        } catch {
            model.problem = "\(error)"
        }
    }
}

/// Why a snapshot's files can't be shown.
enum FilesProblem: Error, CustomStringConvertible {
    case noSnapshots

    var description: String { "this session has no snapshots: its workspace was not snapshotted, or they were deleted" }
}
