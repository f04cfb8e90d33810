import FoundationEssentials

/// The executables that were built with the tests.
public enum BuiltProduct {
    /// The path of an executable, `ah` for one: it lies beside the test bundle that runs now.
    public static func path(_ name: String) -> String {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return
            "\(bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/"))/\(name)"
    }

    public static var ah: String { path("ah") }
}
