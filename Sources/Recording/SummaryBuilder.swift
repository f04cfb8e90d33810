import ScreenModel

/// Gathers the facts of a recording while its events go by.
struct SummaryBuilder {
    private(set) var summary = Summary()
    private let meaning: RecordMeaning
    private var hasSize = false
    /// A snapshot whose reference record may follow.
    private var openSnapshot = false
    /// The records behind the facts, for the closing record.
    private(set) var facts: [(event: RawEvent, body: [UInt8])] = []

    init(zero: UInt64) {
        let startedAt = Int64(clamping: zero / Format.nanosecondsPerMillisecond)
        meaning = RecordMeaning(startedAt: startedAt)
        summary.startedAt = startedAt
    }

    mutating func add(_ event: RawEvent, body: UnsafeRawBufferPointer) {
        summary.duration = max(summary.duration, SessionTime(milliseconds: event.time))
        if event.isOutput {
            summary.outputBytes &+= UInt64(event.count)
            summary.readCount += 1
            return
        }
        summary.eventCount += 1
        if event.isInput {
            summary.inputBytes &+= UInt64(event.count)
            return
        }
        if keepsFact(event) {
            facts.append((event, [UInt8](body)))
            addFact(event, body: body)
        }
    }

    private func keepsFact(_ event: RawEvent) -> Bool {
        switch event.tag {
        case Format.Tag.resize, Format.Tag.snapshot: true
        case Format.Tag.input: Self.factKinds.contains(event.kind) && event.version == Format.Extension.version
        default: false
        }
    }

    private static let factKinds: Set<UInt8> = [
        Format.Extension.metadata, Format.Extension.moment, Format.Extension.snapshot, Format.Extension.branch,
        Format.Extension.exit, Format.Extension.gap, Format.Extension.state,
    ]

    /// Takes in a fact without counting it as an event.
    mutating func addFact(_ event: RawEvent, body: UnsafeRawBufferPointer) {
        if event.isExtension(Format.Extension.snapshot) {
            guard openSnapshot, let last = summary.snapshots.indices.last else { return }
            meaning.complete(&summary.snapshots[last].value, body: body)
            openSnapshot = false
            return
        }
        openSnapshot = event.tag == Format.Tag.snapshot
        let time = SessionTime(milliseconds: event.time)
        let offset = ByteOffset(event.offset)
        switch meaning.kind(of: event, body: body) {
        case .metadata(let metadata): summary.metadata = metadata
        case .branch(let branch): summary.branch = branch
        case .exit(let exit): summary.exit = exit
        case .moment(let moment): summary.moments.append(Anchored(time: time, offset: offset, value: moment))
        case .snapshot(let value): summary.snapshots.append(Anchored(time: time, offset: offset, value: value))
        case .state(let change): summary.states.append(Anchored(time: time, offset: offset, value: change))
        case .gap(let gap): summary.gaps.append(Anchored(time: time, offset: offset, value: gap))
        case .resize(let columns, let rows):
            let size = Size(columns: columns, rows: rows)
            if hasSize {
                summary.resizes.append(Anchored(time: time, offset: offset, value: size))
            } else {
                summary.initialSize = size
                hasSize = true
            }
        default: break
        }
    }

    /// A gap that the reader found, in no record of the file.
    mutating func addGap(_ gap: Gap, time: SessionTime, offset: ByteOffset) {
        summary.gaps.append(Anchored(time: time, offset: offset, value: gap))
    }

    mutating func setTotals(_ change: (inout Summary) -> Void) {
        change(&summary)
    }
}
