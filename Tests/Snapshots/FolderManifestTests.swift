import TestSupport
import Testing

@testable import Snapshots

struct FolderManifestTests {
    private func manifest(_ random: inout SeededRandom) -> FolderManifest {
        func bytes(_ most: Int) -> [UInt8] {
            (0..<Int.random(in: 1...most, using: &random)).map { _ in UInt8.random(in: 48...255, using: &random) }
        }
        func attributes() -> FolderManifest.Attributes {
            FolderManifest.Attributes(
                mode: UInt32.random(in: 0...0o7777, using: &random),
                user: [0, 1000, .max].randomElement(using: &random)!,
                group: UInt32.random(in: 0 ... .max, using: &random),
                modified: Int64.random(in: .min ... .max, using: &random),
                extended: (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    .init(name: bytes(9), value: bytes(300))
                })
        }
        var manifest = FolderManifest()
        if Bool.random(using: &random) { manifest.root = attributes() }
        let kinds: [TreeEntry.Kind] = [.file, .folder, .link, .fifo, .socket, .characterDevice, .blockDevice, .missing]
        manifest.entries = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            var entry = FolderManifest.Entry(
                name: bytes(20), kind: kinds.randomElement(using: &random)!, attributes: attributes())
            entry.size = UInt64.random(in: 0 ... .max, using: &random)
            entry.isSparse = Bool.random(using: &random)
            entry.isFuzzy = Bool.random(using: &random)
            entry.link = [0, UInt64.random(in: 1 ... .max, using: &random)].randomElement(using: &random)!
            entry.device = [0, 2049].randomElement(using: &random)!
            entry.note = ["", "unreadable: Permission denied"].randomElement(using: &random)!
            return entry
        }
        return manifest
    }

    @Test(arguments: 0..<200) func `a manifest is read as it was written`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let manifest = manifest(&random)
        #expect(try FolderManifest(manifest.encoded(), path: "x") == manifest)
    }

    @Test(arguments: 0..<200) func `bytes that are no manifest are an error and no more`(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var bytes = manifest(&random).encoded()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            bytes[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let ends = [bytes.count] + (0..<20).map { _ in Int.random(in: 0...bytes.count, using: &random) }
        for end in ends {
            guard let read = try? FolderManifest(Array(bytes[..<end]), path: "x") else { continue }
            #expect(read.entries.allSatisfy { FolderManifest.isName($0.name[...]) })
        }
    }

    @Test(arguments: ["", ".", "..", "a/b", "a\0b"]) func `a name that leads elsewhere is refused`(name: String) {
        let entry = FolderManifest.Entry(
            name: Array(name.utf8), kind: .file, attributes: .init(mode: 0, user: 0, group: 0, modified: 0))
        #expect(throws: SnapshotError.self) {
            try FolderManifest(FolderManifest(entries: [entry]).encoded(), path: "x")
        }
    }
}
