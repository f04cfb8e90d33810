import ArgumentParser
import Catalog
import Snapshots
import WorkbenchModel

/// How a session is recorded, as `record` and `start` take it.
struct RecordOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("out-file")],
        help: ArgumentHelp("Where to record.", discussion: "Without it: $AH_HOME/recordings.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the file that -o names, if it is there.")
    var force = false

    @Flag(help: "Record without a terminal (CI); 80×24 unless told.")
    var headless = false

    @Flag(
        help: ArgumentHelp(
            "Start it and leave: the session runs by itself, and its id is printed.",
            discussion: "`ah` and `ah attach` show it. --cols and --rows are its size until something does."))
    var detach = false

    @Flag(help: "No viewer: bytes go straight through to this terminal.")
    var passthrough = false

    @Option(help: ArgumentHelp("Columns of the program's terminal.", valueName: "n"))
    var cols: Int?

    @Option(help: ArgumentHelp("Rows of the program's terminal.", valueName: "n"))
    var rows: Int?

    @Option(
        name: .customLong("brotli-q"),
        help: ArgumentHelp("Compression of the finished file, 0 … 11; by size without it.", valueName: "q"))
    var brotliQuality: Int32?

    @Option(help: "Where the viewer shows the signs of moments and snapshots: left, right or none.")
    var gutter: GutterOption = Preferences.choice("record.gutter", or: .right)

    @Option(name: .customLong("env"), help: ArgumentHelp("Set a variable for the program.", valueName: "k=v"))
    var environment: [String] = []

    @Option(help: ArgumentHelp("The folder to run it in.", valueName: "dir"))
    var cwd: String?

    @Option(help: "A name for the session.")
    var name: String?

    @Flag(
        name: .customLong("record-input"), inversion: .prefixedNo,
        help: "Record what is typed too; passwords are left out.")
    var recordInput = Preferences.settings.flag("record.input")

    @OptionGroup var snapshots: SnapshotOptions

    @Option(
        name: .customLong("from-snapshot"),
        help: ArgumentHelp(
            "Start in a branch of this snapshot, at the same path; the original is not touched.", valueName: "snap"))
    var fromSnapshot: String?

    // What the terminal can do in which a detached session will be shown.

    @Flag(name: .customLong("kitty-keyboard"), help: .hidden)
    var kittyKeyboard = false

    @Option(help: .hidden)
    var foreground: String?

    @Option(help: .hidden)
    var background: String?

    /// For whoever starts a session and must know it before it is there.
    @Option(name: .customLong("session-id"), help: .hidden)
    var sessionID: String?

    /// As asked for, or as set.
    var quality: Int32? { brotliQuality ?? Preferences.settings.number("record.brotli-quality").map(Int32.init) }

    func validate() throws {
        if let sessionID, !SnapshotName.isUsable(sessionID) {
            throw ValidationError("“\(sessionID)” can't be a session's id.")
        }
        if let name {
            do throws(CatalogError) {
                try SessionNotes.check(name: name)
            } catch {
                throw ValidationError("--name: \(error)")
            }
        }
        if detach && (headless || passthrough) {
            throw ValidationError("--detach goes with neither --headless nor --passthrough.")
        }
        for color in [foreground, background].compactMap({ $0 }) where UInt32(color, radix: 16) == nil {
            throw ValidationError("“\(color)” is no colour: write it RRGGBB.")
        }
        if headless && passthrough { throw ValidationError("--headless and --passthrough exclude each other.") }
        for (option, value) in [("--cols", cols), ("--rows", rows)] {
            if let value, !(1...4096).contains(value) { throw ValidationError("\(option) takes 1 to 4096.") }
        }
        if let cols, cols < 2 { throw ValidationError("--cols takes 2 or more.") }
        if let quality = brotliQuality, !(0...11).contains(quality) {
            throw ValidationError("--brotli-q takes 0 to 11.")
        }
        try snapshots.validate()
        for pair in environment where !pair.dropFirst().contains("=") {
            throw ValidationError("--env takes NAME=VALUE, not “\(pair)”.")
        }
    }
}

enum GutterOption: String, ExpressibleByArgument, CaseIterable {
    case left, right, none

    var gutter: LiveModel.Gutter {
        switch self {
        case .left: .left
        case .right: .right
        case .none: .none
        }
    }
}
