import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Access

@Suite struct TokenTests {
    private let folder: TemporaryFolder
    private let file: TokenFile

    init() throws {
        folder = try TemporaryFolder()
        file = TokenFile(path: folder("tokens.json"))
    }

    private func make(
        _ role: Role = .viewer, sessions: [String]? = nil, lifetime: Int64? = nil, name: String? = nil
    ) throws -> NewToken {
        var random = SystemRandomNumberGenerator()
        return try file.create(
            name: name, role: role, sessions: sessions, lifetime: lifetime, now: 1000, random: &random)
    }

    @Test func `a token opens what it was made for, and nothing of it is in the file`() throws {
        let made = try make(.operator, sessions: ["a"], name: "ci")
        let book = TokenBook(file)
        let principal = try #require(try book.principal(for: made.text, now: 2000))
        #expect(principal.role == .operator && principal.maySee("a") && !principal.maySee("b"))
        #expect(principal.name.contains("ci"))
        let content = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(!content.contains(made.text.split(separator: "_")[2]))
        var info = stat()
        #expect(stat(file.path, &info) == 0 && info.st_mode & 0o777 == 0o600)
    }

    @Test func `forged, cut and made-up tokens open nothing`() throws {
        let made = try make(.admin)
        let book = TokenBook(file)
        let text = made.text
        var forged = [
            "", "ah", "ah_", "ah__", "ah_\(made.token.id)_", "ah_\(made.token.id)_\(made.token.digest)",
            "ah_00000000_\(text.split(separator: "_")[2])", String(text.dropLast()), text + "0", text.uppercased(),
            "ah_\(made.token.id)_" + String(repeating: "0", count: 64), String(repeating: "ah_", count: 100),
            text + " ",
        ]
        for index in text.indices.dropFirst(12) {
            var other = text
            other.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
            forged.append(other)
        }
        for token in forged { #expect(try book.principal(for: token, now: 0) == nil, "\(token)") }
    }

    @Test func `a token ends with its time`() throws {
        let made = try make(lifetime: 5000)
        let book = TokenBook(file)
        let principal = try #require(try book.principal(for: made.text, now: 5999))
        #expect(try book.principal(for: made.text, now: 6000) == nil)
        #expect(book.isValid(principal, now: 5999) && !book.isValid(principal, now: 6000))
    }

    @Test func `a revoked token is gone at once, also for a server that knew it`() throws {
        let (kept, revoked) = (try make(name: "one"), try make(name: "two"))
        let book = TokenBook(file)
        let principal = try #require(try book.principal(for: revoked.text, now: 1))
        try file.revoke("two")
        #expect(try book.principal(for: revoked.text, now: 1) == nil)
        #expect(!book.isValid(principal, now: 1))
        #expect(try book.principal(for: kept.text, now: 1) != nil)
        #expect(throws: AccessError.noSuchToken("two", candidates: [])) { try file.revoke("two") }
        #expect(throws: AccessError.noSuchToken("", candidates: [])) { try file.revoke("") }
    }

    @Test func `a file of tokens that others may read is refused`() throws {
        let made = try make()
        chmod(file.path, 0o644)
        #expect(throws: AccessError.exposed(path: file.path, mode: 0o644, wanted: 0o600)) {
            try TokenBook(file).principal(for: made.text, now: 1)
        }
    }

    @Test func `a file that isn't one of tokens is refused and left as it is`() throws {
        try folder.write("{\"version\":7,\"tokens\":[]}", to: "tokens.json")
        chmod(file.path, 0o600)
        #expect(throws: AccessError.self) { try make() }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8).contains("7"))
    }

    @Test func `tokens made at the same time are all kept`() async throws {
        let file = file
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<16 {
                group.addTask {
                    var random = SystemRandomNumberGenerator()
                    return try file.create(
                        name: "t\(number)", role: .viewer, sessions: nil, lifetime: nil, now: 0, random: &random
                    ).text
                }
            }
            for try await _ in group {}
        }
        #expect(try Set(file.tokens().map(\.name)).count == 16)
    }

    @Test func `lifetimes are read as people write them`() throws {
        #expect(try TokenLifetime.milliseconds("12h") == 43_200_000)
        #expect(try TokenLifetime.milliseconds("30d") == 2_592_000_000)
        #expect(try TokenLifetime.milliseconds("never") == nil)
        for text in ["", "d", "0d", "-1d", "1.5d", "1y", "999999999999999999999d"] {
            #expect(throws: AccessError.invalidLifetime(text)) { try TokenLifetime.milliseconds(text) }
        }
    }

    @Test func `the audit log has a line for each entry, and is its owner's alone`() throws {
        let log = AuditLog(folder: folder("audit"))
        let entry = AuditLog.Entry(
            at: 1_700_000_000_000, who: "uid 0", from: "unix", operation: "getSession", session: "s\n\"x", status: 200)
        log.add(entry)
        log.add(entry)
        let path = log.path(at: entry.at)
        #expect(path.hasSuffix("/2023-11.jsonl"))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(try JSONDecoder().decode(AuditLog.Entry.self, from: Data(lines[0].utf8)) == entry)
        var info = stat()
        #expect(stat(path, &info) == 0 && info.st_mode & 0o777 == 0o600)
        #expect(log.problem == nil)
    }

    @Test func `a log that can't be written holds nobody up and says so`() throws {
        try folder.write("", to: "file")
        let log = AuditLog(folder: folder("file/audit"))
        log.add(AuditLog.Entry(at: 0, who: nil, from: "unix", operation: "x", status: 200))
        #expect(log.problem?.count == 1)
    }

    @Test func `addresses are taken apart, and only the loopback's count as this machine`() {
        #expect(ListenPlan.address("127.0.0.1:80")! == ("127.0.0.1", 80))
        #expect(ListenPlan.address("[::1]:8080")! == ("::1", 8080))
        for text in ["", ":80", "host", "host:", "host:-1", "host:70000", "::1:80"] {
            #expect(ListenPlan.address(text) == nil, "\(text)")
        }
        #expect(
            ListenPlan.isLoopback("127.0.0.1") && ListenPlan.isLoopback("::1") && ListenPlan.isLoopback("localhost"))
        #expect(!ListenPlan.isLoopback("0.0.0.0") && !ListenPlan.isLoopback("127.evil.example"))
    }
}
