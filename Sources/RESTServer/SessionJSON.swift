import Access
import Catalog

/// Sessions and what belongs to them, in the shapes of the interface.
enum SessionJSON {
    static let statuses = SessionLifecycle.allCases.map(\.rawValue)

    static func session(_ entry: SessionEntry) -> JSON {
        [
            "id": .string(entry.id), "name": .optional(entry.name), "status": .string(entry.status.rawValue),
            "command": .array(entry.command.map { .string($0) }), "cwd": .optional(entry.cwd),
            "agent": .optional(entry.agent), "prompt": .optional(entry.prompt), "origin": .optional(entry.origin),
            "state": .optional(entry.state), "stateSource": .optional(entry.stateSource),
            "stateEvidence": .optional(entry.stateEvidence),
            "stateSinceSec": entry.stateSince.map { .seconds($0) } ?? .null,
            "createdAt": .string(DateTime.text(entry.startedAt)),
            "completedAt": entry.status.isLive ? .null : .string(DateTime.text(entry.startedAt &+ entry.duration)),
            "durationSec": .seconds(entry.duration), "exitCode": .optional(entry.exitCode),
            "exitSignal": .optional(entry.exitSignal), "tags": .array(entry.tags.map { .string($0) }),
            "pinned": .bool(entry.isPinned), "recording": recording(entry, input: nil),
            "moments": .int(entry.recording?.moments ?? 0), "fsSnapshots": .int(entry.recording?.snapshots ?? 0),
            "parentSessionId": .optional(entry.parent?.session),
            "branchFromTs": entry.parent?.time.map { .seconds($0) } ?? .null,
            "fsSnapshotId": entry.parent?.snapshot.map { .string(SnapshotID.text($0)) } ?? .null,
        ]
    }

    private static func recording(_ entry: SessionEntry, input: Bool?) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "format", value: "ahr"),
            .init(name: "uri", value: .string("\(Interface.base)/sessions/\(entry.id)/recording?format=ahr")),
            .init(name: "width", value: .int(entry.recording?.columns ?? 80)),
            .init(name: "height", value: .int(entry.recording?.rows ?? 24)),
            .init(name: "sizeBytes", value: .integer(entry.recording?.fileSize ?? 0)),
        ]
        if let input { members.append(.init(name: "hasInput", value: .bool(input))) }
        return .object(members)
    }

    static func timeline(_ timeline: SessionTimeline) -> JSON {
        [
            "sessionId": .string(timeline.session.id), "durationSec": .seconds(timeline.duration),
            "currentTime": .seconds(timeline.duration),
            "recording": recording(timeline.session, input: (timeline.session.recording?.inputBytes ?? 0) > 0),
            "moments": .array(timeline.moments.map(moment)),
            "fsSnapshots": .array(timeline.snapshots.map { snapshot($0) }),
        ]
    }

    static func moment(_ entry: MomentEntry) -> JSON {
        moment(
            entry.id, entry.time, entry.label, isAutomatic: entry.isAutomatic, entry.type, entry.description,
            attributes: entry.attributesJSON.map { .text($0) })
    }

    /// - Parameter attributes: an object of strings.
    static func moment(
        _ id: some BinaryInteger, _ time: Int64, _ label: String, isAutomatic: Bool, _ type: String,
        _ description: String?, attributes: JSON?
    ) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "id", value: .string("m\(id)")), .init(name: "ts", value: .seconds(time)),
            .init(name: "label", value: .string(label)), .init(name: "kind", value: isAutomatic ? "auto" : "manual"),
            .init(name: "type", value: .string(type)), .init(name: "description", value: .optional(description)),
        ]
        if let attributes { members.append(.init(name: "attributes", value: attributes)) }
        return .object(members)
    }

    /// - Parameter more: members besides, such as the branches that were made of it.
    static func snapshot(_ entry: SnapshotEntry, _ more: [JSON.Member] = []) -> JSON {
        snapshot(
            entry.number, entry.time ?? 0, entry.label, session: entry.session, entry.provider, entry.reason,
            size: entry.size, takenAt: entry.takenAt, isThere: entry.store != nil, more)
    }

    static func snapshot(
        _ number: some BinaryInteger, _ time: Int64, _ label: String, session: String, _ provider: String?,
        _ reason: String?, size: Int64?, takenAt: Int64?, isThere: Bool, _ more: [JSON.Member] = []
    ) -> JSON {
        .object(
            [
                .init(name: "id", value: .string(SnapshotID.text(number))), .init(name: "ts", value: .seconds(time)),
                .init(name: "label", value: .string(label)), .init(name: "provider", value: .optional(provider)),
                .init(name: "reason", value: .optional(reason)),
                .init(
                    name: "snapshot",
                    value: [
                        "id": .string("\(session)@\(number)"), "mount": .null, "size_bytes": .optional(size),
                        "created_at": takenAt.map { .string(DateTime.text($0)) } ?? .null,
                    ]), .init(name: "branchable", value: .bool(isThere)),
            ] + more)
    }

    /// A session as a branch of its parent.
    static func branch(_ session: SessionEntry) -> JSON {
        [
            "id": .string(session.id), "name": .optional(session.name),
            "parentSessionId": .string(session.parent?.session ?? ""),
            "branchFromTs": session.parent?.time.map { .seconds($0) } ?? .null,
            "fsSnapshotId": session.parent?.snapshot.map { .string(SnapshotID.text($0)) } ?? .null,
            "injectedMessageId": session.parent?.injectedMessage == nil ? .null : .string("msg-\(session.id)"),
            "createdAt": .string(DateTime.text(session.startedAt)), "status": .string(session.status.rawValue),
        ]
    }
}

