import Recording
import Themes
import WorkbenchModel

/// How a recording is to be played.
public struct ReplayOptions: Sendable {
    public enum Source: Hashable, Sendable {
        case file(String)
        /// A recording that is in memory, as one from standard input, and what to call it.
        case bytes([UInt8], name: String)
    }

    public var source: Source
    /// 0.25 … 64.
    public var speed = 1.0
    /// Milliseconds; when set, pauses are played no longer than this from the start.
    public var idleLimit: Int64?
    /// Where to start.
    public var start: GoTo?
    public var startsPaused = false
    public var gutter = ReplayModel.Gutter.right
    /// A compiled-in theme's name or a file's path; nil for the one that suits the terminal.
    public var theme: String?
    /// A file whose keys win over the compiled-in ones, key by key.
    public var keymap: String?
    public var usesColors = true
    public var environment: [String: String] = [:]
    /// Where relative paths that are typed in begin.
    public var workingDirectory = "."

    public init(source: Source) {
        self.source = source
    }

    /// The recording's name as it is shown.
    public var name: String {
        switch source {
        case .file(let path): String(path.split(separator: "/").last ?? Substring(path))
        case .bytes(_, let name): name
        }
    }

    /// Opens the recording; a torn, damaged, empty or live one opens as well.
    public func open() throws(RecordingError) -> RecordingReader {
        switch source {
        case .file(let path):
            let reader = try RecordingReader.open(path: path)
            reader.markUse()
            return reader
        case .bytes(let bytes, _): return try RecordingReader(bytes: bytes)
        }
    }
}

/// What the replay can't do because of how it was asked.
public enum ReplayError: Error, CustomStringConvertible {
    case noSuchTheme(String, nearest: String?)
    case unreadable(path: String)
    case noSuchPlace(String)

    public var description: String {
        switch self {
        case .noSuchTheme(let name, let nearest):
            "there is no theme “\(name)”" + (nearest.map { "; did you mean “\($0)”?" } ?? "")
                + "; themes are \(themes), or give a file's path"
        case .noSuchPlace(let reason): reason
        case .unreadable(let path): "\(path): can't be read; check the path and its permissions"
        }
    }

    private var themes: String { Self.themeNames.joined(separator: ", ") }
    static let themeNames = Theme.standardNames
}
