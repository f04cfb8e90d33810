import Agents
import Glibc
import Playback
import Processes
import Recording
import SessionHost
import Snapshots
import WorkbenchRuntime

/// Finds out how the conversation of a branch goes on, and prepares it: the parent's own files are only read.
struct AgentContinuation {
    struct Plan {
        var continuation: Continuation
        var prompt: String?
        /// The conversation to resume, and the variables that lead to it.
        var conversation: String?
        var environment: [String: String] = [:]
    }

    let start: AgentStart
    let folder: PrivateFolder
    let session: String
    let branch: BranchStart

    private var environment: [String: String] { start.shelf.environment }

    func plan() -> Plan {
        let snapshot = branch.found.snapshot
        let prompt = start.prompt
        let source: Continuation.Source
        do {
            source = try self.source(snapshot)
        } catch {
            return Plan(
                continuation: Continuation(.fresh, because: "the parent's recording can't be read: \(error)"),
                prompt: prompt)
        }
        do throws(AgentError) {
            return try resume(source, snapshot, prompt)
        } catch {
            guard !source.prompts.isEmpty else {
                return Plan(continuation: Continuation(.fresh, because: "\(error)"), prompt: prompt)
            }
            return Plan(
                continuation: Continuation(.replay, because: "\(error)"),
                prompt: Continuation.replaying(source.prompts, then: prompt))
        }
    }

    /// What the parent's moments told, up to the snapshot.
    private func source(_ snapshot: Snapshot) throws -> Continuation.Source {
        let path = try CatalogueDesk.recording(snapshot.session, environment: environment)
        let player = Player(try ReplayOptions(source: .file(path)).open(), options: Player.Options())
        if !player.timeline.isFinished { player.indexAll() }
        let limit = snapshot.sessionTime.map { Int64(clamping: $0) } ?? .max
        let earlier = player.timeline.moments.filter { $0.time.milliseconds <= limit }
        var source = Continuation.Source()
        source.prompts = earlier.filter { $0.value.type == "prompt" }.compactMap { $0.value.attributes?["prompt"] }
        guard let last = earlier.last(where: { $0.value.attributes?["transcript"] != nil }) else { return source }
        source.agent = last.value.attributes?["agent"]
        source.conversation = last.value.attributes?["conversation"]
        source.transcript = last.value.attributes?["transcript"]
        // A snapshot is called after the moment that it followed; tools may have ended since, beside it.
        let cause = earlier.last { $0.value.label == snapshot.label } ?? earlier.last
        if cause?.value.type == "tool_boundary" { source.toolUse = cause?.value.attributes?["tool.id"] }
        return source
    }

    private func resume(
        _ source: Continuation.Source, _ snapshot: Snapshot, _ prompt: String?
    ) throws(AgentError) -> Plan {
        let agent = start.agent
        guard let transcript = source.transcript, let spoke = source.agent else {
            throw .noSuchPoint(path: snapshot.name, reason: "no agent told there where it keeps its conversation")
        }
        guard spoke == agent.hooks.rawValue, let dialect = Self.dialect(agent.hooks) else {
            throw .unsupported(
                agent: agent.name, what: "the conversation of another agent (\(spoke))",
                instead: "its prompts are told again")
        }
        let log = try ConversationLog(ConversationHome.read(transcript), dialect: dialect, path: transcript)
        let point: ConversationLog.Point =
            source.toolUse.map { .toolUse($0, otherwise: snapshot.takenAt) } ?? .time(snapshot.takenAt)
        let id = SessionFolders.newSessionID()
        let fork = try log.fork(at: point, id: id, moving: branch.moved)
        let home = ConversationHome(folder: folder, home: start.shelf.folders.home, session: session)
        let variables =
            switch dialect {
            case .claude:
                try home.makeClaude(
                    fork, id: id, encodedFolder: encodedFolder(transcript), environment: environment,
                    moving: branch.moved)
            case .codex:
                try home.makeCodex(
                    fork, id: id, fileName: Self.codexName(transcript, id: id), environment: environment,
                    moving: branch.moved)
            }
        let reason = "\(fork.lines) entries of \(transcript), up to \(fork.endsAt.map(DateText.text) ?? "its end")"
        return Plan(
            continuation: Continuation(.resume, because: reason), prompt: prompt, conversation: id,
            environment: variables)
    }

    private static func dialect(_ kind: HookKind) -> ConversationLog.Dialect? {
        switch kind {
        case .claude: .claude
        case .codex: .codex
        case .gemini, .copilot, .opencode, .shell, .none: nil
        }
    }

    /// The folder of the conversation: that of the parent's, or of the place to which the branch has moved.
    private func encodedFolder(_ transcript: String) -> String {
        let parts = transcript.split(separator: "/")
        let folder = parts.count > 1 ? String(parts[parts.count - 2]) : "-"
        guard let (from, to) = branch.moved else { return folder }
        let old = ConversationHome.encoded(folder: from)
        return folder.hasPrefix(old) ? ConversationHome.encoded(folder: to) + folder.dropFirst(old.count) : folder
    }

    /// `2026/11/23/rollout-TIME-ID.jsonl`, with the new id.
    private static func codexName(_ transcript: String, id: String) -> String {
        let parts = transcript.split(separator: "/")
        let stem = (parts.last ?? "").dropLast(".jsonl".count).dropLast(id.count)
        return (parts.suffix(4).dropLast().map(String.init) + ["\(stem)\(id).jsonl"]).joined(separator: "/")
    }
}
