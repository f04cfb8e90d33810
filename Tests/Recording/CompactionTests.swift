import Glibc
import ScreenModel
import TestSupport
import Testing

@testable import Recording

struct CompactionTests {
    @Test(arguments: 0..<12) func `compaction keeps every event, its time and the digest`(_ seed: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.digestInterval = 2000
        options.blockSize = [256 << 10, 1000][seed % 2]
        let events = SampleSession.events(seed: UInt64(seed), count: seed * 90)
        try SampleSession.record(events, at: path, options: options)
        let before = try SampleSession.read(path)
        let summary = try #require(try RecordingReader.open(path: path).summary)
        let report = try Verification.verify(path: path)
        #expect(report.isIntact, "\(report.findings)")

        let result = try Compaction.compact(path: path, quality: seed % 3 == 0 ? nil : 5)
        let after = try Verification.verify(path: path)
        #expect(after.isIntact, "\(after.findings)")
        #expect(after.digest == report.digest)
        #expect(result.after == UInt64(try SampleSession.bytes(of: path).count))
        #expect(try SampleSession.read(path).filter(Self.isNoDigest) == before.filter(Self.isNoDigest))
        var compacted = try #require(try RecordingReader.open(path: path).summary)
        compacted.blockSizes = summary.blockSizes
        #expect(compacted == summary)
    }

    private static func isNoDigest(_ event: Event) -> Bool {
        if case .digest = event.kind { false } else { true }
    }

    @Test func `a recording whose recorder is gone is compacted, one that still grows is not`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let events = SampleSession.events(seed: 4, count: 300)
        var writer: RecordingWriter? = try SampleSession.record(events, at: path, finishes: false)
        let before = try SampleSession.bytes(of: path)
        #expect(throws: RecordingError.self) { try Compaction.compact(path: path) }
        #expect(try SampleSession.bytes(of: path) == before)
        writer?.append(.output(Array("the last that is written".utf8)), at: SessionTime(milliseconds: 1 << 30))
        try writer?.flush(durable: false)
        let kept = try SampleSession.read(path).filter(Self.isNoDigest)
        writer = nil
        try Compaction.compact(path: path)
        #expect(try SampleSession.read(path).filter(Self.isNoDigest) == kept)
        #expect(try Verification.verify(path: path).isIntact)
    }

    @Test func `compacting twice changes nothing more`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        try SampleSession.record(SampleSession.events(seed: 3, count: 500), at: path)
        try Compaction.compact(path: path)
        let once = try SampleSession.bytes(of: path)
        try Compaction.compact(path: path)
        #expect(try SampleSession.bytes(of: path) == once)
    }

    @Test func `however the same reads reach the file, the digest is the same`() throws {
        let folder = try TemporaryFolder()
        let events = SampleSession.events(seed: 11, count: 300)
        let digests = try [100, 3000, 256 << 10].map { size in
            var options = RecordingWriter.Options()
            options.blockSize = size
            // A read of the PTY that doesn't fit a block would be two: here all do.
            options.flushInterval = .random(in: 50...500)
            options.mergeInterval = -1
            let path = folder("\(size).ahr")
            try SampleSession.record(events.filter { Self.length($0.kind) < 20 }, at: path, options: options)
            return try Verification.verify(path: path).digest
        }
        #expect(digests[0] != nil && digests[1] == digests[0] && digests[2] == digests[0])
    }

    private static func length(_ kind: Event.Kind) -> Int {
        if case .output(let bytes) = kind { bytes.count } else { 0 }
    }

    @Test func `a large recording becomes several large blocks with a block table`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var random = SeededRandom(seed: 1)
        let events: [(Event.Kind, Int64)] = (0..<900).map { index in
            (.output((0..<4000).map { _ in UInt8.random(in: 65...70, using: &random) }), Int64(index * 5))
        }
        try SampleSession.record(events.map { (kind: $0.0, time: $0.1) }, at: path)
        try Compaction.compact(path: path, quality: 2)
        let reader = try RecordingReader.open(path: path)
        #expect((3...5).contains(reader.blocks.count))
        #expect(reader.summary?.blockSizes.count == reader.blocks.count - 1)
        #expect(try Verification.verify(path: path).isIntact)
        #expect(try StrictReader(SampleSession.bytes(of: path)).output.count == 3_600_000)
    }

    @Test func `a live or changed file is not compacted, and nothing is left beside it`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let writer = try SampleSession.record(SampleSession.events(seed: 1, count: 50), at: path, finishes: false)
        let before = try SampleSession.bytes(of: path)
        #expect(throws: RecordingError.self) { try Compaction.compact(path: path) }
        #expect(try SampleSession.bytes(of: path) == before)
        #expect(try Self.names(in: folder.path) == ["session.ahr"])
        withExtendedLifetime(writer) {}
    }

    @Test func `a torn file is compacted when asked for, up to the tear`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = 500
        try SampleSession.record(SampleSession.events(seed: 2, count: 200), at: path, options: options)
        let bytes = try SampleSession.bytes(of: path)
        let torn = folder("torn.ahr")
        try Self.write(Array(bytes.prefix(bytes.count - 500)), to: torn)
        let before = try SampleSession.read(torn)
        try Compaction.compact(path: torn, acceptsDamage: true)
        #expect(try SampleSession.read(torn).filter(Self.isNoDigest) == before.filter(Self.isNoDigest))
        #expect(try Verification.verify(path: torn).isIntact)
        #expect(try SampleSession.bytes(of: torn + ".damaged") == Array(bytes.prefix(bytes.count - 500)))
        #expect(throws: RecordingError.self) { try Compaction.compact(path: torn, acceptsDamage: true) }
        // One that isn't damaged leaves nothing beside it, and one that is being written is never pulled from its recorder.
        try Compaction.compact(path: path, acceptsDamage: true)
        let live = folder("live.ahr")
        let writer = try SampleSession.record(SampleSession.events(seed: 3, count: 50), at: live, finishes: false)
        #expect(throws: RecordingError.self) { try Compaction.compact(path: live, acceptsDamage: true) }
        #expect(try Self.names(in: folder.path) == ["live.ahr", "session.ahr", "torn.ahr", "torn.ahr.damaged"])
        withExtendedLifetime(writer) {}
    }

    @Test func `any cut of a file is compacted to what can be read of it, or refused`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = 500
        try SampleSession.record(SampleSession.events(seed: 5, count: 60), at: path, options: options)
        let bytes = try SampleSession.bytes(of: path)
        for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
            let torn = folder("\(count).ahr")
            try Self.write(Array(bytes.prefix(count)), to: torn)
            guard let before = try? SampleSession.read(torn) else {
                #expect(throws: RecordingError.self) { try Compaction.compact(path: torn, acceptsDamage: true) }
                #expect(try SampleSession.bytes(of: torn).count == count)
                continue
            }
            try Compaction.compact(path: torn, acceptsDamage: true)
            #expect(try SampleSession.read(torn).filter(Self.isNoDigest) == before.filter(Self.isNoDigest), "\(count)")
            #expect(try Verification.verify(path: torn).isIntact)
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }

    private static func names(in folder: String) throws -> [String] {
        let environment = TestEnvironment.variables(home: "/")
        return try CommandRun(["/bin/ls", folder], environment: environment).text.split(separator: "\n").map(
            String.init)
    }
}
