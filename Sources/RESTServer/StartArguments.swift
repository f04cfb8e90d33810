import Catalog
import Glibc
import Processes

/// What `ah` is called with to start a session.
struct StartArguments: Sendable {
    private var before: [String]
    private var after: [String]
    /// What must be there.
    let agent: String?
    let command: [String]
    let folder: String
    /// Variables besides the server's own.
    let variables: [String: String]

    /// - Throws: `invalid` for what contradicts itself, or would be read as something else.
    init(_ body: JSON, home: String) throws(RESTError) {
        let agent = body["agent"]?.text
        let command = body["command"]?.items.compactMap(\.text) ?? []
        guard (agent == nil) != command.isEmpty else {
            throw .invalid([.init(field: "command", message: "or agent must be there, and not both")])
        }
        let cwd = body["cwd"]?.text ?? home
        guard cwd.hasPrefix("/") else {
            throw .invalid([.init(field: "cwd", message: "must be an absolute path")])
        }
        try Self.check(body, command)
        (self.agent, self.command, folder) = (agent, command, cwd)
        let members = (body["environment"]?.members ?? []).map { ($0.name, $0.value.text ?? "") }
        variables = Dictionary(members) { $1 }
        // Values are joined to their options, so that none is taken for an option itself.
        before = ["agent", agent == nil ? "record" : "start", "--detach", "--cwd=\(cwd)"]
        for (option, name) in [("name", "name"), ("snapshots", "snapshots")] {
            if let text = body[name]?.text { before.append("--\(option)=\(text)") }
        }
        for name in ["cols", "rows"] { if let number = body[name]?.int { before.append("--\(name)=\(number)") } }
        for member in body["environment"]?.members ?? [] {
            before.append("--env=\(member.name)=\(member.value.text ?? "")")
        }
        if body["recordInput"]?.isTrue == true { before.append("--record-input") }
        if let agent {
            before.append("--agent=\(agent)")
            for (option, name) in [("prompt", "prompt"), ("model", "model"), ("permission-mode", "permissionMode")] {
                if let text = body[name]?.text { before.append("--\(option)=\(text)") }
            }
            if body["nonInteractive"]?.isTrue == true { before.append("--non-interactive") }
            if body["trustHooks"]?.isTrue == true { before.append("--trust-hooks") }
            after = []
        } else {
            if let prompt = body["prompt"]?.text { before.append("--inject=\(prompt)") }
            after = ["--"] + command
        }
    }

    private static func check(_ body: JSON, _ command: [String]) throws(RESTError) {
        var faults: [Schema.Fault] = []
        for member in body["environment"]?.members ?? [] where member.name.isEmpty || member.name.contains("=") {
            faults.append(.init(field: "environment", message: "can't have a variable named “\(member.name)”"))
        }
        let texts =
            command + ["cwd", "name", "prompt", "model", "permissionMode", "agent"].compactMap { body[$0]?.text }
            + (body["environment"]?.members ?? []).flatMap { [$0.name, $0.value.text ?? ""] }
        if texts.contains(where: { $0.utf8.contains(0) }) {
            faults.append(.init(field: "body", message: "can't have zero bytes in what is given to a program"))
        }
        if let name = body["name"]?.text {
            do throws(CatalogError) {
                try SessionNotes.check(name: name)
            } catch {
                faults.append(.init(field: "name", message: "isn't one: \(error)"))
            }
        }
        if command.first?.isEmpty == true { faults.append(.init(field: "command[0]", message: "must not be empty")) }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    func words(sessionID: String) -> [String] { before + ["--session-id=\(sessionID)"] + after }
}

extension RESTService {
    /// What is asked for must be there: an agent that is known, a folder, a program.
    /// - Throws: `invalid`.
    func check(_ arguments: StartArguments) async throws {
        var faults: [Schema.Fault] = []
        var info = stat()
        if stat(arguments.folder, &info) != 0 || info.st_mode & S_IFMT != S_IFDIR {
            faults.append(.init(field: "cwd", message: "isn't a folder that is there"))
        }
        if let agent = arguments.agent {
            let known = try await agents().items.compactMap { $0["agent"]?.text }
            if !known.contains(agent) {
                faults.append(
                    .init(field: "agent", message: "isn't known here; there are \(known.joined(separator: ", "))"))
            }
        } else if !isThere(arguments) {
            faults.append(.init(field: "command[0]", message: "isn't a program that can be found and run"))
        }
        guard faults.isEmpty else { throw RESTError.invalid(faults) }
    }

    private func isThere(_ arguments: StartArguments) -> Bool {
        let launch = ChildProcess.Launch(
            arguments: arguments.command, environment: settings.environment.merging(arguments.variables) { $1 },
            workingDirectory: arguments.folder)
        return (try? launch.executable()) != nil
    }
}
