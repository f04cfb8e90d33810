import Glibc
import Processes
import SessionHost
import TestSupport
import Testing

struct HookDeliveryTests {
    private static let message = ClientMessage.moment(MomentRequest(label: "x", type: "tool_boundary"))

    @Test func `a listener has the greeting and all messages`() throws {
        let folder = try TemporaryFolder()
        let listener = try UnixSocket.listen(at: folder("s"))
        let wasSent = HookDelivery.send([.input([1, 2]), .status], to: folder("s"), milliseconds: 20)
        #expect(wasSent)
        let client = try #require(listener.accept())
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { client.read(into: $0) } ?? 0
        #expect(
            Array(bytes[..<count]) == SessionProtocol.greeting + ClientMessage.input([1, 2]).encoded()
                + ClientMessage.status.encoded()
        )
    }

    @Test func `nobody there is no wait and no error`() throws {
        let folder = try TemporaryFolder()
        let toNobody = HookDelivery.send([Self.message], to: folder("none"), milliseconds: 60_000)
        #expect(!toNobody)
        try folder.write("", to: "file")
        let toFile = HookDelivery.send([Self.message], to: folder("file"), milliseconds: 60_000)
        #expect(!toFile)
        let toNowhere = HookDelivery.send(
            [Self.message], to: String(repeating: "x", count: 4000), milliseconds: 60_000)
        #expect(!toNowhere)
    }

    @Test func `a recorder that accepts nobody, or reads nothing, is given up`() throws {
        let folder = try TemporaryFolder()
        let full = try UnixSocket.listen(at: folder("full"), backlog: 0)
        let first = try UnixSocket.connect(to: folder("full"))
        let toFull = HookDelivery.send([Self.message], to: folder("full"), milliseconds: 20)
        #expect(!toFull)
        _ = (full, first)
        let deaf = try UnixSocket.listen(at: folder("deaf"))
        let large = ClientMessage.input([UInt8](repeating: 0, count: 4 << 20))
        let toDeaf = HookDelivery.send([large], to: folder("deaf"), milliseconds: 20)
        #expect(!toDeaf)
        _ = deaf
    }
}
