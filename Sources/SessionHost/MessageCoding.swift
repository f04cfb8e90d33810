import FoundationEssentials
import Recording
import ScreenModel

/// The session protocol's framing: after `AHS1` from the client, `u32` length, `u8` type and a body in each direction.
public enum SessionProtocol {
    public static let version = 4
    /// A client's first bytes. Read as Agent Harbor's length they would be 830 MB, so neither is taken for the other.
    public static let greeting: [UInt8] = Array("AHS1".utf8)
    /// Bytes of the longest message that is read; a longer one ends the connection.
    public static let longestMessage = 64 << 20
}

extension ClientMessage {
    public func encoded() -> [UInt8] {
        switch self {
        case .attach(let size): Self.frame(1) { $0.size(size) }
        case .resize(let size): Self.frame(2) { $0.size(size) }
        case .input(let bytes): Self.frame(3) { wire in bytes.withUnsafeBytes { wire.raw($0) } }
        case .acknowledge(let frame): Self.frame(4) { $0.number(frame) }
        case .moment(let request): Self.frame(5) { $0.json(request) }
        case .stop(let signal): Self.frame(6) { $0.number(signal) }
        case .status: Self.frame(7) { _ in }
        case .snapshot(let demand): Self.frame(8) { $0.json(demand) }
        case .prompt(let request): Self.frame(9) { $0.json(request) }
        case .signal(let signal): Self.frame(10) { $0.number(signal) }
        case .agent(let signal): Self.frame(11) { $0.json(signal) }
        case .state: Self.frame(12) { _ in }
        case .subscribe: Self.frame(13) { _ in }
        case .terminal: Self.frame(14) { _ in }
        case .typed(let bytes): Self.frame(15) { wire in bytes.withUnsafeBytes { wire.raw($0) } }
        case .toggleSize: Self.frame(16) { _ in }
        }
    }

    init?(type: UInt8, body: ArraySlice<UInt8>) {
        var wire = WireReader(body)
        let message: ClientMessage? =
            switch type {
            case 1: wire.size().map { .attach($0) }
            case 2: wire.size().map { .resize($0) }
            case 3: .input(Array(body))
            case 4: wire.number().map { .acknowledge(frame: $0) }
            case 5: wire.json().map { .moment($0) }
            case 6: wire.number().map { .stop(signal: $0) }
            case 7: .status
            case 8: wire.json().map { .snapshot($0) }
            case 9: wire.json().map { .prompt($0) }
            case 10: wire.number().map { .signal($0) }
            case 11: wire.json().map { .agent($0) }
            case 12: .state
            case 13: .subscribe
            case 14: .terminal
            case 15: .typed(Array(body))
            case 16: .toggleSize
            default: nil
            }
        guard let message else { return nil }
        self = message
    }

    static func frame(_ type: UInt8, _ body: (inout WireWriter) -> Void) -> [UInt8] {
        var wire = WireWriter()
        wire.number(UInt32(0))
        wire.number(type)
        body(&wire)
        wire.patch(UInt32(wire.bytes.count - 5), at: 0)
        return wire.bytes
    }
}

extension HostMessage {
    public func encoded() -> [UInt8] {
        switch self {
        case .welcome(let status): ClientMessage.frame(65) { $0.json(status) }
        case .frame(let number, let update):
            ClientMessage.frame(66) {
                $0.number(number)
                update.write(to: &$0)
            }
        case .moment(let report): ClientMessage.frame(67) { $0.json(report) }
        case .refused(let reason): ClientMessage.frame(68) { $0.string(reason) }
        case .notice(let text): ClientMessage.frame(69) { $0.string(text) }
        case .statistics(let statistics): ClientMessage.frame(70) { $0.json(statistics) }
        case .bell: ClientMessage.frame(71) { _ in }
        case .clipboard(let selection, let base64):
            ClientMessage.frame(72) {
                $0.string(selection)
                $0.string(base64)
            }
        case .notification(let title, let body):
            ClientMessage.frame(73) {
                $0.string(title)
                $0.string(body)
            }
        case .exited(let status): ClientMessage.frame(74) { $0.json(status) }
        case .finished(let outcome): ClientMessage.frame(75) { $0.json(outcome) }
        case .snapshot(let report): ClientMessage.frame(76) { $0.json(report) }
        case .done: ClientMessage.frame(77) { _ in }
        case .state(let status): ClientMessage.frame(78) { $0.json(status) }
        case .terminal(let isGranted): ClientMessage.frame(79) { $0.number(UInt8(isGranted ? 1 : 0)) }
        case .sized(let rule): ClientMessage.frame(80) { $0.number(rule.rawValue) }
        }
    }

