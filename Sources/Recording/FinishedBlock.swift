/// A block of a finished file in the making: coarse DATA records, and columns for the exact reads.
struct FinishedBlock: ~Copyable {
    let zero: UInt64
    let startOffset: UInt64
    private(set) var firstTime: Int64?
    private(set) var lastTime: Int64
    private(set) var output = ByteSink(capacity: 64 << 10)
    private(set) var input = ByteSink()
    /// Bodies of all other records.
    private(set) var bodies = ByteSink()
    private(set) var parts: [Part] = []
    /// Lengths of the reads, those that end a DATA record negative.
    private(set) var reads: [Int] = []
    private(set) var order: [UInt64] = []
    private(set) var steps: [UInt64] = []
    private(set) var inputLengths: [UInt64] = []

    /// A record to come: DATA from `start` in the output, or another with its body from `start` in the bodies.
    typealias Part = RawEvent

    private var window: RawEvent?
    /// Records that wait for the end of the DATA record in which they fall.
    private var waiting: [Part] = []
    private var readsSinceEvent: UInt64 = 0
    private var lastStep: Int64 = 0

    init(zero: UInt64, startOffset: UInt64, time: Int64) {
        self.zero = zero
        self.startOffset = startOffset
        lastTime = time
    }

    /// Bytes that it will decode to, about.
    var size: Int { output.count + input.count + bodies.count + parts.count * 28 + steps.count * 3 }
    var isEmpty: Bool { firstTime == nil }

    mutating func add(_ event: RawEvent, body: UnsafeRawBufferPointer) {
        lastTime = max(lastTime, event.time)
        if firstTime == nil { firstTime = lastTime }
        if event.isOutput {
            addRead(body)
        } else if event.isInput {
            order.append(readsSinceEvent << 1)
            readsSinceEvent = 0
            addStep()
            inputLengths.append(UInt64(body.count))
            input.append(body)
        } else {
            addOther(event, body)
        }
    }

    private mutating func addStep() {
        steps.append(UInt64(clamping: lastTime - lastStep))
        lastStep = lastTime
    }

    private mutating func addRead(_ body: UnsafeRawBufferPointer) {
        if let open = window, lastTime - open.time >= Format.coarseInterval { closeWindow() }
        if window == nil {
            window = RawEvent(
                tag: Format.Tag.data, time: lastTime, offset: startOffset + UInt64(output.count), start: output.count)
        }
        output.append(body)
        reads.append(body.count)
        readsSinceEvent += 1
        addStep()
    }

    /// A resize or snapshot splits DATA, since an old reader must see it in its place; anything else waits.
    private mutating func addOther(_ event: RawEvent, _ body: UnsafeRawBufferPointer) {
        order.append(readsSinceEvent << 1 | 1)
        readsSinceEvent = 0
        if event.tag == Format.Tag.resize || event.tag == Format.Tag.snapshot { closeWindow() }
        var part = event
        part.time = lastTime
        part.start = bodies.count
        part.count = body.count
        bodies.append(body)
        if window == nil { parts.append(part) } else { waiting.append(part) }
    }

    /// Ends the open DATA record.
    mutating func closeWindow() {
        guard var open = window, let last = reads.indices.last else { return }
        open.count = output.count - open.start
        reads[last] = -reads[last]
        parts.append(open)
        parts.append(contentsOf: waiting)
        waiting.removeAll()
        window = nil
    }
}
