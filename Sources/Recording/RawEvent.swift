/// One canonical event as it lies in memory: which record it is, and where its body is.
///
/// Reading, digest and compaction work on these; so a record of a later version survives a rewrite byte for byte.
struct RawEvent {
    var tag: UInt8
    /// `pad[0]` of a record with the tag of input: the extension's kind, zero for input itself.
    var kind: UInt8 = 0
    /// `pad[1]`: the extension's version.
    var version: UInt8 = 0
    /// Milliseconds since the session's start.
    var time: Int64
    /// Output bytes before it.
    var offset: UInt64 = 0
    /// Where the body is in its buffer: of DATA and INPUT the bytes, of an extension what follows the length, of the other
    /// tags all that follows the record's header.
    var start = 0
    var count = 0

    var isOutput: Bool { tag == Format.Tag.data }
    var isInput: Bool { tag == Format.Tag.input && kind == 0 }

    func isExtension(_ kind: UInt8) -> Bool { tag == Format.Tag.input && self.kind == kind }

    func body(in buffer: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
    }
}
