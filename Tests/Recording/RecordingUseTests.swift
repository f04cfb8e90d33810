import Glibc
import ScreenModel
import Synchronization
import TestSupport
import Testing

@testable import Recording

struct RecordingUseTests {
    private func finished(_ path: String) throws {
        let metadata = SessionMetadata(sessionID: "a", command: ["x"], startedAt: 0)
        let writer = try RecordingWriter.create(at: path, metadata: metadata, size: Size(columns: 80, rows: 24))
        #expect(RecordingUse.isUsed(path))
        try writer.finish(exit: nil, at: .zero)
    }

    @Test func `a recording is used while it is written, and while somebody plays it`() throws {
        let folder = try TemporaryFolder()
        try finished(folder("a.ahr"))
        #expect(!RecordingUse.isUsed(folder("a.ahr")))
        do {
            let reader = try RecordingReader.open(path: folder("a.ahr"))
            reader.markUse()
            #expect(RecordingUse.isUsed(folder("a.ahr")))
            #expect(RecordingFile.isAbandoned(folder("a.ahr")))
            withExtendedLifetime(reader) {}
        }
        #expect(!RecordingUse.isUsed(folder("a.ahr")))
        #expect(!RecordingUse.isUsed(folder("none.ahr")))
    }

    @Test func `who only asks isn't taken for a recorder`() async throws {
        let folder = try TemporaryFolder()
        let path = folder("a.ahr")
        try finished(path)
        let asking = Asking()
        async let asked = asking.ask(path)
        var taken = 0
        for _ in 0..<20_000 where !RecordingFile.isAbandoned(path) { taken += 1 }
        asking.isOver.store(true, ordering: .relaxed)
        #expect(taken == 0)
        #expect(await asked > 0)
    }

    private final class Asking: Sendable {
        let isOver = Atomic<Bool>(false)

        func ask(_ path: String) async -> Int {
            var count = 0
            repeat {
                _ = RecordingUse.isUsed(path)
                count += 1
            } while !isOver.load(ordering: .relaxed)
            return count
        }
    }
}
