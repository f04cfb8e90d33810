extension StringProtocol {
    /// The columns that the text takes in a terminal; controls take none.
    public var terminalWidth: Int {
        unicodeScalars.reduce(0) { $0 + ($1.value < 0x20 ? 0 : CharacterWidth.width(of: $1)) }
    }
}
