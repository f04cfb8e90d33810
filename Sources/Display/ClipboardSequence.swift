import FoundationEssentials

/// Sets the clipboard of the user's terminal (OSC 52).
public enum ClipboardSequence {
    /// Bytes of text; more than this many terminals refuse, or cut.
    public static let limit = 74_000

    /// - Returns: nil where the terminal may show what it doesn't know, or where the text is too long.
    public static func bytes(
        _ text: String, _ capabilities: TerminalCapabilities, environment: [String: String]
    ) -> [UInt8]? {
        guard capabilities.title, text.utf8.count <= limit else { return nil }
        let sequence = "\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{7}"
        guard environment["TMUX"] != nil else { return Array(sequence.utf8) }
        // tmux takes the first where “set-clipboard” is on, and hands the second on where “allow-passthrough” is.
        return Array(sequence.utf8) + Array("\u{1B}Ptmux;\u{1B}\(sequence)\u{1B}\\".utf8)
    }
}
