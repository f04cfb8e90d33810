extension RecordingWriter {
    /// What a block's payload is made of.
    enum Packing {
        case compressed(quality: Int32)
        /// As it is, in a stream that any decoder of Brotli reads.
        case stored
    }

    /// Ends the read that could still have grown.
    func endRead() {
        guard let read = block.endRead() else { return }
        account(read)
    }

    /// Adds an event to digest and summary.
    func account(_ event: RawEvent) {
        let body = event.body(in: block.records.bytes)
        digest.add(event, body: body)
        builder.add(event, body: body)
    }

    /// Closes a block that filled up before its time.
    ///
    /// In a flood of output the compressor would take the processor that the program needs, so after a while blocks are
    /// stored as they are; the compaction at the end makes them small. A single burst is no flood, and a flood without end
    /// must not fill the disk.
    func closeFullBlock(at time: Int64) {
        let isFast = block.firstTime.map { time - $0 <= options.floodInterval } ?? false
        fastBlocks = isFast ? fastBlocks + 1 : 0
        if fastBlocks > options.floodStart, statistics.storedBytes < options.storedLimit {
            closeBlock(.stored)
        } else {
            closeBlock(.compressed(quality: options.liveQualityBulk))
        }
    }

    /// Closes one whose time has come.
    func closeDueBlock(isLast: Bool = false) {
        fastBlocks = 0
        closeBlock(.compressed(quality: options.liveQualityQuiet), isLast: isLast)
    }

    /// Writes the open block; on failure the writer falls silent.
    private func closeBlock(_ packing: Packing, isLast: Bool = false) {
        endRead()
        guard failure == nil, let first = block.firstTime else { return }
        recordDigest(isLast: isLast)
        let start = block.zero &+ UInt64(clamping: first) &* Format.nanosecondsPerMillisecond
        do throws(RecordingError) {
            if case .compressed(let quality) = packing {
                try appendCompressed(quality: quality, startTime: start, isLast: isLast)
            } else if block.records.count <= StoredStream.limit {
                try appendStored(startTime: start, isLast: isLast)
            } else {
                try appendCompressed(quality: options.liveQualityBulk, startTime: start, isLast: isLast)
            }
        } catch {
            return fail(error)
        }
        statistics.blocks += 1
        statistics.fileBytes = file.size
        block.restart()
    }

    private func appendCompressed(quality: Int32, startTime: UInt64, isLast: Bool) throws(RecordingError) {
        let sealed = SealedBlock(
            records: block.records.bytes, count: block.recordCount, startTime: startTime,
            startOffset: block.startOffset, isLast: isLast, trying: [Brotli.Parameters(quality: quality)])
        guard let sealed else { throw .compression(path: path) }
        try file.append(sealed.bytes.bytes)
        blockSizes.append(sealed.sizes)
    }

    private func appendStored(startTime: UInt64, isLast: Bool) throws(RecordingError) {
        let count = block.records.count
        let head = StoredStream.head(count: count)
        var header = BlockHeader(
            startTime: startTime, startOffset: block.startOffset, decodedSize: UInt32(clamping: count),
            payloadSize: UInt32(clamping: head.count + count + 1), recordCount: UInt32(clamping: block.recordCount),
            flags: isLast ? 1 : 0)
        block.addTail(StoredStream.tail)
        header.checksum = header.computedChecksum { crc in
            head.withUnsafeBytes { crc.update($0) }
            crc.update(block.records.bytes)
        }
        var start = ByteSink(capacity: Format.headerSize + head.count)
        header.append(to: &start)
        start.append(head)
        try file.append(start.bytes, block.records.bytes)
        blockSizes.append(Summary.BlockSize(compressed: header.payloadSize, decoded: header.decodedSize))
        statistics.storedBytes += UInt64(count)
    }

    private func recordDigest(isLast: Bool) {
        guard !isLast, block.offset - lastDigest >= options.digestInterval, let time = lastRecordTime else { return }
        lastDigest = block.offset
        _ = block.append(RecordBody(extension: Format.Extension.digest, bytes: digest.value), time: time)
    }

    private var lastRecordTime: Int64? { block.isEmpty ? nil : builder.summary.duration.milliseconds }
}
