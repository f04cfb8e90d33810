import ScreenModel
import TestSupport
import Testing

@testable import Recording

/// Torn, damaged and hostile files.
struct SalvageTests {
    private static func file(seed: UInt64, blockSize: Int = 600, compacted: Bool = false) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = blockSize
        try SampleSession.record(SampleSession.events(seed: seed, count: 150), at: path, options: options)
        if compacted { try Compaction.compact(path: path, quality: 5) }
        return try SampleSession.bytes(of: path)
    }

    private static func output(_ bytes: [UInt8]) throws -> [UInt8] {
        CorpusTests.output(try SampleSession.read(RecordingReader(bytes: bytes)))
    }

    @Test func `a torn tail is read up to the tear`() throws {
        let whole = try Self.file(seed: 1)
        let all = try Self.output(whole)
        var last = 0
        for length in 0..<whole.count {
            let reader = try RecordingReader(bytes: Array(whole[..<length]))
            let output = CorpusTests.output(try SampleSession.read(reader))
            #expect(all.starts(with: output))
            #expect(output.count >= last, "a longer file says less at \(length)")
            last = max(last, output.count)
            #expect(reader.warnings.count <= 1)
            #expect(!reader.isFinished)
        }
    }

    @Test func `a torn finished file gives its coarse reads`() throws {
        let whole = try Self.file(seed: 2, compacted: true)
        let all = try Self.output(whole)
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(all.starts(with: try Self.output(Array(whole[..<length]))))
        }
    }

    @Test(arguments: 0..<400) func `a flipped bit costs at most its block and is told of`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let whole = try Self.cached
        var bytes = whole
        let position = Int.random(in: 0..<bytes.count, using: &random)
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        guard let reader = try? RecordingReader(bytes: bytes) else { return }
        let good = try RecordingReader(bytes: whole)
        let hit = good.blocks.firstIndex {
            $0.position <= UInt64(position) && UInt64(position) < $0.position + $0.size
        }
        let expected = try good.blocks.indices.filter { $0 != hit }.flatMap { try good.block($0).allEvents }
        let found = try SampleSession.read(reader)
        let missing = expected.filter { !found.contains($0) }
        // A changed first header may move time zero; all else stays.
        if hit != 0 { #expect(missing.isEmpty, "bit at \(position) cost \(missing.count) events of other blocks") }
        #expect(try !Verification.verify(reader).isIntact, "bit at \(position) went unseen")
    }

    private static var cached: [UInt8] { get throws { try file(seed: 4) } }

    @Test(arguments: 0..<300) func `random damage never traps`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var bytes = try Self.cached
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            case 1: bytes.remove(at: .random(in: 0..<bytes.count, using: &random))
            case 2: bytes.insert(.random(in: 0...255, using: &random), at: .random(in: 0..<bytes.count, using: &random))
            default: bytes[Int.random(in: 0..<bytes.count, using: &random)] = 0xff
            }
        }
        guard let reader = try? RecordingReader(bytes: bytes) else { return }
        _ = try SampleSession.read(reader)
        _ = try reader.index()
        _ = try Verification.verify(reader)
    }

    /// Records under a checksum are trusted no more than others: here the damage is inside the compressed part.
    @Test(arguments: 0..<300) func `damaged records under a good checksum never trap`(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let good = try RecordingReader(bytes: try Self.file(seed: UInt64(seed % 5), compacted: true))
        var records = try good.rawBlock(0).buffer
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            records[Int.random(in: 0..<records.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        let bytes = try Self.sealed(records)
        let reader = try RecordingReader(bytes: bytes)
        _ = try SampleSession.read(reader)
        _ = try reader.index()
        _ = try Verification.verify(reader)
    }

    /// A file of one block with these records.
    static func sealed(_ records: [UInt8], isLast: Bool = true, time: UInt64 = 0) throws -> [UInt8] {
        try records.withUnsafeBytes { bytes in
            let block = SealedBlock(
                records: bytes, count: 1, startTime: time, startOffset: 0, isLast: isLast,
                trying: [Brotli.Parameters(quality: 5)])
            guard let block else { throw RecordingError.compression(path: "") }
            return block.bytes.array()
        }
    }

    @Test func `a block that is cut out is shown as a gap of its size`() throws {
        let whole = try Self.file(seed: 4)
        let good = try RecordingReader(bytes: whole)
        let cut = good.blocks[2]
        var bytes = whole
        for index in 0..<20 { bytes[Int(cut.position) + 60 + index] ^= 0x55 }
        let reader = try RecordingReader(bytes: bytes)
        let block = try reader.block(2)
        #expect(block.output.isEmpty)
        #expect(block.gaps.map(\.value.bytes) == [UInt64(try good.block(2).output.count)])
        #expect(block.gaps.first?.offset == cut.startOffset)
        #expect(block.warnings.map(\.reason) == [.checksum])
        #expect(block.warnings.first?.offset == cut.position)
    }

    @Test func `a header that is gone is stepped over`() throws {
        let whole = try Self.file(seed: 4)
        let good = try RecordingReader(bytes: whole)
        var bytes = whole
        for index in 0..<44 { bytes[Int(good.blocks[2].position) + index] = 0 }
        let reader = try RecordingReader(bytes: bytes)
        #expect(reader.blocks.count == good.blocks.count)
        #expect(reader.blocks[2].condition == .hole)
        #expect(reader.warnings.map(\.reason) == [.noBlock(bytes: good.blocks[2].size)])
        #expect(try reader.block(2).gaps.first?.value.bytes == UInt64(try good.block(2).output.count))
        #expect(try reader.block(3).output == good.block(3).output)
        #expect(reader.summary == good.summary)
    }

    @Test func `an empty file opens and says so; another kind of file doesn't open`() throws {
        let empty = try RecordingReader(bytes: [])
        #expect(empty.blocks.isEmpty && empty.warnings.map(\.reason) == [.empty])
        #expect(try empty.index().outputBytes == 0)
        for text in [
            "{\"version\": 2}\n[0.1, \"o\", \"x\"]", "AHX", "x", String(repeating: "no recording\n", count: 9000),
        ] {
            #expect(throws: RecordingError.self, "\(text.prefix(9))") { try RecordingReader(bytes: Array(text.utf8)) }
        }
    }

    @Test func `a small file can't ask for much memory`() throws {
        // 30 MB of zero bytes are a few dozen bytes in Brotli, and so is a header that promises 4 GB.
        var bytes = try Self.sealed([UInt8](repeating: 0, count: 64 << 20))
        #expect(bytes.count < 1024)
        let reader = try RecordingReader(bytes: bytes)
        #expect(try reader.block(0).warnings.map(\.reason) == [.tooLarge(claimed: 64 << 20)])
        for index in 24..<28 { bytes[index] = 0xff }
        #expect(try RecordingReader(bytes: bytes).block(0).gaps.count == 1)
        let many = try Self.sealed([UInt8](repeating: 0, count: Format.decodedLimit))
        #expect(try RecordingReader(bytes: many).block(0).reads.isEmpty)
    }

    @Test func `an unknown tag ends the block with a warning that names it`() throws {
        var records: [UInt8] = [1, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [80, 0, 24, 0]
        records += [9, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        let block = try RecordingReader(bytes: try Self.sealed(records)).block(0)
        #expect(block.events.map(\.kind) == [.resize(columns: 80, rows: 24)])
        #expect(block.warnings.map(\.reason) == [.unknownTag(9)])
        #expect("\(block.warnings[0])".contains("unknown tag 9"))
    }

    @Test func `a later version of the format is named`() throws {
        var bytes = try Self.sealed([])
        bytes[4] = 2
        #expect(throws: RecordingError.version(path: "", offset: 0, version: 2)) { try RecordingReader(bytes: bytes) }
    }

    @Test func `extension records of unknown kinds and versions are kept`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let unknown: [Event.Kind] = [
            .unknown(kind: 77, version: 1, body: [1, 2, 3]), .unknown(kind: 2, version: 9, body: Array("{}".utf8)),
            .unknown(kind: 6, version: 2, body: [0]),
        ]
        try SampleSession.record(unknown.map { ($0, 5) }, at: path)
        try Compaction.compact(path: path)
        let kinds = try SampleSession.read(path).map(\.kind)
        for kind in unknown { #expect(kinds.contains(kind)) }
    }
}
