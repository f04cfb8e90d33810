import ArgumentParser
import Playback
import Recording
import Rendering
import SessionHost
import WorkbenchRuntime

struct BranchPointsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch-points",
        abstract: "List where a session can be branched: its snapshots and moments.",
        discussion: "Lines and columns start at 1 in text, md and csv, and at 0 in JSON, as Agent Harbor has them.")

    @Argument(help: "The recording, its session's id, or - for standard input.")
    var file: String

    @Option(help: "text, json, md or csv.")
    var format: Format = .text

    @Flag(help: "JSON in Agent Harbor's shape, with the lines of the terminal between the snapshots.")
    var lines = false

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, md, csv }

    func validate() throws {
        if lines, format != .json, format != .text {
            throw ValidationError("--lines goes with --format json.")
        }
    }

    func run() throws {
        let path = try CatalogueDesk.recording(file)
        let source: ReplayOptions.Source =
            path == "-" ? .bytes(StandardInput.read(), name: "standard input") : .file(path)
        let reader = try ReplayOptions(source: source).open()
        var options = Player.Options()
        if lines { options.scrollbackLimit = 1_000_000 }
        let player = Player(reader, options: options)
        player.indexAll()
        for warning in player.warnings { Program.complain("\(warning)") }
        let points = BranchPoints(player.timeline)
        if lines {
            Program.say(try points.harborJSON(lines: terminalLines(reader, options)))
        } else {
            Program.say(try text(points))
        }
    }

    /// Every row the session showed, oldest first, the blank ones at the end left out.
    private func terminalLines(_ reader: RecordingReader, _ options: Player.Options) -> [String] {
        let player = Player(reader, options: options)
        var lines: [String] = []
        player.transcript { line in
            lines.append(ScreenText(usesColors: false).line(line.cells, symbols: line.symbols))
            return true
        }
        let frame = player.frame()
        lines += (0..<frame.size.rows).map { frame.text(row: $0) }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    private func text(_ points: BranchPoints) throws -> String {
        switch format {
        case .text: points.text
        case .json: try points.json()
        case .md: points.markdown
        case .csv: points.csv
        }
    }
}
