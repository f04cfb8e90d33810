import Glibc

/// The exact reads and inputs of a finished block, whose DATA and INPUT records are coarse.
///
/// The body of a timing record, all numbers varints:
/// 1. the end mark: its length, 0…16, and its bytes, with which most reads of the block end;
/// 2. a code per read: 0, all that is left of its DATA record; 1, up to and with the next end mark; else its length + 1.
///    They end when the DATA records are used up;
/// 3. how many events other than reads there are, and for each the number of reads since the one before, times two,
///    plus one if it is a record of its own (which has its exact time) and not a piece of the INPUT records;
/// 4. for each read and each piece of input, in order, the milliseconds since the one before, the first since the
///    session's start;
/// 5. the length of each piece of input.
struct TimingColumns {
    let data: [RawEvent]
    let inputs: [RawEvent]
    let others: [RawEvent]
    let offset: UInt64
    private(set) var events: [RawEvent] = []
    private var reads: [RawEvent] = []
    private var order: [UInt64] = []

    init(data: [RawEvent], inputs: [RawEvent], others: [RawEvent], offset: UInt64) {
        self.data = data
        self.inputs = inputs
        self.others = others
        self.offset = offset
    }

    /// Puts the events together; false if the columns don't fit the records.
    mutating func read(_ body: UnsafeRawBufferPointer, block: UnsafeRawBufferPointer) -> Bool {
        var source = ByteSource(body)
        guard let mark = source.readSized(), mark.count <= Self.longestMark,
            readLengths(&source, mark: UnsafeRawBufferPointer(rebasing: body[mark]), block: block),
            readOrder(&source)
        else { return false }
        return merge(&source) && source.isAtEnd
    }

    static let longestMark = 16

    private mutating func readLengths(
        _ source: inout ByteSource, mark: UnsafeRawBufferPointer, block: UnsafeRawBufferPointer
    ) -> Bool {
        for record in data {
            var start = record.start
            let end = record.start + record.count
            while start < end {
                guard reads.count < Format.recordLimit, let code = source.readVarint(),
                    let length = Self.length(code, UnsafeRawBufferPointer(rebasing: block[start..<end]), mark)
                else { return false }
                var read = record
                read.start = start
                read.count = length
                reads.append(read)
                start += length
            }
        }
        return true
    }

    private static func length(_ code: UInt64, _ rest: UnsafeRawBufferPointer, _ mark: UnsafeRawBufferPointer) -> Int? {
        switch code {
        case 0: return rest.count
        case 1: return end(of: mark, in: rest)
        default: return code - 1 <= UInt64(rest.count) ? Int(code - 1) : nil
        }
    }

    /// Where the first occurrence of the mark ends.
    static func end(of mark: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress, let pattern = mark.baseAddress, mark.count > 0 else { return nil }
        var start = 0
        while start + mark.count <= bytes.count {
            let room = bytes.count - start - mark.count + 1
            guard let found = memchr(base + start, Int32(mark[0]), room) else { return nil }
            if memcmp(found, pattern, mark.count) == 0 { return UnsafeRawPointer(found) - base + mark.count }
            start = UnsafeRawPointer(found) - base + 1
        }
        return nil
    }

    private mutating func readOrder(_ source: inout ByteSource) -> Bool {
        guard let count = source.readVarint(), count <= UInt64(source.remaining) else { return false }
        order.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let entry = source.readVarint() else { return false }
            order.append(entry)
        }
        return true
    }

    private mutating func merge(_ source: inout ByteSource) -> Bool {
        let pieces = order.count { $0 & 1 == 0 }
        guard let times = readTimes(&source, count: reads.count + pieces) else { return false }
        var cursor = Cursor(offset: offset)
        events.reserveCapacity(reads.count + order.count)
        for entry in order {
            guard entry >> 1 <= UInt64(reads.count - cursor.read) else { return false }
            for _ in 0..<Int(entry >> 1) { addRead(&cursor, times) }
            guard entry & 1 == 1 ? addOther(&cursor) : addInput(&cursor, times, &source) else { return false }
        }
        while cursor.read < reads.count { addRead(&cursor, times) }
        return cursor.other == others.count && cursor.input == inputs.count
    }

    private struct Cursor {
        var offset: UInt64
        var read = 0
        var other = 0
        var input = 0
        /// Bytes taken of the current INPUT record.
        var taken = 0
        var time = 0
    }

    private func readTimes(_ source: inout ByteSource, count: Int) -> [Int64]? {
        guard count <= source.remaining else { return nil }
        var times: [Int64] = []
        times.reserveCapacity(count)
        var time: UInt64 = 0
        for _ in 0..<count {
            guard let step = source.readVarint() else { return nil }
            time = time.addingReportingOverflow(step).partialValue
            guard time <= UInt64(Int64.max) else { return nil }
            times.append(Int64(time))
        }
        return times
    }

    private mutating func addRead(_ cursor: inout Cursor, _ times: [Int64]) {
        var read = reads[cursor.read]
        read.time = times[cursor.time]
        read.offset = cursor.offset
        events.append(read)
        cursor.offset &+= UInt64(read.count)
        cursor.read += 1
        cursor.time += 1
    }

    private mutating func addOther(_ cursor: inout Cursor) -> Bool {
        guard cursor.other < others.count else { return false }
        var other = others[cursor.other]
        other.offset = cursor.offset
        events.append(other)
        cursor.other += 1
        return true
    }

    private mutating func addInput(_ cursor: inout Cursor, _ times: [Int64], _ source: inout ByteSource) -> Bool {
        guard cursor.input < inputs.count, let length = source.readVarint() else { return false }
        var piece = inputs[cursor.input]
        guard length <= UInt64(piece.count - cursor.taken) else { return false }
        piece.start += cursor.taken
        cursor.taken += Int(length)
        if cursor.taken == piece.count {
            cursor.input += 1
            cursor.taken = 0
        }
        piece.count = Int(length)
        piece.time = times[cursor.time]
        piece.offset = cursor.offset
        events.append(piece)
        cursor.time += 1
        return true
    }
}
