import FoundationEssentials
import Glibc
import Recording
import ScreenModel
import SessionHost
import Snapshots
import TestSupport

@testable import Catalog

/// An `AH_HOME` of its own with recordings and snapshots made for a test.
final class CatalogueHome {
    let folder: TemporaryFolder
    let folders: SessionFolders

    init() throws {
        folder = try TemporaryFolder()
        folders = SessionFolders(environment: [
            "AH_HOME": folder("home"), "AH_RUNTIME_DIR": folder("run"), "HOME": folder.path,
        ])
    }

    func open() throws -> SessionCatalogue { try SessionCatalogue(folders: folders) }

    /// 2026-11-02 00:00 UTC and so many seconds.
    static func time(_ seconds: Int64) -> Int64 { 1_793_577_600_000 + seconds * 1000 }

    func path(_ id: String) -> String { folders.recording(id, startedAt: Self.time(0)) }

    struct Recipe {
        var id: String
        var name: String?
        var command = ["make", "-j4"]
        var cwd: String? = "/srv/project"
        var agent: String?
        var startedAt: Int64 = CatalogueHome.time(0)
        var duration: Int64 = 5000
        var exit: ExitStatus? = ExitStatus(code: 0)
        var finishes = true
        var branch: BranchMetadata?
        var moments: [String] = []
        var snapshots = 0
        var states: [String] = []
        /// Who tells of each; hooks do of those without.
        var stateSources: [String] = []
        var text = "hello\r\n"

        init(_ id: String) { self.id = id }
    }

    /// Writes a recording, by default among the others.
    @discardableResult func record(_ recipe: Recipe, at path: String? = nil) throws -> String {
        var metadata = SessionMetadata(
            sessionID: recipe.id, command: recipe.command, startedAt: recipe.startedAt)
        metadata.name = recipe.name
        metadata.cwd = recipe.cwd
        metadata.agent = recipe.agent
        metadata.origin = "record"
        let path = path ?? self.path(recipe.id)
        var options = RecordingWriter.Options()
        options.replacesExisting = true
        let writer = try RecordingWriter.create(
            at: path, metadata: metadata, branch: recipe.branch, size: Size(columns: 80, rows: 24), options: options)
        writer.append(.output(Array(recipe.text.utf8)), at: SessionTime(milliseconds: 10))
        for (index, label) in recipe.moments.enumerated() {
            writer.append(
                .moment(
                    Moment(
                        id: UInt64(index + 1), label: label, type: "milestone", isAutomatic: index % 2 == 0,
                        attributes: ["tool": "sh"])),
                at: SessionTime(milliseconds: Int64(100 * (index + 1))))
        }
        for index in 0..<recipe.snapshots {
            writer.append(
                .snapshot(SnapshotReference(id: UInt64(index + 1), label: "step \(index + 1)", provider: "git")),
                at: SessionTime(milliseconds: Int64(110 * (index + 1))))
        }
        for (index, state) in recipe.states.enumerated() {
            let source = index < recipe.stateSources.count ? recipe.stateSources[index] : "hook"
            writer.append(
                .state(StateChange(state: state, source: source, evidence: "event \(index)")),
                at: SessionTime(milliseconds: Int64(120 * (index + 1))))
        }
        if recipe.finishes {
            try writer.finish(exit: recipe.exit, at: SessionTime(milliseconds: recipe.duration))
        } else {
            try writer.flush(durable: false)
        }
        return path
    }

    func record(_ id: String, _ change: (inout Recipe) -> Void = { _ in }) throws {
        var recipe = Recipe(id)
        change(&recipe)
        try record(recipe)
    }

    /// All that a catalogue answers, to compare two by.
    func contents(of catalogue: SessionCatalogue) throws -> [String] {
        let sessions = try catalogue.sessions()
        var lines = sessions.map { "\($0)" }
        for session in sessions {
            lines += try catalogue.moments(of: session.id).map { "\($0)" }
            lines += try catalogue.snapshots(of: session.id).map { "\($0)" }
            lines += try catalogue.states(of: session.id).map { "\($0)" }
        }
        lines += try catalogue.branches().map { "\($0)" }
        lines += try catalogue.tombstones().map { "\($0)" }
        return lines
    }
}
