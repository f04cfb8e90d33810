import Glibc
import ScreenModel
import TestSupport
import Testing

@testable import Recording

struct RecordingWriterTests {
    @Test(arguments: 0..<12) func `what is recorded is read back`(_ seed: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let events = SampleSession.events(seed: UInt64(seed), count: 20 + seed * 60)
        var options = RecordingWriter.Options()
        options.blockSize = [256 << 10, 2048, 600][seed % 3]
        options.mergeInterval = -1
        options.digestInterval = 4096
        try SampleSession.record(events, at: path, options: options)

        let read = try SampleSession.read(path).filter { if case .digest = $0.kind { false } else { true } }
        let expected =
            [.resize(columns: 100, rows: 30), .metadata(SampleSession.metadata), .branch(SampleSession.branch)]
            + events.map(\.kind) + [.exit(ExitStatus(code: 0))]
        #expect(read.map(\.kind) == expected)
        #expect(read.dropFirst(3).dropLast().map(\.time.milliseconds) == events.map(\.time))
        var offset: UInt64 = 0
        for event in read {
            #expect(event.offset.value == offset)
            if case .output(let bytes) = event.kind { offset += UInt64(bytes.count) }
        }
    }

    @Test(arguments: 0..<6) func `every finished file opens in a strict reader of version 1`(_ seed: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = [256 << 10, 700][seed % 2]
        let events = SampleSession.events(seed: UInt64(seed), count: 400)
        try SampleSession.record(events, at: path, options: options)
        let live = try StrictReader(SampleSession.bytes(of: path))
        let output = events.flatMap { event -> [UInt8] in
            if case .output(let bytes) = event.kind { bytes } else { [] }
        }
        #expect(live.output == output)
        try Compaction.compact(path: path)
        let finished = try StrictReader(SampleSession.bytes(of: path))
        #expect(finished.output == output)
        #expect(finished.resizes == live.resizes && finished.snapshots == live.snapshots)
        try agreesWithPython(path, finished)
    }

    /// The same in another language, by the system's own Brotli.
    private func agreesWithPython(_ path: String, _ strict: StrictReader) throws {
        let script = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/strict_v1.py"
        let environment = TestEnvironment.variables(home: "/")
        let run = try CommandRun(["/usr/bin/env", "python3", script, path], environment: environment)
        guard run.status != 77, run.status != 127 else {
            print("no python3 with libbrotlidec here: not compared")
            return
        }
        #expect(run.status == 0, "\(run.errorText)")
        let hex = strict.output.map { byte in
            "\("0123456789abcdef".utf8Digit(byte >> 4))\("0123456789abcdef".utf8Digit(byte & 15))"
        }
        .joined()
        #expect(run.text.contains("\"output\": \"\(hex)\""))
    }

