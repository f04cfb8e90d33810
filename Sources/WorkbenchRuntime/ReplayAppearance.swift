import Display
import Glibc
import Keymaps
import Rendering
import Themes
import WorkbenchModel

/// Keys and looks, from what is compiled in and the user's own files.
struct ReplayAppearance {
    let keymap: Keymap
    /// What was wrong in the user's files; the rest of them holds.
    let problems: [ConfigurationProblem]
    private let chosenTheme: Theme?

    /// - Parameters:
    ///   - keymap: a compiled-in one, or a file; nil for the user's own, if there is one.
    ///   - theme: likewise; nil follows the terminal where the user has none.
    init(environment: [String: String], keymap name: String?, theme: String?) throws {
        var problems: [ConfigurationProblem] = []
        let folder = ConfigurationFolder(environment: environment)
        if let name, let named = Keymap.standard(named: name) {
            keymap = named
        } else if let path = name ?? folder.existing("keymap.toml") {
            let own = Keymap.standard(with: try TextFile.read(path), file: path)
            keymap = own.keymap
            problems += own.problems
        } else {
            keymap = Keymap.standard()
        }
        chosenTheme = try (theme ?? folder.existing("theme.toml")).map { try Self.theme($0, &problems) }
        self.problems = problems
    }

    private static func theme(_ name: String, _ problems: inout [ConfigurationProblem]) throws -> Theme {
        if let theme = Theme.standard(name) { return theme }
        guard name.contains("/") || name.hasSuffix(".toml") else {
            throw ReplayError.noSuchTheme(name, nearest: NearestName.to(name, in: Theme.standardNames))
        }
        let base = Theme.standard("dark") ?? Theme(name: name)
        let own = Theme.own(try TextFile.read(name), file: name, over: base)
        problems += own.problems
        return own.theme
    }

    /// The renderer for a terminal: it follows the terminal's light or dark unless a theme was chosen.
    func renderer(for capabilities: TerminalCapabilities) -> ReplayRenderer {
        ReplayRenderer(theme: theme(for: capabilities), glyphs: capabilities.utf8 ? .unicode : .ascii)
    }

    func theme(for capabilities: TerminalCapabilities) -> Theme {
        let theme = chosenTheme ?? capabilities.theme
        return capabilities.colors == .mono ? theme.withoutColors : theme
    }
}

/// Where a user's own keys and looks are: `$XDG_CONFIG_HOME/ah`, else `~/.config/ah`.
struct ConfigurationFolder {
    private let path: String?

    init(environment: [String: String]) {
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        path = (base ?? environment["HOME"].map { $0 + "/.config" }).map { $0 + "/ah" }
    }

    /// The path of a file in it that can be read.
    func existing(_ name: String) -> String? {
        guard let file = path.map({ "\($0)/\(name)" }), access(file, R_OK) == 0 else { return nil }
        return file
    }
}

/// A small text file, read at once.
enum TextFile {
    static let limit = 1 << 20

    static func read(_ path: String) throws(ReplayError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .unreadable(path: path) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
