/// A time on a session's own clock: whole milliseconds since its start.
public struct SessionTime: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static let zero = SessionTime(milliseconds: 0)

    public var seconds: Double { Double(milliseconds) / 1000 }

    public static func < (a: SessionTime, b: SessionTime) -> Bool { a.milliseconds < b.milliseconds }
    public static func + (a: SessionTime, milliseconds: Int64) -> SessionTime {
        SessionTime(milliseconds: a.milliseconds &+ milliseconds)
    }
    public static func - (a: SessionTime, b: SessionTime) -> Int64 { a.milliseconds &- b.milliseconds }
}

/// A position in a session's output: how many bytes the child had written to its PTY before it.
public struct ByteOffset: Hashable, Comparable, Sendable {
    public var value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }

    public static func < (a: ByteOffset, b: ByteOffset) -> Bool { a.value < b.value }
}
