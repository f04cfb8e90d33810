/// The parts of a CSI sequence: `ESC [ private parameters intermediates final`.
struct ControlSequence {
    /// `<`, `=`, `>`, `?` or 0.
    var prefix: UInt8 = 0
    /// The parameters, each with its sub-parameters; -1 where left out. Past 32 of them the rest is dropped.
    var parameters: [[Int]] = []
    var intermediate: UInt8 = 0
    var final: UInt8 = 0
    /// All bytes from ESC to the final one.
    var length = 0

    /// A parameter's first part, or `default` where it is left out or 0.
    func value(_ index: Int, default value: Int = 0) -> Int {
        guard index < parameters.count, let first = parameters[index].first, first > 0 else { return value }
        return first
    }

    func sub(_ index: Int, _ part: Int) -> Int? {
        guard index < parameters.count, part < parameters[index].count, parameters[index][part] >= 0 else {
            return nil
        }
        return parameters[index][part]
    }

    enum Scan {
        case complete(ControlSequence)
        case incomplete
        /// Not a sequence: this many bytes belong to the attempt.
        case broken(Int)
    }

    /// Reads the sequence at the front of `bytes`, which start with ESC and `[`, or ESC and `O`.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Scan {
        var sequence = ControlSequence()
        var index = 2
        if index < bytes.count, 0x3C...0x3F ~= bytes[index] {
            sequence.prefix = bytes[index]
            index += 1
        }
        var current: [Int] = [-1]
        var hasParameters = false
        while index < bytes.count {
            let byte = bytes[index]
            guard index < limit, 0x20...0x7E ~= byte else { return .broken(index) }
            index += 1
            switch byte {
            case 0x30...0x39:
                hasParameters = true
                let last = current.count - 1
                current[last] = min(0x10_FFFF, max(0, current[last]) * 10 + Int(byte - 0x30))
            case 0x3A: if current.count < 8 { current.append(-1) }
            case 0x3B:
                hasParameters = true
                if sequence.parameters.count < 32 { sequence.parameters.append(current) }
                current = [-1]
            case 0x20...0x2F: sequence.intermediate = byte
            case 0x3C...0x3F: return .broken(index)
            default:
                if hasParameters { sequence.parameters.append(current) }
                sequence.final = byte
                sequence.length = index
                return .complete(sequence)
            }
        }
        return .incomplete
    }
}