    init?(type: UInt8, body: ArraySlice<UInt8>) {
        var wire = WireReader(body)
        let message: HostMessage? =
            switch type {
            case 65: wire.json().map { .welcome($0) }
            case 66: Self.frame(&wire)
            case 67: wire.json().map { .moment($0) }
            case 68: wire.string().map { .refused($0) }
            case 69: wire.string().map { .notice($0) }
            case 70: wire.json().map { .statistics($0) }
            case 71: .bell
            case 72: wire.pair().map { .clipboard(selection: $0.0, base64: $0.1) }
            case 73: wire.pair().map { .notification(title: $0.0, body: $0.1) }
            case 74: wire.json().map { .exited($0) }
            case 75: wire.json().map { .finished($0) }
            case 76: wire.json().map { .snapshot($0) }
            case 77: .done
            case 78: wire.json().map { .state($0) }
            case 79: wire.number().map { (granted: UInt8) in .terminal(isGranted: granted == 1) }
            case 80: wire.number().flatMap { SizeRule(rawValue: $0) }.map { .sized(by: $0) }
            default: nil
            }
        guard let message else { return nil }
        self = message
    }

    private static func frame(_ wire: inout WireReader) -> HostMessage? {
        guard let number: UInt64 = wire.number(), let update = FrameUpdate(from: &wire) else { return nil }
        return .frame(number: number, update)
    }
}

/// Collects bytes until whole messages are there.
struct MessageAssembler {
    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ buffer: UnsafeRawBufferPointer) {
        if start > 0, start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
            start = 0
        }
        bytes.append(contentsOf: buffer)
    }

    var pending: ArraySlice<UInt8> { bytes[start...] }
    mutating func drop(_ count: Int) { start += min(count, bytes.count - start) }

    enum Next { case message(type: UInt8, body: ArraySlice<UInt8>), incomplete, tooLong(Int) }

    mutating func next() -> Next {
        var wire = WireReader(pending)
        guard let length: UInt32 = wire.number() else { return .incomplete }
        guard length <= SessionProtocol.longestMessage else { return .tooLong(Int(length)) }
        guard let type: UInt8 = wire.number(), let body = wire.take(Int(length)) else { return .incomplete }
        start += 5 + Int(length)
        return .message(type: type, body: body)
    }
}

extension WireWriter {
    fileprivate mutating func size(_ size: Size) {
        number(UInt16(clamping: size.columns))
        number(UInt16(clamping: size.rows))
    }

    fileprivate mutating func json(_ value: some Encodable) {
        // These values hold strings, numbers and arrays of them: encoding them can't fail.
        guard let data = try? JSONEncoder().encode(value) else { preconditionFailure("a message can't be encoded") }
        data.withUnsafeBytes { raw($0) }
    }
}

extension WireReader {
    fileprivate mutating func size() -> Size? {
        guard let columns: UInt16 = number(), let rows: UInt16 = number(), columns > 0, rows > 0 else { return nil }
        return Size(columns: Int(columns), rows: Int(rows))
    }

    fileprivate mutating func pair() -> (String, String)? {
        guard let first = string(), let second = string() else { return nil }
        return (first, second)
    }

    fileprivate mutating func json<T: Decodable>() -> T? {
        take(remaining).flatMap { try? JSONDecoder().decode(T.self, from: Data($0)) }
    }
}
