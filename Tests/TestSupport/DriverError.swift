/// What went wrong while a test drove a program.
public enum DriverError: Error, CustomStringConvertible {
    /// The awaited thing didn't come in time; the screen (or the output) is what there was instead.
    case timeout(String, screen: String)
    /// The program ended while something else was awaited.
    case ended(String, status: Int32, screen: String)
    case failed(String, status: Int32, output: String)
    case system(String, code: Int32)

    public var description: String {
        switch self {
        case .timeout(let what, let screen): "waited in vain for \(what); there was:\n\(screen)"
        case .ended(let what, let status, let screen):
            "the program ended (\(status)) before \(what); there was:\n\(screen)"
        case .failed(let what, let status, let output): "\(what) failed (\(status)): \(output)"
        case .system(let what, let code): "\(what): errno \(code)"
        }
    }
}