extension SessionEntry {
    /// As somebody sees it who may not see all sessions: without a trace of others.
    func seen(by principal: Principal) -> SessionEntry {
        guard let parent, !principal.maySee(parent.session) else { return self }
        var entry = self
        entry.parent = nil
        return entry
    }

    /// - Throws: `gone` when its recording isn't there any more.
    var recordingPath: String {
        get throws(RESTError) {
            guard let path = recording?.path else {
                throw .gone("the recording of \(id) isn't there any more; the session can't be shown")
            }
            return path
        }
    }

    /// The way to its host.
    /// - Throws: `notRunning`.
    var hostSocket: String {
        get throws(RESTError) {
            guard status.isLive, let socket else { throw .notRunning(session: id) }
            return socket
        }
    }
}

extension SessionTimeline {
    /// The snapshot that is meant: the one named, or the newest at or before a time, of those that are still there.
    /// - Throws: `notFound`.
    func snapshot(named name: String?, at time: Int64?) throws(RESTError) -> SnapshotEntry {
        if let name {
            guard let number = SnapshotID.number(name, of: session.id),
                let found = snapshots.first(where: { $0.number == Int64(number) })
            else { throw .notFound("\(session.id) has no snapshot \(name)") }
            guard found.store != nil else { throw .gone("snapshot \(name) of \(session.id) was deleted") }
            return found
        }
        let limit = time ?? Int64.max
        let earlier = snapshots.filter { $0.store != nil && ($0.time ?? 0) <= limit }
        guard let found = earlier.max(by: { ($0.time ?? 0, $0.number) < ($1.time ?? 0, $1.number) }) else {
            throw .notFound("\(session.id) has no snapshot at or before that time")
        }
        return found
    }
}

/// Snapshots as the interface names them: `s3`.
enum SnapshotID {
    static func text(_ number: some BinaryInteger) -> String { "s\(number)" }

    /// `s3`, `3`, or `SESSION@3` with the session's whole id; nil for another session's.
    static func number(_ text: String, of session: String) -> UInt32? {
        if text.hasPrefix("\(session)@") { return UInt32(text.dropFirst(session.count + 1)) }
        return UInt32(text.hasPrefix("s") ? text.dropFirst() : Substring(text))
    }
}

/// Wall clock times: `2026-11-23T16:05:07.250Z`.
enum DateTime {
    static func text(_ milliseconds: Int64) -> String {
        let day = milliseconds.quotient(by: 86_400_000)
        let (date, rest) = (civil(day), milliseconds - day * 86_400_000)
        let (seconds, thousandths) = (rest / 1000, rest % 1000)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(thousandths, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    /// The date of a day counted from 1970-01-01, in the Gregorian calendar.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years that begin in March have their leap day at the end.
        let shifted = days + 719_468
        let era = shifted.quotient(by: 146_097)
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (year + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
    }
}

extension Int64 {
    /// Rounded down, also below zero.
    fileprivate func quotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
