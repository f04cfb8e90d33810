import Testing

@testable import Snapshots

struct MountTableTests {
    private let table = MountTable(
        parsing: Array(
            """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
            43 27 0:40 / /pool/my\\040data ro,relatime - zfs pool/my\\040data rw
            44 27 0:41 / /twice rw - tmpfs one rw
            45 27 0:42 / /twice rw - btrfs /dev/loop0 rw

            not a line
            46 27 0:42 / /cut rw -
            """.utf8))

    @Test func `mounts are read with their optional fields and escaped blanks`() {
        #expect(table.mounts.count == 5)
        #expect(
            table.mount(at: "/pool/my data")
                == .init(folder: "/pool/my data", fileSystem: "zfs", source: "pool/my data", isReadOnly: true))
        #expect(table.mount(at: "/")?.fileSystem == "ext4")
        #expect(table.mount(at: "/nowhere") == nil)
    }

    @Test func `of two at one folder the later one is seen`() {
        #expect(table.mount(at: "/twice")?.fileSystem == "btrfs")
    }

    @Test func `this machine's own table has a root`() throws {
        #expect(try MountTable().mount(at: "/") != nil)
    }
}
