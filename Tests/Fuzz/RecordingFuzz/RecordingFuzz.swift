// Reads anything as a recording: as a file, and as the records of a block under a good checksum. Build and run with
//
//     AH_FUZZ=1 swift build --product recording-fuzz --sanitize=fuzzer --sanitize=address --scratch-path .build-fuzz
//     .build-fuzz/debug/recording-fuzz -max_total_time=300 -timeout=10 -rss_limit_mb=1500
@testable import Recording

/// An even first byte: the rest is a file. An odd one: the rest is the records of its only block.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecording(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 0 else { return 0 }
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let rest = UnsafeRawBufferPointer(rebasing: input[1...])
    readEverything(input[0] & 1 == 0 ? [UInt8](rest) : file(of: rest))
    return 0
}

private func file(of records: UnsafeRawBufferPointer) -> [UInt8] {
    guard
        let block = SealedBlock(
            records: records, count: 1, startTime: 0, startOffset: 0, isLast: true,
            trying: [Brotli.Parameters(quality: 0)])
    else { return [] }
    return block.bytes.array()
}

private func readEverything(_ bytes: [UInt8]) {
    guard let reader = try? RecordingReader(bytes: bytes) else { return }
    for index in reader.blocks.indices {
        guard let block = try? reader.block(index) else { continue }
        precondition(block.reads.reduce(0) { $0 + $1.count } == block.output.count)
        _ = block.allEvents
    }
    _ = try? reader.index()
    _ = try? Verification.verify(reader)
}
