/// The parameters of the control sequence being read: numbers, each with whether a colon came before it.
///
/// A plain handle on memory of its own; whoever makes one calls ``free()``.
struct Parameters {
    /// Later parameters are dropped. xterm takes 30, real programs need 20 or so.
    static let limit = 64
    static let missing: Int32 = -1
    /// Larger numbers are cut to this; nothing counts further.
    static let maximum: Int32 = 65_535

    private let values: UnsafeMutablePointer<Int32>
    private let joined: UnsafeMutablePointer<Bool>
    private(set) var count = 0
    private(set) var overflowed = false

    init() {
        values = .allocate(capacity: Self.limit)
        joined = .allocate(capacity: Self.limit)
        values.initialize(repeating: Self.missing, count: Self.limit)
        joined.initialize(repeating: false, count: Self.limit)
    }

    func free() {
        values.deallocate()
        joined.deallocate()
    }

    mutating func clear() {
        count = 0
        overflowed = false
    }

    @inline(__always)
    mutating func digit(_ digit: UInt8) {
        if count == 0 { open(joined: false) }
        guard !overflowed else { return }
        let value = max(0, values[count - 1])
        values[count - 1] = min(Self.maximum, value * 10 + Int32(digit))
    }

    /// A semicolon or a colon.
    @inline(__always)
    mutating func separate(colon: Bool) {
        if count == 0 { open(joined: false) }
        open(joined: colon)
    }

    private mutating func open(joined isJoined: Bool) {
        guard count < Self.limit else {
            overflowed = true
            return
        }
        values[count] = Self.missing
        joined[count] = isJoined
        count += 1
    }

    /// The parameter, or nil when it is missing.
    @inline(__always)
    func raw(_ index: Int) -> Int? {
        index < count && values[index] >= 0 ? Int(values[index]) : nil
    }

    /// The parameter with 0 and missing both meaning `fallback`, as for counts and coordinates.
    @inline(__always)
    func number(_ index: Int, or fallback: Int = 1) -> Int {
        index < count && values[index] > 0 ? Int(values[index]) : fallback
    }

    @inline(__always)
    func value(_ index: Int) -> Int {
        index < count && values[index] > 0 ? Int(values[index]) : 0
    }

    /// Whether a colon, not a semicolon, came before the parameter.
    @inline(__always)
    func isJoined(_ index: Int) -> Bool {
        index < count && joined[index]
    }

    /// For checkpoints: values, those joined with a bit above them.
    var saved: [Int32] {
        (0..<count).map { values[$0] << 1 | (joined[$0] ? 1 : 0) } + (overflowed ? [.min] : [])
    }

    mutating func restore(_ saved: [Int32]) {
        clear()
        for value in saved.prefix(Self.limit + 1) {
            if value == .min {
                overflowed = true
            } else {
                open(joined: value & 1 == 1)
                values[count - 1] = value >> 1
            }
        }
    }
}
