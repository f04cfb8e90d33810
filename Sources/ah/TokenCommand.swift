import Access
import ArgumentParser
import Processes

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke the tokens that `ah serve` lets in.",
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token and print it; it can't be shown again, since only a digest of it is kept.")

    @Option(help: "viewer (reads), operator (steers and starts, too) or admin (deletes, too).")
    var role: Role = .viewer

    @Option(help: "A name for lists and logs.")
    var name: String?

    @Option(help: ArgumentHelp("Only for this session (repeatable); all without it.", valueName: "session"))
    var session: [String] = []

    @Option(help: ArgumentHelp("How long it lasts: 12h, 30d, never.", valueName: "time"))
    var expires = "90d"

    @OptionGroup var tokens: TokenFileOption

    func run() throws {
        let lifetime = try TokenLifetime.milliseconds(expires)
        let sessions = try session.isEmpty ? nil : session.map { try CatalogueDesk().session($0).id }
        var random = SystemRandomNumberGenerator()
        let made = try TokenFile(path: tokens.path).create(
            name: name, role: role, sessions: sessions, lifetime: lifetime, now: WallClock.now(), random: &random)
        Program.say(made.text)
    }
}

struct TokenListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens, without what is secret in them.")

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var tokens: TokenFileOption

    private struct Row: Encodable {
        var id: String
        var name: String?
        var role: Role
        var sessions: [String]?
        var createdAt: Int64
        var expiresAt: Int64?
        var isExpired: Bool
    }

    func run() throws {
        let now = WallClock.now()
        let rows = try TokenFile(path: tokens.path).tokens().map {
            Row(
                id: $0.id, name: $0.name, role: $0.role, sessions: $0.sessions, createdAt: $0.createdAt,
                expiresAt: $0.expiresAt, isExpired: $0.isExpired(at: now))
        }
        if json { return Program.say(try JSONText.text(rows)) }
        guard !rows.isEmpty else { return Program.complain("there are no tokens in \(tokens.path)") }
        var table = TextTable()
        table.add(["ID", "ROLE", "EXPIRES", "SESSIONS", "NAME"])
        for row in rows {
            let end = row.expiresAt.map { DateText.text($0) } ?? "never"
            table.add([
                row.id, row.role.rawValue, row.isExpired ? "\(end) (over)" : end,
                row.sessions?.map { String($0.prefix(8)) }.joined(separator: ",") ?? "all", row.name ?? "",
            ])
        }
        Program.say(table.text)
    }
}

struct TokenRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a token away; a running server lets nobody in with it any more.")

    @Argument(help: "Its id, the beginning of it, or its name.")
    var token: String

    @OptionGroup var tokens: TokenFileOption

    func run() throws {
        let revoked = try TokenFile(path: tokens.path).revoke(token)
        Program.say("\(revoked.id) is revoked")
    }
}

extension Role: ExpressibleByArgument {}
