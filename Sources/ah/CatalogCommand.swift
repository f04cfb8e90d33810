import ArgumentParser
import Catalog

struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog", abstract: "The index over all sessions.", subcommands: [CatalogRebuildCommand.self])
}

struct CatalogRebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Make the index anew from the recordings, notes and snapshots.",
        discussion: "Nothing is lost by it, not even if the index was deleted before: files are the truth.")

    func run() throws {
        let desk = try CatalogueDesk()
        try desk.catalogue.rebuild()
        desk.sayRemarks()
        let count = try desk.catalogue.count()
        Program.say("\(count) session\(count == 1 ? "" : "s") in \(desk.catalogue.path)")
    }
}
