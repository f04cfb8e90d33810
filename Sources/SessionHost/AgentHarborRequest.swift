/// A request as Agent Harbor's hooks send it to `AH_RECORDER_IPC_SOCKET`: `u32` length, then SSZ.
///
/// Variant 0 of the union is a snapshot: `00`, id `u64`, offset `u32` = 12, label. Source: its public sources.
struct AgentHarborRequest: Hashable {
    var snapshotID: UInt64
    var label: String

    enum Parsed {
        case incomplete
        case invalid(String)
        case request(AgentHarborRequest, length: Int)
    }

    static func parse(_ bytes: ArraySlice<UInt8>) -> Parsed {
        var wire = WireReader(bytes)
        guard let length: UInt32 = wire.number() else { return .incomplete }
        guard length <= 1 << 20 else { return .invalid("a request of \(length) bytes is too long") }
        guard let body = wire.take(Int(length)) else { return .incomplete }
        var fields = WireReader(body)
        guard let variant: UInt8 = fields.number() else { return .invalid("an empty request") }
        guard variant == 0 else { return .invalid("unknown request variant \(variant)") }
        guard let id: UInt64 = fields.number(), let offset: UInt32 = fields.number(), offset == 12,
            let label = fields.take(fields.remaining)
        else { return .invalid("a snapshot request that is cut short") }
        let request = AgentHarborRequest(snapshotID: id, label: String(decoding: label, as: UTF8.self))
        return .request(request, length: 4 + Int(length))
    }

    static func success(id: UInt64, anchor: UInt64, nanoseconds: UInt64) -> [UInt8] {
        frame { wire in
            wire.number(UInt8(0))
            wire.number(id)
            wire.number(anchor)
            wire.number(nanoseconds)
        }
    }

    static func failure(_ message: String) -> [UInt8] {
        frame { wire in
            wire.number(UInt8(1))
            Array(message.utf8).withUnsafeBytes { wire.raw($0) }
        }
    }

    private static func frame(_ body: (inout WireWriter) -> Void) -> [UInt8] {
        var wire = WireWriter()
        wire.number(UInt32(0))
        body(&wire)
        wire.patch(UInt32(wire.bytes.count - 4), at: 0)
        return wire.bytes
    }
}
