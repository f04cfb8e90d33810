import Glibc
import ScreenModel
import TestSupport
import Testing

@testable import Recording

/// A file that is read while it grows.
struct LiveFileTests {
    @Test func `a growing file shows each block once it is written`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let writer = try SampleSession.record([(.output([65]), 0)], at: path, finishes: false)
        let reader = try RecordingReader.open(path: path)
        #expect(reader.blocks.count == 1 && !reader.isFinished && reader.warnings.isEmpty)
        #expect(try !reader.refresh())
        for index in 1...5 {
            writer.append(.output([65 + UInt8(index)]), at: SessionTime(milliseconds: Int64(index) * 1000))
            try writer.flush(durable: false)
            #expect(try reader.refresh())
            #expect(reader.blocks.count == index + 1)
            #expect(try reader.block(index).output == [65 + UInt8(index)])
        }
        try writer.finish(exit: ExitStatus(signal: 9), at: SessionTime(milliseconds: 9000))
        #expect(try reader.refresh())
        #expect(reader.isFinished)
        #expect(reader.summary?.exit == ExitStatus(signal: 9))
        #expect(reader.summary?.duration.milliseconds == 9000)
        #expect(reader.summary?.outputBytes == 6)
    }

    @Test func `a block that is half written is read when it is whole`() throws {
        let folder = try TemporaryFolder()
        let source = folder("whole.ahr")
        var options = RecordingWriter.Options()
        options.blockSize = 400
        try SampleSession.record(SampleSession.events(seed: 9, count: 120), at: source, options: options)
        let bytes = try SampleSession.bytes(of: source)
        let expected = try SampleSession.read(source)

        let path = folder("growing.ahr")
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let reader = try RecordingReader.open(path: path)
        for start in stride(from: 0, to: bytes.count, by: 61) {
            let piece = Array(bytes[start..<min(start + 61, bytes.count)])
            #expect(write(descriptor, piece, piece.count) == piece.count)
            #expect(try reader.refresh() || reader.blocks.isEmpty || reader.blocks.last?.condition == .whole)
            #expect(reader.blocks.dropLast().allSatisfy { $0.condition == .whole })
        }
        #expect(reader.isFinished && reader.warnings.isEmpty)
        #expect(try SampleSession.read(reader) == expected)
    }

    @Test func `the facts of a live file are those of the finished one`() throws {
        let folder = try TemporaryFolder()
        let path = folder("session.ahr")
        let events = SampleSession.events(seed: 21, count: 300)
        let writer = try SampleSession.record(events, at: path, finishes: false)
        let live = try RecordingReader.open(path: path).index()
        try writer.finish(exit: nil, at: SessionTime(milliseconds: events.last?.time ?? 0))
        var finished = try #require(try RecordingReader.open(path: path).summary)
        finished.blockSizes = []
        #expect(finished == live)
        #expect(live.metadata == SampleSession.metadata && live.branch == SampleSession.branch)
        #expect(live.initialSize == Size(columns: 100, rows: 30))
        #expect(live.snapshots.contains { $0.value.provider == "git" && $0.value.label == "new" })
    }
}
