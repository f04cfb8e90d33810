import FoundationEssentials

/// Turns raw events into events: the other way round than `RecordBody`.
struct RecordMeaning {
    /// Wall clock at time zero, milliseconds since 1970.
    var startedAt: Int64

    /// What a record that isn't output means. A body that can't be read stays as it is.
    func kind(of event: RawEvent, body: UnsafeRawBufferPointer) -> Event.Kind {
        var source = ByteSource(body)
        switch event.tag {
        case Format.Tag.data: return .output([UInt8](body))
        case Format.Tag.resize:
            let columns = source.read(UInt16.self) ?? 0
            return .resize(columns: Int(columns), rows: Int(source.read(UInt16.self) ?? 0))
        case Format.Tag.mark:
            let code = source.read(UInt32.self) ?? 0
            return .mark(code: code, value: source.read(UInt32.self) ?? 0)
        case Format.Tag.snapshot: return .snapshot(Self.snapshot(body))
        default: break
        }
        if event.kind == 0 { return .input([UInt8](body)) }
        return known(event, body)
            ?? .unknown(kind: event.kind, version: event.version, body: [UInt8](body))
    }

    private func known(_ event: RawEvent, _ body: UnsafeRawBufferPointer) -> Event.Kind? {
        guard event.version == Format.Extension.version else { return nil }
        switch event.kind {
        case Format.Extension.metadata:
            return json(MetadataFields.self, body).map { .metadata($0.metadata(startedAt: startedAt)) }
        case Format.Extension.moment: return json(MomentFields.self, body).map { .moment($0.moment) }
        case Format.Extension.branch: return json(BranchMetadata.self, body).map { .branch($0) }
        case Format.Extension.state: return json(StateChange.self, body).map { .state($0) }
        case Format.Extension.redaction: return json(Redaction.self, body).map { .redaction($0) }
        case Format.Extension.exit: return Self.exit(body).map { .exit($0) }
        case Format.Extension.gap: return Self.gap(body).map { .gap($0) }
        case Format.Extension.digest: return .digest([UInt8](body))
        default: return nil
        }
    }

    /// Adds a reference record's facts to the snapshot of the record before it.
    func complete(_ snapshot: inout SnapshotReference, body: UnsafeRawBufferPointer) {
        json(SnapshotFields.self, body)?.complete(&snapshot)
    }

    static func snapshot(_ body: UnsafeRawBufferPointer) -> SnapshotReference {
        var source = ByteSource(body)
        let id = source.read(UInt64.self) ?? 0
        _ = source.read(UInt64.self)
        let label = source.read(UInt16.self).flatMap { source.skip($0) } ?? 0..<0
        return SnapshotReference(id: id, label: String(decoding: body[label], as: UTF8.self))
    }

    private static func exit(_ body: UnsafeRawBufferPointer) -> ExitStatus? {
        var source = ByteSource(body)
        guard let isSignal = source.read(UInt8.self), let value = source.read(Int32.self) else { return nil }
        return isSignal == 1 ? ExitStatus(signal: value) : ExitStatus(code: value)
    }

    private static func gap(_ body: UnsafeRawBufferPointer) -> Gap? {
        var source = ByteSource(body)
        guard let bytes = source.read(UInt64.self) else { return nil }
        return Gap(bytes: bytes, reason: String(decoding: body[source.position...], as: UTF8.self))
    }

    private func json<Fields: Decodable>(_ type: Fields.Type, _ body: UnsafeRawBufferPointer) -> Fields? {
        try? JSONDecoder().decode(type, from: Data([UInt8](body)))
    }
}
