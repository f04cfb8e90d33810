import FoundationEssentials
import ScreenModel
import TestSupport
import Testing

@testable import Recording

/// The bytes of the format, written down: `Tests/Goldens/Recording/*.hex` are never written by a test.
struct FormatGoldenTests {
    private static let events: [(kind: Event.Kind, time: Int64)] = [
        (.output(Array("$ ".utf8)), 5), (.input(Array("l".utf8)), 400), (.output(Array("l".utf8)), 401),
        (.moment(Moment(id: 1, label: "here", type: "manual", isAutomatic: false)), 410),
        (.output(Array("s\r\n".utf8)), 450), (.snapshot(SnapshotReference(id: 1, label: "one", provider: "git")), 460),
        (.resize(columns: 90, rows: 30), 470), (.output(Array("end".utf8)), 480),
    ]

    private static func golden(_ name: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Goldens/Recording"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
        return text.split(separator: "\n").flatMap { line in
            line.prefix { $0 != "#" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private static func record(_ folder: TemporaryFolder) throws -> String {
        let path = folder("session.ahr")
        let metadata = SessionMetadata(sessionID: "S", command: ["sh"], startedAt: 1_000_000)
        var options = RecordingWriter.Options()
        options.flushInterval = 100_000
        let writer = try RecordingWriter.create(
            at: path, metadata: metadata, size: Size(columns: 80, rows: 24), options: options)
        for event in events { writer.append(event.kind, at: SessionTime(milliseconds: event.time)) }
        try writer.finish(exit: ExitStatus(code: 3), at: SessionTime(milliseconds: 500))
        return path
    }

    @Test func `records of a running session are as the golden says`() throws {
        let folder = try TemporaryFolder()
        let records = try RecordingReader.open(path: try Self.record(folder)).rawBlock(0).buffer
        #expect(records == (try Self.golden("running.hex")), "\(Self.hex(records))")
    }

    @Test func `records of a finished session are as the golden says`() throws {
        let folder = try TemporaryFolder()
        let path = try Self.record(folder)
        try Compaction.compact(path: path, quality: 5)
        let records = try RecordingReader.open(path: path).rawBlock(0).buffer
        #expect(records == (try Self.golden("finished.hex")), "\(Self.hex(records))")
    }

    /// The compressor may change, the reader may not.
    @Test func `a whole file that was written once is read for ever`() throws {
        let folder = try TemporaryFolder()
        let reader = try RecordingReader(bytes: try Self.golden("file.hex"))
        let path = try Self.record(folder)
        let made = try RecordingReader.open(path: path)
        let bytes = try SampleSession.bytes(of: path)
        #expect(reader.warnings.isEmpty && reader.isFinished, "\(Self.hex(bytes))")
        #expect(try SampleSession.read(reader) == SampleSession.read(made))
        #expect(try Verification.verify(reader).isIntact)
        #expect(reader.summary == made.summary)
    }

    @Test func `a block header has its fields where version 1 has them`() throws {
        var header = BlockHeader(
            startTime: 0x0807_0605_0403_0201, startOffset: 0x1817_1615_1413_1211, decodedSize: 0x2423_2221,
            payloadSize: 0x3433_3231, recordCount: 0x4443_4241, flags: 1)
        header.checksum = 0x5453_5251
        var sink = ByteSink()
        header.append(to: &sink)
        #expect(sink.array() == (try Self.golden("header.hex")), "\(Self.hex(sink.array()))")
        #expect(BlockHeader.read(sink.bytes) == .header(header))
    }

    @Test func `the checksum is CRC-32C`() {
        var crc = CRC32C()
        Array("123456789".utf8).withUnsafeBytes { crc.update($0) }
        #expect(crc.value == 0xe306_9283)
        var split = CRC32C()
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        bytes.withUnsafeBytes { all in
            split.update(UnsafeRawBufferPointer(rebasing: all[..<333]))
            split.update(UnsafeRawBufferPointer(rebasing: all[333...]))
        }
        var whole = CRC32C()
        bytes.withUnsafeBytes { whole.update($0) }
        #expect(split.value == whole.value)
    }
}
