import TestSupport
import Testing

@testable import Snapshots

struct FileLockTests {
    @Test func `many may share, one may have it alone`() throws {
        let folder = try TemporaryFolder()
        let path = folder("lock")
        let over = Deadline(milliseconds: 0)
        var shared: [FileLock] = try (0..<3).map { _ in try FileLock(path, .shared, deadline: over) }
        #expect(throws: SnapshotError.busy(path: path)) { try FileLock(path, .exclusive, deadline: over) }
        #expect(try FileLock(trying: path) == nil)
        #expect(FileLock.isHeld(path))
        shared = []
        #expect(shared.isEmpty && !FileLock.isHeld(path))
        let alone = try #require(try FileLock(trying: path))
        #expect(throws: SnapshotError.busy(path: path)) { try FileLock(path, .shared, deadline: over) }
        withExtendedLifetime(alone) {}
    }
}
