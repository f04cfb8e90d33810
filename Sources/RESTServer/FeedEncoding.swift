import FoundationEssentials
import NIOCore
import Recording

/// What a stream tells of: the terminal's bytes, or what happened in the session.
enum FeedKind: Hashable, Sendable {
    case terminal, session
}

/// A block of a recording as server-sent events.
struct EncodedBlock: Sendable {
    var terminal: [ByteBuffer] = []
    var session: [ByteBuffer] = []
    /// The position after it.
    var end: FeedPosition

    func parts(_ kind: FeedKind) -> [ByteBuffer] { kind == .terminal ? terminal : session }
    var size: Int { (terminal + session).reduce(256) { $0 + $1.readableBytes } }
}

/// Makes server-sent events of a block's records.
struct FeedEncoding {
    let session: String
    /// What is told already: all up to here is left out.
    let after: FeedPosition
    private var encoded: EncodedBlock
    private var terminal = ByteBuffer()
    private var events = ByteBuffer()
    private var last = FeedPosition.start

    /// Bytes of one part, about: what is handed to a connection at once.
    private static let partSize = 128 << 10
    /// Reads are told together while they are so many milliseconds apart, and so many bytes in all, at most.
    private static let patience: Int64 = 20
    private static let chunkSize = 32 << 10

    static func encode(_ block: DecodedBlock, session: String, after: FeedPosition = .start) -> EncodedBlock {
        var encoding = FeedEncoding(session: session, after: after)
        encoding.add(block)
        return encoding.encoded
    }

    private init(session: String, after: FeedPosition) {
        self.session = session
        self.after = after
        encoded = EncodedBlock(end: after)
    }

    private mutating func add(_ block: DecodedBlock) {
        var read = 0
        for event in block.events {
            let place = Int(clamping: event.offset.value &- block.startOffset.value)
            addReads(of: block, &read, before: place)
            add(event)
        }
        addReads(of: block, &read, before: Int.max)
        encoded.end = max(
            encoded.end, FeedPosition(offset: block.endOffset.value, time: max(0, block.endTime.milliseconds)))
        flush(always: true)
    }

    /// Tells of the reads that begin before a place in the block's output.
    private mutating func addReads(of block: DecodedBlock, _ index: inout Int, before end: Int) {
        while index < block.reads.count, block.reads[index].start < end {
            let first = block.reads[index]
            var upper = first.range.upperBound
            var time = first.time
            index += 1
            while index < block.reads.count {
                let next = block.reads[index]
                guard next.start < end, next.start == upper, next.time - first.time <= Self.patience,
                    next.range.upperBound - first.start <= Self.chunkSize
                else { break }
                upper = next.range.upperBound
                time = next.time
                index += 1
            }
            addOutput(block, first.start..<min(upper, block.output.count), first.time, time)
        }
    }

    private mutating func addOutput(
        _ block: DecodedBlock, _ range: Range<Int>, _ first: SessionTime, _ last: SessionTime
    ) {
        var range = range
        let end = block.startOffset.value &+ UInt64(range.upperBound)
        guard end > after.offset, !range.isEmpty else { return }
        // Somebody who stopped in the midst of what is one read now gets the rest of it.
        let told = Int(clamping: after.offset.subtractingReportingOverflow(block.startOffset.value).partialValue)
        if after.offset > block.startOffset.value, told > range.lowerBound { range = told..<range.upperBound }
        write(id: FeedPosition(offset: end, time: last.milliseconds), event: "pty", to: \.terminal) { buffer in
            buffer.writeString("{\"type\":\"terminal\",\"encoding\":\"base64\",\"data\":\"")
            buffer.writeBytes(Data(block.output[range]).base64EncodedData())
            buffer.writeString("\",\"timestamp\":\(first.seconds)}")
        }
    }

    private mutating func add(_ event: Event) {
        switch event.kind {
        case .resize(let columns, let rows):
            guard let id = place(event) else { return }
            write(id: id, event: "pty", to: \.terminal) { buffer in
                buffer.writeString(
                    "{\"type\":\"terminal_resize\",\"cols\":\(columns),\"rows\":\(rows),"
                        + "\"timestamp\":\(event.time.seconds)}")
            }
        case .moment(let moment):
            let attributes = (moment.attributes ?? [:]).sorted { $0.key < $1.key }
                .map { JSON.Member(name: $0.key, value: .string($0.value)) }
            tell(
                "timeline.sessionMoment", event, "moment",
                SessionJSON.moment(
                    moment.id, event.time.milliseconds, moment.label, isAutomatic: moment.isAutomatic, moment.type,
                    moment.description, attributes: attributes.isEmpty ? nil : .object(attributes)))
        case .snapshot(let reference):
            tell(
                "timeline.fsSnapshot.created", event, "fsSnapshot",
                SessionJSON.snapshot(
                    reference.id, event.time.milliseconds, reference.label, session: session, reference.provider,
                    reference.reason, size: reference.size.map { Int64(clamping: $0) }, takenAt: nil, isThere: true))
        case .exit(let status):
            tell(
                "exit", event, "exit",
                ["code": .optional(status.code), "signal": .optional(status.signal)])
        default: break
        }
    }

    /// The event's own position; nil when it is told already.
    private mutating func place(_ event: Event) -> FeedPosition? {
        var position = FeedPosition(offset: event.offset.value, time: max(0, event.time.milliseconds))
        if last.offset == position.offset, last.time == position.time { position.order = last.order + 1 }
        last = position
        return position > after ? position : nil
    }

    private mutating func tell(_ type: String, _ event: Event, _ name: String, _ value: JSON) {
        guard let id = place(event) else { return }
        let json: JSON = .object([
            .init(name: "type", value: .string(type)), .init(name: "sessionId", value: .string(session)),
            .init(name: "ts", value: .seconds(event.time.milliseconds)), .init(name: name, value: value),
        ])
        write(id: id, event: "session", to: \.events) { $0.writeBytes(json.bytes) }
    }

    private mutating func write(
        id: FeedPosition, event: String, to buffer: WritableKeyPath<FeedEncoding, ByteBuffer>,
        _ data: (inout ByteBuffer) -> Void
    ) {
        self[keyPath: buffer].writeString("event: \(event)\nid: \(id.text)\ndata: ")
        data(&self[keyPath: buffer])
        self[keyPath: buffer].writeString("\n\n")
        flush(always: false)
    }

    private mutating func flush(always: Bool) {
        if terminal.readableBytes > (always ? 0 : Self.partSize) {
            encoded.terminal.append(terminal)
            terminal = ByteBuffer()
        }
        if events.readableBytes > (always ? 0 : Self.partSize) {
            encoded.session.append(events)
            events = ByteBuffer()
        }
    }
}
