import FoundationEssentials

/// Some lines that a session showed, one after the other, with the time of each.
public struct TextPortion: Hashable, Sendable {
    public private(set) var body = ""
    /// Milliseconds, one for each line of the body.
    public private(set) var times: [Int64] = []

    public init() {}

    public var isFull: Bool { body.utf8.count >= TextIndex.portionSize }
    public var isEmpty: Bool { times.isEmpty }

    /// - Parameter line: without line ends.
    public mutating func add(_ line: String, at time: Int64) {
        if !times.isEmpty { body += "\n" }
        body += line
        times.append(max(0, time))
    }

    /// Differences as zigzag varints: most are a byte.
    var packedTimes: Data {
        var bytes: [UInt8] = []
        var last: Int64 = 0
        for time in times {
            let step = time &- last
            var rest = UInt64(bitPattern: step << 1 ^ step >> 63)
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
            last = time
        }
        return Data(bytes)
    }

    static func times(_ packed: Data) -> [Int64] {
        var times: [Int64] = []
        var (last, value, shift): (Int64, UInt64, UInt64) = (0, 0, 0)
        for byte in packed {
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 || shift > 63 else { continue }
            last &+= Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
            times.append(last)
            (value, shift) = (0, 0)
        }
        return times
    }
}
