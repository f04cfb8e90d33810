/// One line of JSON under construction.
struct JSONLine {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: String) {
        bytes += Array(text.utf8)
    }

    /// Milliseconds as seconds with three decimals, exactly: no floating point on the way.
    mutating func seconds(milliseconds: Int64) {
        let value = max(0, milliseconds)
        let fraction = String(value % 1000)
        raw("\(value / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)")
    }

    /// `,"key":"value"`
    mutating func field(_ key: String, _ value: String) {
        raw(",")
        pair(key, value)
    }

    /// `,"key":{…}`, sorted so that equal sessions give equal bytes.
    mutating func object(_ key: String, _ values: [String: String]) {
        raw(",")
        string(Array(key.utf8))
        raw(":{")
        for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { raw(",") }
            pair(entry.key, entry.value)
        }
        raw("}")
    }

    private mutating func pair(_ key: String, _ value: String) {
        string(Array(key.utf8))
        raw(":")
        string(Array(value.utf8))
    }

    /// A string of UTF-8 bytes, quoted and escaped.
    mutating func string(_ text: [UInt8]) {
        bytes.reserveCapacity(bytes.count + text.count + 2)
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0x00..<0x20, 0x7F: control(byte)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func control(_ byte: UInt8) {
        let digits = Array("0123456789abcdef".utf8)
        raw("\\u00")
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
    }
}
