import ArgumentParser
import Catalog

struct SessionRenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a session another name; the recording stays as it is.")

    @OptionGroup var target: NamedSession

    @Argument(help: "The name; without it, the one it was recorded with.")
    var name: String?

    func run() throws {
        let desk = try CatalogueDesk()
        let session = try desk.session(target.session)
        if let name { try SessionNotes.check(name: name) }
        try desk.catalogue.notes.change(session.id) { $0.name = name }
    }
}

struct SessionTagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Put tags on a session, take them off, or list them.",
        discussion: "Lists filter by tags, and retention can keep what has one.")

    @OptionGroup var target: NamedSession

    @Argument(help: "Tags to put on it; with none, its tags are listed.")
    var tags: [String] = []

    @Option(name: .customLong("remove"), help: ArgumentHelp("Take a tag off (repeatable).", valueName: "tag"))
    var removed: [String] = []

    func run() throws {
        let desk = try CatalogueDesk()
        let changes = !tags.isEmpty || !removed.isEmpty
        let session = try desk.session(target.session, isStrict: changes)
        guard changes else {
            for tag in session.tags { Program.say(tag) }
            return
        }
        for tag in tags { try SessionNotes.check(tag: tag) }
        try desk.catalogue.notes.change(session.id) { note in
            note.tags = Set(note.tags ?? []).union(tags).subtracting(removed).sorted()
        }
    }
}

struct SessionPinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Keep a session, whatever the retention says.")

    @OptionGroup var target: NamedSession

    func run() throws { try SessionPin.set(true, target.session) }
}

struct SessionUnpinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin", abstract: "Let the retention decide about a session again.")

    @OptionGroup var target: NamedSession

    func run() throws { try SessionPin.set(false, target.session) }
}

private enum SessionPin {
    static func set(_ isPinned: Bool, _ name: String) throws {
        let desk = try CatalogueDesk()
        let session = try desk.session(name)
        try desk.catalogue.notes.change(session.id) { $0.isPinned = isPinned ? true : nil }
    }
}
