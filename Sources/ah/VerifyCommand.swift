import ArgumentParser
import Recording
import SessionHost

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that nothing in a recording was changed, cut or reordered.")

    @Argument(help: "The recording, or its session's id.")
    var file: String

    func run() throws {
        let path = try CatalogueDesk.recording(file)
        let report = try Verification.verify(path: path)
        Program.say(report.text)
        if !report.isIntact { throw Failure("\(path) is not whole: see above", status: 1) }
    }
}

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Rewrite a recording smaller that nobody writes to any more; the same events, verified first.")

    @Argument(help: "The recording, or its session's id.")
    var file: String

    @Option(name: .customLong("brotli-q"), help: ArgumentHelp("Quality, 0 … 11.", valueName: "q"))
    var quality: Int32 = 11

    @Flag(
        help: "A torn or damaged one, too: what can be read of it is kept, and the old file stays as FILE.damaged.")
    var damaged = false

    func validate() throws {
        if !(0...11).contains(quality) { throw ValidationError("--brotli-q takes 0 to 11.") }
    }

    func run() throws {
        let path = try CatalogueDesk.recording(file)
        let result = try Compaction.compact(path: path, quality: quality, acceptsDamage: damaged)
        Program.say("\(path): \(result.before) → \(result.after) bytes")
    }
}
