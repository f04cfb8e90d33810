import ArgumentParser
import Catalog
import Glibc
import Rendering
import WorkbenchModel

struct SessionShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what is known of a session.")

    @OptionGroup var target: NamedSession

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let desk = try CatalogueDesk()
        let session: SessionEntry
        do throws(CatalogError) {
            session = try desk.session(target.session)
        } catch {
            guard case .noSession(let name, _) = error, let (id, tombstone) = try Self.removed(name, desk) else {
                throw error
            }
            Program.complain(
                "\(id) was removed \(DateText.text(tombstone.removedAt)): \(tombstone.reason); `ah session list --removed` shows all of those"
            )
            Glibc.exit(error.shellStatus)
        }
        let timeline = try desk.catalogue.timeline(of: session)
        desk.sayRemarks()
        Program.say(json ? try JSONText.text(timeline.session) : text(timeline))
    }

    /// The removed session of this id, the only one that begins so, or the last one of this name.
    private static func removed(
        _ name: String, _ desk: CatalogueDesk
    ) throws(CatalogError) -> (session: String, tombstone: Tombstone)? {
        let all = try desk.catalogue.tombstones()
        let begun = name.isEmpty ? [] : all.filter { $0.session.hasPrefix(name) }
        return all.first { $0.session == name || $0.tombstone.name == name } ?? (begun.count == 1 ? begun[0] : nil)
    }

    private func text(_ timeline: SessionTimeline) -> String {
        let session = timeline.session
        var table = TextTable()
        func add(_ what: String, _ value: String?) {
            if let value, !value.isEmpty { table.add([what, value]) }
        }
        add("id", session.id)
        add("name", session.name)
        add("status", session.status.rawValue + ending(session))
        add("state", session.state)
        add("told by", [session.stateSource, session.stateEvidence].compactMap(\.self).joined(separator: ": "))
        add("started", DateText.text(session.startedAt) + (session.origin.map { " by \($0)" } ?? ""))
        add("length", TimeText.exactText(timeline.duration))
        add("command", session.commandLine)
        add("folder", session.cwd)
        add("agent", session.agent)
        add("prompt", session.prompt)
        add("tags", session.tags.joined(separator: ", "))
        if session.isPinned { add("pinned", "yes: retention leaves it") }
        if let parent = session.parent {
            add("branch of", parent.session + (parent.snapshot.map { "@\($0)" } ?? ""))
            add("told", parent.injectedMessage)
            add("conversation", parent.continuation)
        }
        if let recording = session.recording {
            let size =
                "\(ByteText.text(UInt64(recording.fileSize))) for \(ByteText.text(UInt64(recording.outputBytes)))"
            add("recording", "\(recording.path) (\(size) of output\(recording.inputBytes > 0 ? ", with input" : ""))")
            add("screen", "\(recording.columns)×\(recording.rows)")
            add("problem", recording.problem)
        }
        add("moments", "\(timeline.moments.count)")
        let gone = session.status.isLive ? 0 : timeline.snapshots.count { $0.store == nil }
        add("snapshots", "\(timeline.snapshots.count)" + (gone > 0 ? " (\(gone) deleted)" : ""))
        add("workspace", timeline.snapshots.lazy.compactMap(\.workspace).first)
        add("host", session.pid.map { "process \($0), socket \(session.socket ?? "")" })
        return table.text
    }

    private func ending(_ session: SessionEntry) -> String {
        if let signal = session.exitSignal { return " by signal \(signal)" }
        if let code = session.exitCode { return ", exit status \(code)" }
        return ""
    }
}
