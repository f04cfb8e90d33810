import Crypto

/// The running SHA-256 over all canonical events: kind, time and bytes of each, in order, however a file frames them.
///
/// Each event adds tag, extension kind, its version and a zero byte, the time in milliseconds as i64, the length as u32,
/// and its body as a record has it (for output and input the bytes alone). Timing columns, digests and summaries are
/// framing and add nothing.
struct EventDigest {
    private var hash = SHA256()

    mutating func add(_ event: RawEvent, body: UnsafeRawBufferPointer) {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { head in
            head.storeBytes(of: event.tag, toByteOffset: 0, as: UInt8.self)
            head.storeBytes(of: event.kind, toByteOffset: 1, as: UInt8.self)
            head.storeBytes(of: event.version, toByteOffset: 2, as: UInt8.self)
            head.storeBytes(of: 0, toByteOffset: 3, as: UInt8.self)
            head.storeBytes(of: event.time.littleEndian, toByteOffset: 4, as: Int64.self)
            head.storeBytes(of: UInt32(clamping: body.count).littleEndian, toByteOffset: 12, as: UInt32.self)
            hash.update(bufferPointer: UnsafeRawBufferPointer(head))
        }
        hash.update(bufferPointer: body)
    }

    /// The digest of all events so far, 32 bytes.
    var value: [UInt8] { [UInt8](hash.finalize()) }
}
