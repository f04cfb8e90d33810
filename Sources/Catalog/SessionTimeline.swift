import FoundationEssentials
import Recording
import SessionHost

/// What happened in a session, in order. Of a live one it is what its host knows at this moment.
public struct SessionTimeline: Sendable {
    public var session: SessionEntry
    /// Milliseconds.
    public var duration: Int64
    public var moments: [MomentEntry]
    public var snapshots: [SnapshotEntry]
    public var states: [StateEntry]
}

extension SessionCatalogue {
    /// The timeline of a session that ``resolve(_:isStrict:)`` gave.
    public func timeline(of session: SessionEntry) throws(CatalogError) -> SessionTimeline {
        try bringUpToDate(.session(session.id))
        var timeline = SessionTimeline(
            session: session, duration: session.duration, moments: try moments(of: session.id),
            snapshots: try snapshots(of: session.id), states: try states(of: session.id))
        guard session.status.isLive, let socket = session.socket else { return timeline }
        do throws(SessionError) {
            let client = try HostClient(sessionID: session.id, socketPath: socket)
            let status = try client.request(.status, milliseconds: Self.hostPatience) {
                answer throws(SessionError) -> SessionStatus? in
                if case .welcome(let status) = answer { status } else { nil }
            }
            timeline.take(status)
        } catch {
            remark("\(error); its timeline is that of its recording so far")
        }
        return timeline
    }

    /// Milliseconds.
    private static let hostPatience = 2000
}

extension SessionTimeline {
    mutating func take(_ status: SessionStatus) {
        duration = status.elapsed
        if let agent = status.agent { session.take(agent) }
        moments = status.moments.map { report in
            MomentEntry(
                id: Int64(clamping: report.moment.id), time: report.time, offset: Int64(clamping: report.offset),
                label: report.moment.label, type: report.moment.type, isAutomatic: report.moment.isAutomatic,
                description: report.moment.description, attributesJSON: Self.json(report.moment.attributes))
        }
        let stored = Dictionary(snapshots.map { ($0.number, $0) }) { first, _ in first }
        var seen: Set<UInt64> = []
        snapshots = status.snapshots.filter { seen.insert($0.reference.id).inserted }.map { report in
            let reference = report.reference
            let number = Int64(clamping: reference.id)
            var entry = SnapshotEntry(
                session: session.id, number: number, time: report.time, offset: Int64(clamping: report.offset),
                label: reference.label, provider: reference.provider, reference: reference.reference,
                reason: reference.reason, size: reference.size.map { Int64(clamping: $0) },
                isFuzzy: reference.isFuzzy ?? false)
            entry.store = stored[number]?.store
            entry.workspace = stored[number]?.workspace
            entry.takenAt = stored[number]?.takenAt
            return entry
        }
        session.recording?.outputBytes = Int64(clamping: status.statistics.rawBytes)
        session.recording?.fileSize = Int64(clamping: status.statistics.fileBytes)
        session.recording?.moments = moments.count
        session.recording?.snapshots = snapshots.count
        session.duration = duration
    }

    private static func json(_ attributes: [String: String]?) -> String? {
        guard let attributes, let data = try? JSONEncoder().encode(attributes) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
