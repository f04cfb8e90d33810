import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct PackWriterTests {
    private let folder: TemporaryFolder
    private let repository: GitRepository
    private let lookup: ObjectLookup
    private let writer: PackWriter

    init() throws {
        folder = try TemporaryFolder()
        repository = GitRepository(folder("objects.git"))
        try repository.prepare()
        lookup = ObjectLookup(objects: repository.path)
        writer = PackWriter(objects: repository.path, stored: lookup)
    }

    private func git(_ arguments: String..., input: [UInt8] = []) throws -> CommandRun {
        try CommandRun(
            ["git", "--git-dir", repository.path] + arguments,
            environment: TestEnvironment.variables(home: folder.path),
            input: input)
    }

    private var packs: [String] {
        get throws { try WholeFile.names(in: "\(repository.path)/objects/pack").filter { $0.hasSuffix(".pack") } }
    }

    @Test func `git reads what was written, object by object`() throws {
        var random = SeededRandom(seed: 3)
        var contents: [ObjectID: [UInt8]] = [:]
        for size in [0, 1, 15, 16, 17, 2047, 2048, 2049, 65_536, 300_000, 5_000_000] {
            let part = (0..<min(size, 4096)).map { _ in UInt8(truncatingIfNeeded: random.next() % 40) }
            let bytes = size > 4096 ? part + incompressible(size - part.count) : part
            contents[try writer.add(.blob, bytes)] = bytes
        }
        let before = WholeFile.size("\(repository.path)/objects/pack")
        #expect(try writer.commit() > before)
        for (id, bytes) in contents {
            #expect(try git("cat-file", "blob", id.hex).output == bytes)
            #expect(lookup.contains(id))
        }
        #expect(try git("verify-pack", "\(repository.path)/objects/pack/\(packs[0])").status == 0)
        #expect(!lookup.contains(ObjectHash.of([1])))
    }

    @Test func `an object that is there isn't written again`() throws {
        let first = try writer.add(.blob, Array("x".utf8))
        #expect(try writer.add(.blob, Array("x".utf8)) == first)
        try writer.commit()
        #expect(try writer.add(.blob, Array("x".utf8)) == first)
        #expect(writer.isEmpty)
        #expect(try writer.commit() == 0)
        #expect(try packs.count == 1)
    }

    @Test(arguments: [100, 6_000_000]) func `what is taken back is as if it had never been`(size: Int) throws {
        let kept = try writer.add(.blob, Array("kept".utf8))
        var stream = writer.startBlob(size: UInt64(size))
        // Incompressible, so that a large one is in the file already.
        let bytes = incompressible(size / 2)
        try bytes.withRaw { bytes throws(SnapshotError) in try writer.add(bytes, to: &stream) }
        try writer.takeBack(stream)
        let after = try writer.add(.blob, Array("after".utf8))
        try writer.commit()
        #expect(try git("cat-file", "blob", kept.hex).text == "kept")
        #expect(try git("cat-file", "blob", after.hex).text == "after")
        #expect(try git("verify-pack", "\(repository.path)/objects/pack/\(packs[0])").status == 0)
    }

    @Test func `a streamed blob has the id of a whole one`() throws {
        let bytes = [UInt8](repeating: 7, count: 4_000_000) + incompressible(5_000_000)
        var stream = writer.startBlob(size: UInt64(bytes.count))
        for start in stride(from: 0, to: bytes.count, by: 1_000_003) {
            try Array(bytes[start..<min(start + 1_000_003, bytes.count)]).withRaw { part throws(SnapshotError) in
                try writer.add(part, to: &stream)
            }
        }
        let id = try writer.finish(stream)
        #expect(id == bytes.withUnsafeBytes { ObjectHash.of(.blob, $0) })
        try writer.commit()
        #expect(try git("cat-file", "-s", id.hex).text == "9000000\n")
        #expect(try git("fsck", "--full").status == 0)
    }

    @Test func `nothing is left of what was discarded`() throws {
        for _ in 0..<3 { try writer.add(.blob, incompressible(3_000_000)) }
        writer.discard()
        #expect(try WholeFile.names(in: "\(repository.path)/objects/pack").isEmpty)
        #expect(try writer.commit() == 0)
    }

    @Test func `places beyond two gigabytes are written as git writes them`() throws {
        let ids = (0..<300).map { ObjectHash.of([UInt8($0 % 256), UInt8($0 / 256)]) }.sorted()
        let entries = ids.enumerated().map {
            PackEntry(id: $1, offset: $0 % 3 == 0 ? 0x8000_0000 + UInt64($0) * 7 : UInt64($0), crc: UInt32($0))
        }
        let index = PackIndexFile(owned: PackIndexFile.encode(entries, checksum: .zero))
        #expect(index.count == 300)
        for (position, entry) in entries.enumerated() {
            let read = index.entry(at: position)
            #expect(read.id == entry.id && read.offset == entry.offset && read.crc == entry.crc)
            #expect(index.contains(entry.id))
        }
    }
}
