import CBrotli

/// Reads a file exactly as version 1 says, and fails on anything else. It shares nothing with the reader under test.
struct StrictReader {
    var output: [UInt8] = []
    var resizes: [[Int]] = []
    var snapshots: [String] = []
    private var time: UInt64 = 0
    private var isFirst: Bool

    enum Failure: Error {
        case format(String, at: Int)
    }

    init(_ file: [UInt8], needsResize: Bool = true) throws {
        isFirst = needsResize
        var position = 0
        var isLast = false
        // Agent Harbor's own files end without the flag.
        while !isLast, position < file.count {
            guard position + 44 <= file.count else { throw Failure.format("no header", at: position) }
            func number(_ offset: Int, _ size: Int) -> UInt64 { Self.number(file, position + offset, size) }
            guard number(0, 4) == 0x4352_4841, number(4, 2) == 1, number(6, 2) == 48 else {
                throw Failure.format("header", at: position)
            }
            guard number(16, 8) == UInt64(output.count) else { throw Failure.format("start offset", at: position) }
            let size = Int(number(28, 4))
            guard position + 44 + size <= file.count else { throw Failure.format("truncated", at: position) }
            let payload = Array(file[position + 44..<position + 44 + size])
            let records = try Self.decode(payload, size: Int(number(24, 4)))
            guard try read(records) == Int(number(32, 4)) else { throw Failure.format("count", at: position) }
            isLast = file[position + 36] & 1 == 1
            position += 44 + size
        }
        guard position == file.count else { throw Failure.format("bytes after the last block", at: position) }
    }

    private static func number(_ bytes: [UInt8], _ position: Int, _ size: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }

    private static func decode(_ payload: [UInt8], size: Int) throws -> [UInt8] {
        var out = [UInt8](repeating: 0, count: size + 1)
        var length = out.count
        guard BrotliDecoderDecompress(payload.count, payload, &length, &out) == BROTLI_DECODER_RESULT_SUCCESS,
            length == size
        else { throw Failure.format("brotli", at: 0) }
        return Array(out[..<size])
    }

    private mutating func read(_ bytes: [UInt8]) throws -> Int {
        var position = 0
        var count = 0
        func take(_ size: Int) throws -> UInt64 {
            guard position + size <= bytes.count else { throw Failure.format("cut", at: position) }
            defer { position += size }
            return Self.number(bytes, position, min(size, 8))
        }
        func run(_ size: UInt64) throws -> [UInt8] {
            guard size <= UInt64(bytes.count - position) else { throw Failure.format("cut", at: position) }
            defer { position += Int(size) }
            return Array(bytes[position..<position + Int(size)])
        }
        while position < bytes.count {
            let tag = try take(1)
            _ = try take(3)
            let now = try take(8)
            guard now >= time else { throw Failure.format("time", at: position) }
            time = now
            guard !isFirst || tag == 1 else { throw Failure.format("first record", at: position) }
            isFirst = false
            switch tag {
            case 0:
                guard try take(8) == UInt64(output.count) else { throw Failure.format("start", at: position) }
                output += try run(take(4))
            case 1: resizes.append([Int(try take(2)), Int(try take(2))])
            case 2: _ = try run(take(4))
            case 3: _ = try take(8)
            case 4:
                _ = try take(8)
                guard try take(8) == UInt64(output.count) else { throw Failure.format("anchor", at: position) }
                snapshots.append(String(decoding: try run(take(2)), as: UTF8.self))
            default: throw Failure.format("tag \(tag)", at: position)
            }
            count += 1
        }
        return count
    }
}
