import FoundationEssentials
import Recording
import TestSupport
import Testing

@testable import Interchange

struct CorpusTests {
    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Corpus.streams)
    func `every real stream is read whole and without a warning`(path: String) throws {
        let session = try ForeignFormat.read(path: path)
        #expect(session.warnings.isEmpty)
        #expect(!session.output.isEmpty)
        if path.hasSuffix(".raw") {
            #expect(session.output == Array(try Data(contentsOf: URL(filePath: path))))
        }
    }

    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Corpus.streams)
    func `every real stream comes back from asciicast 3, its bytes as text`(path: String) throws {
        let session = try ForeignFormat.read(path: path)
        var writer = AsciicastWriter(version: .v3)
        var bytes = writer.header(size: session.size)
        for event in session.events { bytes += writer.encode(event) }
        bytes += writer.finish()
        let back = try Asciicast.read(bytes: bytes, path: path)
        #expect(String(decoding: back.output, as: UTF8.self) == String(decoding: session.output, as: UTF8.self))
        #expect(back.duration == session.duration)
    }
}
