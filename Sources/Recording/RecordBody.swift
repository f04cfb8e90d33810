import FoundationEssentials

/// An event's record without its header: what the file and the digest hold of it.
struct RecordBody {
    var tag: UInt8
    var kind: UInt8 = 0
    var version: UInt8 = 0
    /// Without the length that an extension or input carries before it.
    var bytes: [UInt8]

    init(tag: UInt8, bytes: [UInt8]) {
        self.tag = tag
        self.bytes = bytes
    }

    init(extension kind: UInt8, version: UInt8 = Format.Extension.version, bytes: [UInt8]) {
        tag = Format.Tag.input
        self.kind = kind
        self.version = version
        self.bytes = bytes
    }

    /// The records of an event: one, or for a snapshot that of version 1 and its reference.
    static func records(of kind: Event.Kind, offset: ByteOffset) -> [RecordBody] {
        switch kind {
        case .output(let bytes): [RecordBody(tag: Format.Tag.data, bytes: bytes)]
        case .input(let bytes): [RecordBody(tag: Format.Tag.input, bytes: bytes)]
        case .resize(let columns, let rows):
            [
                RecordBody(
                    tag: Format.Tag.resize,
                    bytes: littleEndian(UInt16(clamping: columns)) + littleEndian(UInt16(clamping: rows)))
            ]
        case .mark(let code, let value):
            [RecordBody(tag: Format.Tag.mark, bytes: littleEndian(code) + littleEndian(value))]
        case .moment(let moment): [json(Format.Extension.moment, MomentFields(moment))]
        case .snapshot(let snapshot): records(of: snapshot, offset: offset)
        case .metadata(let metadata): [json(Format.Extension.metadata, MetadataFields(metadata))]
        case .branch(let branch): [json(Format.Extension.branch, branch)]
        case .state(let change): [json(Format.Extension.state, change)]
        case .redaction(let redaction): [json(Format.Extension.redaction, redaction)]
        case .exit(let exit): [RecordBody(extension: Format.Extension.exit, bytes: bytes(of: exit))]
        case .gap(let gap):
            [RecordBody(extension: Format.Extension.gap, bytes: littleEndian(gap.bytes) + Array(gap.reason.utf8))]
        case .digest(let digest): [RecordBody(extension: Format.Extension.digest, bytes: digest)]
        case .unknown(let kind, let version, let body):
            [RecordBody(extension: kind, version: version, bytes: body)]
        }
    }

    /// Version 1's record with the label cut to what its length field can say, and the reference if there is one.
    private static func records(of snapshot: SnapshotReference, offset: ByteOffset) -> [RecordBody] {
        var label = Array(snapshot.label.utf8.prefix(Int(UInt16.max)))
        while label.count == Int(UInt16.max), String(validating: label, as: UTF8.self) == nil { label.removeLast() }
        let old = RecordBody(
            tag: Format.Tag.snapshot,
            bytes: littleEndian(snapshot.id) + littleEndian(offset.value) + littleEndian(UInt16(label.count)) + label)
        let fields = SnapshotFields(snapshot)
        return fields.isEmpty ? [old] : [old, json(Format.Extension.snapshot, fields)]
    }

    /// The code or the signal, and which of them it is.
    private static func bytes(of exit: ExitStatus) -> [UInt8] {
        let value = exit.code ?? exit.signal ?? 0
        return [exit.code == nil && exit.signal != nil ? 1 : 0] + littleEndian(value)
    }

    private static func json(_ kind: UInt8, _ value: some Encodable) -> RecordBody {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // These values are strings and integers only: there is nothing in them that JSON can't say.
        let data = try? encoder.encode(value)
        return RecordBody(extension: kind, bytes: data.map { [UInt8]($0) } ?? Array("{}".utf8))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
    }
}

extension RecordBody {
    /// The record, in several if it is input over the limit; what else is so long isn't kept, and a gap says so.
    func pieces(limit: Int) -> [RecordBody] {
        guard bytes.count > limit else { return [self] }
        guard tag == Format.Tag.input, kind == 0 else {
            let gap = Gap(bytes: UInt64(bytes.count), reason: "record of kind \(kind) too long")
            return RecordBody.records(of: .gap(gap), offset: ByteOffset(0))
        }
        return stride(from: 0, to: bytes.count, by: limit).map {
            RecordBody(tag: tag, bytes: Array(bytes[$0..<min($0 + limit, bytes.count)]))
        }
    }
}
