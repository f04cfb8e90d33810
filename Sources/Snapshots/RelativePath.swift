/// A path below a workspace: bytes, since names needn't be UTF-8 and may hold newlines. Never absolute, no `.`, no `..`,
/// no empty parts; the workspace itself is the empty path.
public struct RelativePath: Hashable, Sendable {
    public let bytes: [UInt8]

    public static let root = RelativePath(unchecked: [])

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Slashes at the end and doubled ones are taken away, as are parts `.`.
    /// - Throws: `unsafePath` for an absolute path, one that leads upwards, or one with a zero byte.
    public init(_ bytes: some Collection<UInt8>) throws(SnapshotError) {
        let all = Array(bytes)
        guard all.first != UInt8(ascii: "/"), !all.contains(0) else { throw .unsafePath(Self.escape(all)) }
        let parts = all.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        guard !parts.contains(where: { $0.elementsEqual("..".utf8) }) else { throw .unsafePath(Self.escape(all)) }
        self.bytes = Array(parts.joined(separator: [UInt8(ascii: "/")]))
    }

    public init(_ text: String) throws(SnapshotError) { try self.init(Array(text.utf8)) }

    public var isRoot: Bool { bytes.isEmpty }

    /// The names on the way down.
    public var names: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

    public var name: ArraySlice<UInt8> { names.last ?? [] }

    public var parent: RelativePath {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
        return RelativePath(unchecked: Array(bytes[..<slash]))
    }

    /// - Precondition: a name as a folder's listing gives it: not empty, no slash, neither `.` nor `..`.
    public func appending(_ name: some Collection<UInt8>) -> RelativePath {
        guard !isRoot else { return RelativePath(unchecked: Array(name)) }
        var all = bytes
        all.reserveCapacity(bytes.count + 1 + name.count)
        all.append(UInt8(ascii: "/"))
        all.append(contentsOf: name)
        return RelativePath(unchecked: all)
    }

    /// The path as text: what isn't printable UTF-8 is escaped as `\n`, `\\` or `\xff`, so that it can be read back.
    public var printable: String { Self.escape(bytes) }

    /// Reads what `printable` gives.
    public init(printable text: String) throws(SnapshotError) {
        guard let bytes = Self.unescape(Array(text.utf8)) else { throw .unsafePath(text) }
        try self.init(bytes)
    }

    static func escape(_ bytes: [UInt8]) -> String {
        // Nearly all names are plain.
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
            return String(decoding: bytes, as: UTF8.self)
        }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            var decoder = UTF8()
            var source = rest.makeIterator()
            guard case .scalarValue(let scalar) = decoder.decode(&source),
                scalar.properties.generalCategory != .control,
                scalar.properties.generalCategory != .format
            else {
                text += first == UInt8(ascii: "\n") ? "\\n" : "\\x" + hex(first)
                rest = rest.dropFirst()
                continue
            }
            text += scalar == "\\" ? "\\\\" : String(scalar)
            rest = rest.dropFirst(UTF8.width(scalar))
        }
        return text
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 2 ? digits : "0\(digits)"
    }

    private static func unescape(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let first = rest.popFirst() {
            guard first == UInt8(ascii: "\\") else {
                bytes.append(first)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(first)
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "x"):
                guard let byte = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
                else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return bytes
    }
}

extension RelativePath: Codable, Comparable, CustomStringConvertible {
    public init(from decoder: any Decoder) throws {
        try self.init(printable: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(printable)
    }

    public static func < (left: RelativePath, right: RelativePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    public var description: String { printable }
}
