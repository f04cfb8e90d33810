import CBrotli

/// Brotli's encoder and decoder, whole pieces at a time.
enum Brotli {
    /// What of the encoder's choices is tried for a finished file; none of it changes what a decoder needs.
    struct Parameters: Hashable, Sendable {
        var quality: Int32
        /// log₂ of the window; 24 at most, which every decoder has.
        var window: UInt32 = 22
        /// Low bits of a distance that are coded plainly, 0…3.
        var postfixBits: UInt32 = 0
        /// Distances with codes of their own.
        var directDistances: UInt32 = 0
        /// So many bytes at the end get codes of their own, as a digest, whose random bytes would spoil those of what is
        /// before them.
        var separateTail = 0
        /// Codes by context cost more than they save in the smallest sessions.
        var usesContexts = true

        init(quality: Int32, window: UInt32 = 22, postfixBits: UInt32 = 0, directDistances: UInt32 = 0) {
            self.quality = min(max(quality, 0), 11)
            self.window = window
            self.postfixBits = postfixBits
            self.directDistances = directDistances
        }
    }

    /// Appends one standalone stream to the sink. False if the library refuses, as without memory.
    static func compress(
        _ bytes: UnsafeRawBufferPointer, _ parameters: Parameters, into sink: inout ByteSink
    ) -> Bool {
        guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else { return false }
        defer { BrotliEncoderDestroyInstance(state) }
        configure(state, parameters, size: bytes.count)
        let head = max(0, bytes.count - parameters.separateTail)
        if parameters.separateTail > 0, head > 0 {
            let part = UnsafeRawBufferPointer(rebasing: bytes[..<head])
            guard run(state, BROTLI_OPERATION_FLUSH, part, into: &sink) else { return false }
        }
        let start = parameters.separateTail > 0 ? head : 0
        return run(
            state, BROTLI_OPERATION_FINISH, UnsafeRawBufferPointer(rebasing: bytes[start...]), into: &sink)
    }

    private static func run(
        _ state: OpaquePointer, _ operation: BrotliEncoderOperation, _ bytes: UnsafeRawBufferPointer,
        into sink: inout ByteSink
    ) -> Bool {
        var available = bytes.count
        var next = bytes.bindMemory(to: UInt8.self).baseAddress
        var none = 0
        repeat {
            guard BrotliEncoderCompressStream(state, operation, &available, &next, &none, nil, nil) != 0
            else { return false }
            var size = 0
            if let out = BrotliEncoderTakeOutput(state, &size) {
                sink.append(UnsafeRawBufferPointer(start: out, count: size))
            }
        } while available > 0 || BrotliEncoderHasMoreOutput(state) != 0
            || (operation == BROTLI_OPERATION_FINISH && BrotliEncoderIsFinished(state) == 0)
        return true
    }

    private static func configure(_ state: OpaquePointer, _ parameters: Parameters, size: Int) {
        BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, UInt32(parameters.quality))
        BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, parameters.window)
        BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, UInt32(clamping: size))
        BrotliEncoderSetParameter(state, BROTLI_PARAM_NPOSTFIX, parameters.postfixBits)
        BrotliEncoderSetParameter(state, BROTLI_PARAM_NDIRECT, parameters.directDistances)
        BrotliEncoderSetParameter(
            state, BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING, parameters.usesContexts ? 0 : 1)
    }

    enum Outcome {
        case whole
        /// The stream ends early; what came out of it is good.
        case torn
        case damaged
        /// It would be longer than the limit.
        case tooLarge
    }

    /// Decodes at most `limit` bytes. Memory follows what really comes out, not what a header promises.
    static func decompress(_ bytes: UnsafeRawBufferPointer, limit: Int) -> (output: [UInt8], outcome: Outcome) {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return ([], .damaged) }
        defer { BrotliDecoderDestroyInstance(state) }
        var output: [UInt8] = []
        var available = bytes.count
        var next = bytes.bindMemory(to: UInt8.self).baseAddress
        var capacity = min(limit, max(4096, bytes.count &* 8))
        while true {
            var produced = 0
            var result = BROTLI_DECODER_RESULT_ERROR
            let before = output.count
            output.append(
                contentsOf: [UInt8](unsafeUninitializedCapacity: capacity - before) { buffer, count in
                    var room = buffer.count
                    var target = buffer.baseAddress
                    result = BrotliDecoderDecompressStream(state, &available, &next, &room, &target, nil)
                    produced = buffer.count - room
                    count = produced
                })
            switch result {
            case BROTLI_DECODER_RESULT_SUCCESS: return (output, available == 0 ? .whole : .damaged)
            case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return (output, .torn)
            case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
                guard output.count < limit else { return (output, .tooLarge) }
                capacity = min(limit, capacity * 2)
            default: return (output, .damaged)
            }
        }
    }
}
