extension DecodedBlock {
    /// Lays the output out contiguously and gives the other events their meaning.
    mutating func fill(from raw: RawBlock, meaning: RecordMeaning) {
        let outputs = raw.events.lazy.filter(\.isOutput)
        let total = outputs.reduce(0) { $0 + $1.count }
        reads.reserveCapacity(outputs.count)
        raw.buffer.withUnsafeBytes { buffer in
            output = [UInt8](unsafeUninitializedCapacity: total) { target, count in
                for event in outputs {
                    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[count...])
                        .copyMemory(from: event.body(in: buffer))
                    reads.append(Read(time: SessionTime(milliseconds: event.time), start: count, count: event.count))
                    count += event.count
                }
            }
            for event in raw.events where !event.isOutput { add(event, event.body(in: buffer), meaning) }
        }
        if let first = raw.events.first { startTime = SessionTime(milliseconds: first.time) }
        endTime = raw.events.last.map { SessionTime(milliseconds: $0.time) } ?? startTime
    }

    private mutating func add(_ event: RawEvent, _ body: UnsafeRawBufferPointer, _ meaning: RecordMeaning) {
        let place = (time: SessionTime(milliseconds: event.time), offset: ByteOffset(event.offset))
        if event.isExtension(Format.Extension.snapshot), event.version == Format.Extension.version,
            let last = events.indices.last, case .snapshot(var snapshot) = events[last].kind,
            snapshot.provider == nil, events[last].offset == place.offset
        {
            meaning.complete(&snapshot, body: body)
            events[last].kind = .snapshot(snapshot)
            return
        }
        events.append(Event(time: place.time, offset: place.offset, kind: meaning.kind(of: event, body: body)))
    }

    /// All events of the block in their order, output among them.
    public var allEvents: [Event] {
        var all: [Event] = []
        all.reserveCapacity(reads.count + events.count)
        var next = 0
        for read in reads {
            let offset = ByteOffset(startOffset.value &+ UInt64(read.start))
            // An event at the offset of a read was before it: the read's bytes come after that offset.
            while next < events.count, events[next].offset <= offset {
                all.append(events[next])
                next += 1
            }
            all.append(Event(time: read.time, offset: offset, kind: .output(Array(output[read.range]))))
        }
        all.append(contentsOf: events[next...])
        return all
    }
}
