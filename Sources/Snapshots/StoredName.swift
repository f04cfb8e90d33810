/// Names as they are stored in git's trees. git refuses `.git` in all its spellings; these get a prefix, and so do names that
/// begin with the prefix, so that every name has exactly one stored form.
enum StoredName {
    static let prefix = Array("%ah".utf8)
    /// The manifest of a folder, beside the manifests of the folders in it: no name of a file is stored like this.
    static let manifest = prefix

    static func encode(_ name: UnsafeRawBufferPointer) -> [UInt8]? {
        needsEncoding(name) ? prefix + Array(name) : nil
    }

    static func decode(_ stored: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        stored.starts(with: prefix) ? stored.dropFirst(prefix.count) : stored
    }

    private static func needsEncoding(_ name: UnsafeRawBufferPointer) -> Bool {
        guard let first = name.first else { return false }
        switch first {
        case UInt8(ascii: "%"): return name.starts(with: prefix)
        // Invisible characters, which some systems ignore in names, begin with these.
        case UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "G"), 0xe2, 0xef: return isRefused(Array(name))
        default: return false
        }
    }

    /// Wider than git's rule: `.git` or `git~` in any case, with nothing, a space, a dot, a colon, a backslash or a digit behind.
    private static func isRefused(_ name: [UInt8]) -> Bool {
        let plain = withoutInvisible(name).map { (65...90).contains($0) ? $0 + 32 : $0 }
        if plain.starts(with: "git~".utf8) { return true }
        guard plain.starts(with: ".git".utf8) else { return false }
        guard plain.count > 4 else { return true }
        return [UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "\\")].contains(plain[4])
    }

    /// Without U+200C–200F, U+202A–202E, U+206A–206F and U+FEFF.
    private static func withoutInvisible(_ name: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < name.count {
            if index + 2 < name.count, isInvisible(name[index], name[index + 1], name[index + 2]) {
                index += 3
            } else {
                result.append(name[index])
                index += 1
            }
        }
        return result
    }

    private static func isInvisible(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
        switch (first, second) {
        case (0xe2, 0x80): (0x8c...0x8f).contains(third) || (0xaa...0xae).contains(third)
        case (0xe2, 0x81): (0xaa...0xaf).contains(third)
        case (0xef, 0xbb): third == 0xbf
        default: false
        }
    }
}
