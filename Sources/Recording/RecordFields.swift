// What the JSON of extension records looks like: short keys, and nothing that the record says elsewhere.

/// Session metadata. The start is left out: it is the file's time zero.
struct MetadataFields: Codable {
    var id: String
    /// Left out if empty.
    var cmd: [String]?
    var cwd: String?
    var host: String?
    var user: String?
    var agent: String?
    var prompt: String?
    var model: String?
    var mode: String?
    var name: String?
    /// Left out if it is what nearly all terminals say; empty if it isn't known.
    var term: String?
    /// Who started it.
    var by: String?

    private static let usualTerm = "xterm-256color"

    init(_ metadata: SessionMetadata) {
        id = metadata.sessionID
        cmd = metadata.command.isEmpty ? nil : metadata.command
        cwd = metadata.cwd
        host = metadata.host
        user = metadata.user
        agent = metadata.agent
        prompt = metadata.prompt
        model = metadata.model
        mode = metadata.permissionMode
        name = metadata.name
        term = metadata.terminal == Self.usualTerm ? nil : metadata.terminal ?? ""
        by = metadata.origin
    }

    func metadata(startedAt: Int64) -> SessionMetadata {
        var metadata = SessionMetadata(sessionID: id, command: cmd ?? [], startedAt: startedAt)
        metadata.cwd = cwd
        metadata.host = host
        metadata.user = user
        metadata.agent = agent
        metadata.prompt = prompt
        metadata.model = model
        metadata.permissionMode = mode
        metadata.name = name
        metadata.terminal = term == "" ? nil : term ?? Self.usualTerm
        metadata.origin = by
        return metadata
    }
}

struct MomentFields: Codable {
    var id: UInt64
    var label: String
    var type: String
    /// Left out of a manual one.
    var auto: Bool?
    var description: String?
    var attributes: [String: String]?

    init(_ moment: Moment) {
        id = moment.id
        label = moment.label
        type = moment.type
        auto = moment.isAutomatic ? true : nil
        description = moment.description
        attributes = moment.attributes
    }

    var moment: Moment {
        Moment(
            id: id, label: label, type: type, isAutomatic: auto ?? false, description: description,
            attributes: attributes)
    }
}

/// What version 1's SNAPSHOT record before it doesn't say.
struct SnapshotFields: Codable {
    var provider: String?
    var ref: String?
    var reason: String?
    var size: UInt64?
    var fuzzy: Bool?

    init(_ snapshot: SnapshotReference) {
        provider = snapshot.provider
        ref = snapshot.reference
        reason = snapshot.reason
        size = snapshot.size
        fuzzy = snapshot.isFuzzy
    }

    var isEmpty: Bool { provider == nil && ref == nil && reason == nil && size == nil && fuzzy == nil }

    func complete(_ snapshot: inout SnapshotReference) {
        snapshot.provider = provider
        snapshot.reference = ref
        snapshot.reason = reason
        snapshot.size = size
        snapshot.isFuzzy = fuzzy
    }
}