    @Test func `a flood is stored as it is until it ends, and is read by everybody`() throws {
        let folder = try TemporaryFolder()
        let path = folder("flood.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = 70_000
        let piece = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let flood = (0..<40).map { (kind: Event.Kind.output(piece), time: Int64($0)) }
        let events = flood + [(.output(Array("quiet again".utf8)), 5000)]
        let writer = try SampleSession.record(events, at: path, options: options)
        // Twenty blocks of 100,000 bytes, of which the first eight are no flood yet.
        #expect(writer.statistics.storedBytes > 1_100_000 && writer.statistics.storedBytes < 1_300_000)
        #expect(writer.statistics.fileBytes < 1_400_000)
        let strict = try StrictReader(SampleSession.bytes(of: path))
        #expect(strict.output == flood.flatMap { _ in piece } + Array("quiet again".utf8))
        let before = try SampleSession.read(path)
        try Compaction.compact(path: path)
        #expect(try SampleSession.read(path).map(\.kind) == before.map(\.kind))
        #expect(try SampleSession.bytes(of: path).count < 100_000)
    }

    @Test func `a flood without end is compressed again before it fills the disk`() throws {
        let folder = try TemporaryFolder()
        var options = RecordingWriter.Options()
        options.blockSize = 1000
        options.storedLimit = 20_000
        let events = (0..<100).map { (kind: Event.Kind.output([UInt8](repeating: 65, count: 1000)), time: Int64($0)) }
        let writer = try SampleSession.record(events, at: folder("flood.ahr"), options: options)
        #expect(writer.statistics.storedBytes >= 20_000 && writer.statistics.storedBytes < 23_000)
    }

    @Test(arguments: [1, 2, 65_535, 65_536, 65_537, 1 << 20, 1 << 20 + 1, 3 << 20])
    func `a stored stream is a stream of Brotli`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let stream = StoredStream.head(count: count) + bytes + [StoredStream.tail]
        let decoded = stream.withUnsafeBytes { Brotli.decompress($0, limit: count) }
        #expect(decoded.outcome == .whole && decoded.output == bytes)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 4096, 100_003]) func `the checksum is the same with and without the processor's`(
        count: Int
    ) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 >> 2) }
        var (native, tables) = (CRC32C(), CRC32C(usesTables: true))
        for part in [bytes[..<(count / 3)], bytes[(count / 3)...]] {
            part.withUnsafeBytes {
                native.update($0)
                tables.update($0)
            }
        }
        #expect(native.value == tables.value)
        var known = CRC32C()
        Array("123456789".utf8).withUnsafeBytes { known.update($0) }
        #expect(known.value == 0xE306_9283)
    }

    @Test func `reads that come back to back are one, with the first one's time`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let events: [(Event.Kind, Int64)] = [("a", 10), ("b", 11), ("c", 12), ("d", 13), ("e", 40)].map {
            (.output(Array($0.0.utf8)), Int64($0.1))
        }
        try SampleSession.record(events.map { (kind: $0.0, time: $0.1) }, at: path)
        let block = try RecordingReader.open(path: path).block(0)
        #expect(block.reads.map(\.time.milliseconds) == [10, 13, 40])
        #expect(block.reads.map(\.count) == [3, 1, 1])
        #expect(block.output == Array("abcde".utf8))
    }

    @Test func `an overdue block is closed by the next event, and pending time tells the timer`() throws {
        let folder = try TemporaryFolder()
        let writer = try RecordingWriter.create(
            at: folder("a/b/session.ahr"), metadata: SampleSession.metadata, size: Size(columns: 80, rows: 24))
        #expect(writer.pendingSince == .zero)
        writer.append(.output([65]), at: SessionTime(milliseconds: 249))
        #expect(writer.statistics.blocks == 0)
        writer.append(.output([66]), at: SessionTime(milliseconds: 260))
        #expect(writer.statistics.blocks == 1)
        #expect(writer.pendingSince?.milliseconds == 260)
        try writer.flush(durable: true)
        #expect(writer.pendingSince == nil)
        #expect(writer.offset.value == 2)
        var status = stat()
        #expect(stat(writer.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat(folder("a"), &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test func `a file that is there already is left alone unless replacing is asked for`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("precious", to: "session.ahr")
        #expect(throws: RecordingError.exists(path: path)) { try SampleSession.record([], at: path) }
        var options = RecordingWriter.Options()
        options.replacesExisting = true
        try SampleSession.record([], at: path, options: options)
        #expect(try RecordingReader.open(path: path).isFinished)
    }

    @Test func `a removed file is told of once, and the session goes on`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let writer = try SampleSession.record([(.output([1]), 0)], at: path, finishes: false)
        unlink(path)
        writer.append(.output([2]), at: SessionTime(milliseconds: 10))
        #expect(throws: RecordingError.vanished(path: path)) { try writer.flush(durable: false) }
        writer.append(.output([3]), at: SessionTime(milliseconds: 20))
        try writer.flush(durable: true)
        try writer.finish(exit: nil, at: SessionTime(milliseconds: 30))
        #expect(writer.failure == .vanished(path: path))
        // A recorder that waited for it to be written would never sleep again.
        #expect(writer.pendingSince == nil)
    }

    @Test func `a disk that fills up leaves a file that is valid up to its last whole block`() async {
        // The kernel's limit stands for a full disk. It holds for a whole process, so this has one of its own.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder("session.ahr")
            var random = SeededRandom(seed: 5)
            let writer = try SampleSession.record([(.output([65]), 0)], at: path, finishes: false)
            let whole = writer.statistics.fileBytes
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(1), &limit)
            limit.rlim_cur = rlim_t(whole + 100)
            setrlimit(__rlimit_resource_t(1), &limit)
            writer.append(.output((0..<5000).map { _ in .random(in: 0...255, using: &random) }), at: .zero)
            let failure = #expect(throws: RecordingError.self) { try writer.flush(durable: false) }
            guard case .write(path, whole, EFBIG) = failure else {
                Issue.record("\(String(describing: failure))")
                exit(1)
            }
            guard try SampleSession.bytes(of: path).count == Int(whole),
                try RecordingReader.open(path: path).warnings.isEmpty
            else { exit(2) }
            try writer.flush(durable: true)
        }
    }

    @Test func `time that runs backwards stands still in the file`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        try SampleSession.record([(.output([1]), 500), (.input([2]), 100), (.output([3]), 90)], at: path)
        let times = try SampleSession.read(path).map(\.time.milliseconds)
        #expect(times == times.sorted())
        #expect(try Verification.verify(path: path).isIntact)
    }

    @Test func `huge reads and records are split or replaced, and nothing is lost of output`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = 64 << 10
        let big = [UInt8](repeating: 88, count: 1 << 20)
        let long = String(repeating: "x", count: Format.bodyLimit + 1)
        try SampleSession.record(
            [
                (.output(big), 0), (.input([UInt8](repeating: 1, count: Format.bodyLimit + 5)), 1),
                (.moment(Moment(id: 1, label: long, type: "manual", isAutomatic: false)), 2),
            ], at: path, options: options)
        let reader = try RecordingReader.open(path: path)
        let events = try SampleSession.read(reader)
        #expect(CorpusTests.output(events) == big)
        #expect(reader.summary?.inputBytes == UInt64(Format.bodyLimit + 5))
        #expect(reader.summary?.gaps.count == 1)
        #expect(try Verification.verify(path: path).isIntact)
    }
}

extension String {
    fileprivate func utf8Digit(_ value: UInt8) -> Character { self[index(startIndex, offsetBy: Int(value))] }
}
