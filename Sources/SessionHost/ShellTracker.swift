import Emulation
import ScreenModel

/// Follows a shell by its marks: which command runs since when, and how it ended.
///
/// A: the prompt begins. B: it ends, and what is typed follows. C: the command's output begins. D: it ended, with its status.
/// 633;E and fish's `cmdline_url` bring the command's text; from others it is read as the terminal showed it.
///
/// A command may be a shell itself, over ssh or in a multiplexer, that marks its own commands. Shells that we have set up name
/// themselves (`aid=ah.PID`), so that theirs are told from those within them.
struct ShellTracker {
    /// A command that ended.
    struct Completion: Hashable {
        /// nil where neither the marks nor the screen had it.
        var command: String?
        /// nil where the shell didn't say.
        var status: Int?
        /// Milliseconds of session time.
        var startedAt: Int64
        var endedAt: Int64
        /// Output bytes before its output.
        var start: UInt64
        /// The one that it was started in, as the shell said it: a path.
        var folder: String?
    }

    private struct Running {
        /// Nil: a shell that doesn't name itself.
        var shell: String?
        var command: String?
        var startedAt: Int64
        var start: UInt64
        var folder: String?
    }

    /// The innermost last.
    private var running: [Running] = []
    private var folder: String?
    /// What 633;E said before the command began.
    private var announced: String?
    /// Output since the prompt began, and where in it the typed line begins.
    private var prompt: [UInt8] = []
    private var isAtPrompt = false
    private var lineStart: Int?
    private static let promptLimit = 16 << 10

    /// The command that runs now, if a shell said so; empty where its text isn't known.
    var command: String? { running.last.map { $0.command ?? "" } }

    /// Output between marks: the prompt and what is typed are kept until the command begins.
    mutating func noteOutput(_ bytes: UnsafeRawBufferPointer) {
        guard isAtPrompt else { return }
        guard prompt.count + bytes.count <= Self.promptLimit else {
            // No person typed this; somebody forgot the mark.
            isAtPrompt = false
            prompt = []
            lineStart = nil
            return
        }
        prompt.append(contentsOf: bytes)
    }

    /// - Parameters:
    ///   - time: milliseconds of session time.
    ///   - offset: output bytes up to and with the mark.
    ///   - columns: the terminal's width, by which lines wrap.
    mutating func note(
        _ mark: OutputScanner.Mark, at time: Int64, offset: UInt64, columns: Int
    ) -> Completion? {
        let text = String(decoding: mark.text, as: UTF8.self)
        guard mark.number != 7 else {
            folder = Self.path(ofURI: text) ?? folder
            return nil
        }
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
        switch parts.first {
        case "A": beginPrompt()
        case "B": lineStart = prompt.count
        case "C": begin(parts.dropFirst(), time, offset, columns)
        case "D": return end(parts.dropFirst(), time)
        case "E" where mark.number == 633: announced = parts.dropFirst().first.map(Self.unescaped)
        case "P" where mark.number == 633:
            for part in parts.dropFirst() where part.hasPrefix("Cwd=") {
                folder = Self.unescaped(String(part.dropFirst(4)))
            }
        default: break
        }
        return nil
    }

    private mutating func beginPrompt() {
        prompt = []
        lineStart = nil
        announced = nil
        isAtPrompt = true
    }

    private mutating func begin(_ parameters: ArraySlice<String>, _ time: Int64, _ offset: UInt64, _ columns: Int) {
        var command = announced
        for part in parameters {
            if part.hasPrefix("cmdline_url=") { command = Self.decodedPercent(String(part.dropFirst(12))) }
            if part.hasPrefix("cmdline=") { command = Self.unquoted(String(part.dropFirst(8))) }
        }
        if command == nil, let lineStart { command = Self.shown(prompt, from: lineStart, columns: columns) }
        let shell = Self.shell(parameters)
        // A shell that begins another has lost the end of the one before, and all that ran in it.
        if let before = running.firstIndex(where: { $0.shell == shell }) { running.removeSubrange(before...) }
        if running.count == Self.mostShells { running.removeFirst() }
        running.append(Running(shell: shell, command: command, startedAt: time, start: offset, folder: folder))
        // A shell within the command is where it says, or nobody knows where.
        folder = nil
        isAtPrompt = false
        (prompt, lineStart, announced) = ([], nil, nil)
    }

    private mutating func end(_ parameters: ArraySlice<String>, _ time: Int64) -> Completion? {
        // Enter at an empty prompt ends nothing.
        let shell = Self.shell(parameters)
        guard let index = running.lastIndex(where: { $0.shell == shell }) else { return nil }
        let ended = running[index]
        // What ran in it has ended with it.
        running.removeSubrange(index...)
        let start = ended.folder ?? folder
        folder = folder ?? ended.folder
        return Completion(
            command: ended.command, status: parameters.first.flatMap { Int($0) }, startedAt: ended.startedAt,
            endedAt: time, start: ended.start, folder: start)
    }

    /// The name of a shell that we have set up.
    private static func shell(_ parameters: ArraySlice<String>) -> String? {
        parameters.first { $0.hasPrefix("aid=ah.") }
    }

    private static let mostShells = 20

    /// What a terminal shows of the typed line: editing keys leave no trace in it.
    private static func shown(_ bytes: [UInt8], from start: Int, columns: Int) -> String? {
        let terminal = Terminal(size: Size(columns: max(2, columns), rows: 60))
        _ = bytes[..<start].withUnsafeBytes { terminal.feed($0) }
        let from = terminal.cursor.position
        _ = bytes[start...].withUnsafeBytes { terminal.feed($0) }
        let frame = terminal.frame()
        var text = ""
        for row in from.row..<frame.size.rows {
            let cells = frame.row(row).dropFirst(row == from.row ? from.column : 0)
            text += cells.map { frame.symbols.text(of: $0) }.joined()
            if !frame.wraps[row] { break }
        }
        let trimmed = text.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }
}
