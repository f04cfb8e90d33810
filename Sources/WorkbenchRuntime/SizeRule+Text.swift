import SessionHost

extension SizeRule {
    /// One line for the user.
    var text: String {
        switch self {
        case .smallest: "the smallest window sets the size"
        case .yours: "this window sets the size, whatever others show it"
        case .another: "another window sets the size"
        }
    }
}
