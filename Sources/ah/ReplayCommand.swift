import ArgumentParser
import Glibc
import SessionHost
import WorkbenchModel
import WorkbenchRuntime

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay a recording full screen, or print what it showed.",
        discussion: """
            Space pauses, [ ] go from moment to moment, { } from snapshot to snapshot, the arrows scrub, ? shows all keys. \
            Into a pipe, everything the session showed is printed as text. Escape codes of the recorded program never act \
            on your terminal.
            """)

    @Argument(help: "The recording, its session's id (or the beginning of one), or - for standard input.")
    var file: String

    @Flag(help: "Print the final screen.")
    var fast = false

    @Option(help: ArgumentHelp("Print the screen at a time: 83s, 1:23, 5m, 80%, a moment's name.", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("Open the player at a time (as for --at), and pause there.", valueName: "time"))
    var start: String?

    @Flag(name: .customLong("print-meta"), help: "Print what the recording is about.")
    var printMeta = false

    @Flag(help: "With --print-meta: as JSON.")
    var json = false

    @Option(help: ArgumentHelp("0.25 to 64.", valueName: "factor"))
    var speed: Double = Preferences.settings.decimal("replay.speed") ?? 1

    @Option(
        name: .customLong("idle-limit"),
        help: ArgumentHelp("Play pauses no longer than this.", valueName: "seconds"))
    var idleLimit: Double?

    @Flag(name: .customLong("no-colors"), help: "No colours.")
    var noColors = false

    @Option(help: "Where to show the signs of moments and snapshots: left, right or none.")
    var gutter: GutterOption = .right

    @Option(
        help: ArgumentHelp(
            "dark, light, sixteen, contrast, solarized, gruvbox, or a file.", valueName: "name"))
    var theme: String?

    @Option(help: ArgumentHelp("default, tmux, vim, or a file whose keys win over those.", valueName: "name"))
    var keymap: String?

    func validate() throws {
        if !(0.25...64).contains(speed) { throw ValidationError("--speed takes 0.25 to 64.") }
        if let idleLimit, !(0.0...1e9).contains(idleLimit) { throw ValidationError("--idle-limit takes seconds.") }
        if fast, at != nil { throw ValidationError("--fast and --at exclude each other.") }
        if json, !printMeta { throw ValidationError("--json goes with --print-meta.") }
    }

    func run() throws {
        let environment = Program.environment
        let name = try CatalogueDesk.recording(file, environment: environment)
        var options = try Self.options(name, environment: environment)
        options.speed = speed
        options.idleLimit = (idleLimit ?? Preferences.settings.decimal("replay.idle-limit")).map { Int64($0 * 1000) }
        options.gutter = gutter.replayGutter
        if let start {
            options.start = Self.place(start)
            options.startsPaused = true
        }
        options.theme = theme ?? Preferences.theme
        options.keymap = keymap ?? Preferences.keymap
        if noColors { options.usesColors = false }
        if fast || at != nil || printMeta || isatty(1) != 1 {
            try print(options)
        } else {
            Glibc.exit(try Self.play(options))
        }
    }

    /// Full screen; a branch that the user asks for there is recorded and watched when the replay is left.
    private static func play(_ options: ReplayOptions) throws -> Int32 {
        let ending = try ReplayRunner.replay(options)
        guard let intervention = ending.intervention else { return ending.status }
        let message = intervention.message.isEmpty ? [] : ["--inject", intervention.message]
        let place = intervention.folder.map { ["--cwd", $0] } ?? []
        let record = try RecordCommand.parse(
            ["--from-snapshot", intervention.snapshot] + place + message + ["--"] + intervention.command)
        return try RecordRun(
            record.recording, command: record.words, injection: record.inject, environment: options.environment
        ).run()
    }

    /// Replays as the command does without options; into a pipe, prints the text.
    static func replay(_ path: String, environment: [String: String]) throws {
        let options = try options(path, environment: environment)
        if isatty(1) == 1, isatty(0) == 1 {
            _ = try play(options)
        } else {
            printTranscript(try ReplayPrinter(options))
        }
    }

    private static func options(_ name: String, environment: [String: String]) throws -> ReplayOptions {
        var options = ReplayOptions(
            source: name == "-" ? .bytes(StandardInput.read(), name: "standard input") : .file(name))
        options.environment = environment
        options.workingDirectory = Program.workingDirectory
        options.usesColors = isatty(1) == 1 && environment["NO_COLOR", default: ""].isEmpty
        return options
    }

    private func print(_ options: ReplayOptions) throws {
        let printer = try ReplayPrinter(options)
        for warning in printer.warnings { Program.complain(warning) }
        if printMeta {
            let facts = try printer.facts()
            Program.say(json ? try facts.json() : facts.text)
        } else if let at {
            Program.write(try printer.screen(at: Self.place(at)), to: 1)
        } else if fast {
            Program.write(printer.finalScreen(), to: 1)
        } else {
            Self.printTranscript(printer)
        }
    }

    /// In the player a bare number is a moment's; here it is a time, as every other option has it.
    private static func place(_ text: String) -> GoTo { GoTo(Double(text) == nil ? text : "\(text)s") ?? .name(text) }

    private static func printTranscript(_ printer: ReplayPrinter) {
        printer.transcript { Program.write($0, to: 1) }
    }
}

extension GutterOption {
    var replayGutter: ReplayModel.Gutter {
        switch self {
        case .left: .left
        case .right: .right
        case .none: .none
        }
    }
}

/// All of standard input, for a recording that comes through a pipe.
enum StandardInput {
    static func read() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(0, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
