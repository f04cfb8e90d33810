import Recording

extension Verification.Report {
    /// What `verify` prints: the facts, then each finding on a line of its own.
    var text: String {
        let hex = digest.map { bytes in
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
        }
        let facts = """
            \(isIntact ? "intact" : "NOT INTACT"): \(path)
            \(blocks) blocks, \(events) events, \(outputBytes) bytes of output, \(digests) digests agree
            SHA-256 of all events: \(hex ?? "none in the file")
            """
        return ([facts] + findings.map { "\($0)" }).joined(separator: "\n")
    }
}
