import Interchange
import ScreenModel
import TestSupport
import Testing

@testable import Recording

/// Real sessions: every file is readable by a strict reader of version 1, exact, and small enough.
@Suite(.enabled(if: Corpus.isPresent, Comment(rawValue: Corpus.skipped)))
struct CorpusTests {
    struct Sizes {
        var name: String
        var raw = 0
        var live = 0
        var finished = 0
        var xz = 0
    }

    @Test func `finished files are at most four fifths of xz of the same asciicasts, running ones half of raw`() throws
    {
        let folder = try TemporaryFolder()
        let all = try Corpus.streams.filter { $0.hasSuffix(".cast") }.map { try measure($0, in: folder) }
        for one in all { print(Self.line(one)) }
        let finished = all.reduce(0) { $0 + $1.finished }
        if all.allSatisfy({ $0.xz > 0 }) {
            let xz = all.reduce(0) { $0 + $1.xz }
            print("finished \(finished), xz \(xz): \(Double(finished) / Double(xz))")
            #expect(Double(finished) <= 0.8 * Double(xz))
        } else {
            print("no xz here: sizes are not compared")
        }
        for one in all where one.name.hasPrefix("claude-") || one.name.hasPrefix("codex-") {
            guard one.raw >= 90_000 else { continue }
            #expect(one.live * 2 <= one.raw, "\(one.name) while it runs")
            #expect(Double(one.finished) <= 0.08 * Double(one.raw), "\(one.name)")
        }
    }

    private static func line(_ one: Sizes) -> String {
        func percent(_ part: Int, _ whole: Int) -> String {
            whole == 0 ? "-" : "\(Double(part * 1000 / whole) / 10) %"
        }
        return "\(one.name): raw \(one.raw), running \(one.live) (\(percent(one.live, one.raw))), finished "
            + "\(one.finished) (\(percent(one.finished, one.raw)) of raw, \(percent(one.finished, one.xz)) of xz)"
    }

    private func measure(_ source: String, in folder: TemporaryFolder) throws -> Sizes {
        let stream = String(source.split(separator: "/").last ?? "")
        let session = try ForeignFormat.read(path: source)
        let path = folder("\(stream).ahr")
        try Self.record(session, name: stream, at: path)
        let live = try SampleSession.bytes(of: path)
        let before = try SampleSession.read(path)
        try Compaction.compact(path: path)
        let finished = try SampleSession.bytes(of: path)
        #expect(try SampleSession.read(path) == before, "compaction changed \(stream)")
        #expect(Self.output(before) == session.output, "\(stream) lost bytes")
        for file in [live, finished] { #expect(try StrictReader(file).output == session.output) }
        var sizes = Sizes(name: stream, raw: session.output.count, live: live.count, finished: finished.count)
        sizes.xz = try Self.compressedSize(source)
        return sizes
    }

    static func record(_ session: ImportedSession, name: String, at path: String) throws {
        let writer = try RecordingWriter.create(
            at: path, metadata: metadata(of: session, name: name), size: session.size)
        for event in session.events { writer.append(event.kind, at: event.time) }
        try writer.finish(exit: nil, at: session.duration)
    }

    private static func metadata(of session: ImportedSession, name: String) -> SessionMetadata {
        var metadata = session.metadata(sessionID: String(name.split(separator: ".")[0]))
        metadata.command = []
        metadata.origin = nil
        return metadata
    }

    static func output(_ events: [Event]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            if case .output(let bytes) = event.kind { bytes } else { [] }
        }
    }

    /// Bytes of `xz -9`; zero without xz.
    private static func compressedSize(_ path: String) throws -> Int {
        let environment = TestEnvironment.variables(home: "/")
        let run = try CommandRun(["/usr/bin/env", "xz", "-9", "-c", path], environment: environment)
        return run.status == 0 ? run.output.count : 0
    }

    @Test(arguments: Corpus.recordings)
    func `a file of another recorder is read`(_ path: String) throws {
        let reader = try RecordingReader.open(path: path)
        let strict = try StrictReader(SampleSession.bytes(of: path), needsResize: false)
        #expect(reader.warnings.isEmpty)
        #expect(Self.output(try SampleSession.read(reader)) == strict.output)
        #expect(!strict.output.isEmpty)
        #expect(try reader.index().outputBytes == UInt64(strict.output.count))
    }
}
