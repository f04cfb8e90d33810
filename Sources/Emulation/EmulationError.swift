/// What can be wrong with the machine's libvterm.
public enum EmulationError: Error, Equatable, CustomStringConvertible {
    /// 0.1 and 0.3 have one soname and different layouts.
    case libraryMismatch(compiled: Int, loaded: Int)

    public var description: String {
        switch self {
        case .libraryMismatch(let compiled, let loaded):
            "ah was built for libvterm 0.\(compiled), but 0.\(loaded) is loaded: rebuild it, or put that version in place"
        }
    }
}
