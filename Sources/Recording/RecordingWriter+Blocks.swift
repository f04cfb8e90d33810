extension RecordingWriter {
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

    /// Compresses the open block and writes it; on failure the writer falls silent.
    func closeBlock(quality: Int32, isLast: Bool = false) {
        endRead()
        guard failure == nil, let first = block.firstTime else { return }
        recordDigest(isLast: isLast)
        let start = block.zero &+ UInt64(clamping: first) &* Format.nanosecondsPerMillisecond
        let sealed = SealedBlock(
            records: block.records.bytes, count: block.recordCount, startTime: start,
            startOffset: block.startOffset, isLast: isLast, trying: [Brotli.Parameters(quality: quality)])
        guard let sealed else { return fail(.compression(path: path)) }
        do throws(RecordingError) { try file.append(sealed.bytes.bytes) } catch { return fail(error) }
        blockSizes.append(sealed.sizes)
        statistics.blocks += 1
        statistics.fileBytes = file.size
        block.restart()
    }

    private func recordDigest(isLast: Bool) {
        guard !isLast, block.offset - lastDigest >= options.digestInterval, let time = lastRecordTime else { return }
        lastDigest = block.offset
        _ = block.append(RecordBody(extension: Format.Extension.digest, bytes: digest.value), time: time)
    }

    private var lastRecordTime: Int64? { block.isEmpty ? nil : builder.summary.duration.milliseconds }
}
