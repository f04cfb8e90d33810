import Recording
import ScreenModel
import Testing

@testable import SessionHost

@Suite struct MessageTests {
    private func roundTrip(_ message: HostMessage) -> HostMessage? {
        var assembler = MessageAssembler()
        for byte in message.encoded() { withUnsafeBytes(of: byte) { assembler.append($0) } }
        guard case .message(let type, let body) = assembler.next() else { return nil }
        return HostMessage(type: type, body: body)
    }

    @Test func `host messages come back as they were, however they are split`() throws {
        var update = FrameUpdate(
            size: Size(columns: 5, rows: 2), cursor: Cursor(position: Position(row: 1, column: 4), shape: .bar),
            modes: Modes(), title: "vim — a", topLine: 70_000)
        update.modes.mouseTracking = .drag
        update.modes.bracketedPaste = true
        update.clusters = ["👩‍💻"]
        update.extras = [Extra(link: "https://example.org", underlineColor: .rgb(1, 2, 3))]
        update.rows = [
            .init(
                index: 1, wraps: true,
                cells: [Cell(content: 0x41, foreground: .indexed(3), attributes: [.bold], extra: 1)])
        ]
        var status = RecordingStatistics()
        status.rawBytes = 7
        for message: HostMessage in [
            .frame(number: 9, update), .bell, .notice("x"), .refused("y"), .exited(ExitStatus(signal: 9)),
            .clipboard(selection: "c", base64: "aGk="), .notification(title: "t", body: "b"), .statistics(status),
        ] {
            #expect(roundTrip(message) == message)
        }
    }

    @Test func `client messages come back as they were`() {
        for message: ClientMessage in [
            .attach(Size(columns: 80, rows: 24)), .input([0, 27, 255]), .acknowledge(frame: 3), .stop(signal: 15),
            .moment(MomentRequest(label: "ü", attributes: ["tool": "Edit"])), .status,
        ] {
            let bytes = message.encoded()
            #expect(ClientMessage(type: bytes[4], body: bytes[5...]) == message)
        }
    }

    @Test func `cut and hostile messages are refused, not trusted`() {
        let bytes = HostMessage.frame(
            number: 1,
            FrameUpdate(size: Size(columns: 3, rows: 1), cursor: Cursor(), modes: Modes(), title: "", topLine: 0)
        ).encoded()
        for end in 5..<bytes.count { #expect(HostMessage(type: 66, body: bytes[5..<end]) == nil) }
        var assembler = MessageAssembler()
        [UInt8](repeating: 0xFF, count: 16).withUnsafeBytes { assembler.append($0) }
        guard case .tooLong = assembler.next() else {
            Issue.record("a length of 4 GB was believed")
            return
        }
    }

    @Test func `updates make a viewer's frame the session's`() {
        var frame = Frame(size: Size(columns: 2, rows: 1))
        var update = FrameUpdate(
            size: Size(columns: 4, rows: 2), cursor: Cursor(), modes: Modes(), title: "t", topLine: 0)
        update.clusters = ["e\u{301}"]
        update.rows = [
            .init(index: 0, wraps: false, cells: [Cell(content: Cell.clusterFlag), Cell(content: 0x62)]),
            .init(index: 7, wraps: false, cells: [Cell(content: 0x63)]),
        ]
        #expect(update.apply(to: &frame) == .whole)
        #expect(frame.size == Size(columns: 4, rows: 2))
        #expect(frame.text == "e\u{301}b\n")
        var next = FrameUpdate(
            size: frame.size, cursor: Cursor(), modes: Modes(), title: "t", topLine: 1)
        next.firstCluster = 1
        next.rows = [.init(index: 0, wraps: false, cells: [])]
        #expect(next.apply(to: &frame) == .rows(0...0))
        #expect(frame.text == "\n")
        #expect(frame.symbols.clusters == ["e\u{301}"])
        next.cursor.position.row = 1
        next.rows = []
        #expect(next.apply(to: &frame) == .rows(1...1), "only the cursor moved")
        next.title = "other"
        #expect(next.apply(to: &frame) == .whole)
        next.modes.alternateScreen = true
        #expect(next.apply(to: &frame) == .whole)
        next.clusters = ["👩‍💻"]
        #expect(next.apply(to: &frame) == .whole)
        #expect(next.apply(to: &frame) == .whole, "a table's end is other than before")
    }
}

@Suite struct AgentHarborRequestTests {
    @Test func `a snapshot request of Agent Harbor's hooks is understood`() {
        let label = Array("after edit".utf8)
        var body: [UInt8] = [0] + [7, 0, 0, 0, 0, 0, 0, 0] + [12, 0, 0, 0] + label
        body = [UInt8(body.count), 0, 0, 0] + body
        guard case .request(let request, let length) = AgentHarborRequest.parse(body[...]) else {
            Issue.record("not understood")
            return
        }
        #expect(request == AgentHarborRequest(snapshotID: 7, label: "after edit"))
        #expect(length == body.count)
        for end in 0..<body.count {
            guard case .incomplete = AgentHarborRequest.parse(body[..<end]) else {
                Issue.record("a request cut at \(end) was taken")
                return
            }
        }
    }

    @Test func `our greeting is no Agent Harbor length`() {
        guard case .invalid = AgentHarborRequest.parse(SessionProtocol.greeting[...]) else {
            Issue.record("taken for a length")
            return
        }
    }
}

@Suite struct OutputRingTests {
    @Test func `bytes across the end are one run, and an empty ring starts at the front again`() throws {
        let ring = try #require(OutputRing(capacity: 4096))
        func write(_ byte: UInt8, _ count: Int) -> Int {
            let room = ring.writable(atMost: count)
            for index in 0..<count { room[index] = byte }
            return ring.commit(count)
        }
        _ = write(1, 3000)
        ring.recorded.store(3000, ordering: .releasing)
        ring.shown.store(2000, ordering: .releasing)
        #expect(ring.backlog == 1000)
        let position = write(2, 2500)
        #expect(ring.bytes(at: position, count: 2500).allSatisfy { $0 == 2 })
        #expect(ring.writable(atMost: 4096).count == 4096 - 3500)
        ring.recorded.store(5500, ordering: .releasing)
        ring.shown.store(5500, ordering: .releasing)
        #expect(write(3, 10) == 0)
    }
}

@Suite struct SessionFoldersTests {
    @Test func `recordings lie by UTC year and month under AH_HOME`() {
        let folders = SessionFolders(environment: ["AH_HOME": "/h", "XDG_RUNTIME_DIR": "/run/user/7"])
        #expect(folders.recording("abc", startedAt: 1_767_225_599_999) == "/h/recordings/2025/12/abc.ahr")
        #expect(folders.recording("abc", startedAt: 1_767_225_600_000) == "/h/recordings/2026/01/abc.ahr")
        #expect(folders.socket("abc") == "/run/user/7/ah/abc.sock")
    }

    @Test func `without AH_HOME they lie in the user's state folder`() {
        #expect(SessionFolders(environment: ["HOME": "/u"]).home == "/u/.local/state/agent-harbor")
        #expect(SessionFolders(environment: ["HOME": "/u", "XDG_STATE_HOME": "/s"]).home == "/s/agent-harbor")
    }
}
