import Access
import ArgumentParser
import Glibc
import SessionHost

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve sessions over HTTP: list, follow, steer, start and branch them.",
        discussion: """
            Without options it listens on a Unix socket that only you can reach: \
            curl --unix-socket "${XDG_RUNTIME_DIR:-/tmp/ah-$UID}/…" http://localhost/api/v1/sessions. Over TCP everybody needs \
            a token (ah token create), and only this machine is listened to unless --allow-remote says otherwise; it speaks \
            no TLS, so put a reverse proxy or ssh in front of it. What there is to ask for: /api/v1/openapi.json.
            """)

    @Option(help: ArgumentHelp("The Unix socket; serve.sock beside the sessions' own without it.", valueName: "path"))
    var socket: String?

    @Flag(name: .customLong("no-socket"), help: "No Unix socket, only --bind.")
    var noSocket = false

    @Option(help: ArgumentHelp("Listen on TCP, too: 127.0.0.1:8080, [::1]:8080.", valueName: "addr:port"))
    var bind: String?

    @Flag(name: .customLong("allow-remote"), help: "Let --bind be an address that other machines reach.")
    var allowRemote = false

    @OptionGroup var tokens: TokenFileOption

    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp(
            "A name by which clients call it, as behind a reverse proxy (repeatable); localhost is always one.",
            valueName: "name"))
    var hosts: [String] = []

    func validate() throws {
        if noSocket, bind == nil { throw ValidationError("--no-socket leaves nothing to listen on; give --bind.") }
        if noSocket, socket != nil { throw ValidationError("--socket and --no-socket exclude each other.") }
        guard let bind else {
            if allowRemote { throw ValidationError("--allow-remote is about --bind.") }
            return
        }
        guard let (host, _) = ListenPlan.address(bind) else {
            throw ValidationError("--bind takes ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080, not “\(bind)”.")
        }
        if !allowRemote, !ListenPlan.isLoopback(host) {
            throw ValidationError(
                "\(host) can be reached by other machines, and what is sent there isn't encrypted. --allow-remote is for that; a reverse proxy or ssh to 127.0.0.1 is better."
            )
        }
    }

    func run() throws {
        let folders = SessionFolders(environment: Program.environment)
        let address = bind.flatMap { ListenPlan.address($0) }
        let path = tokens.path
        if address != nil, try TokenBook(TokenFile(path: path)).isEmpty() {
            throw Failure(
                "over TCP everybody needs a token, and there is none in \(path); make one with: ah token create")
        }
        var names = hosts
        if let host = address?.host { names.append(host.contains(":") ? "[\(host)]" : host) }
        let plan = ListenPlan(
            socket: noSocket ? nil : socket.map { AbsolutePath.of($0) } ?? "\(folders.runtime)/serve.sock",
            host: address?.host, port: address?.port, tokenFile: path, hosts: names, executable: Program.executable,
            version: Program.version)
        try Self.become(Self.server(), [plan.text])
    }

    /// The program that serves lies beside this one.
    private static func server() throws -> String {
        let own = Program.executable
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let path = "\(folder)/ah-server"
        guard access(path, X_OK) == 0 else {
            throw Failure(
                "\(path) isn't there: `swift build -c release --product ah-server` makes it; it belongs beside ah")
        }
        return path
    }

    private static func become(_ program: String, _ arguments: [String]) throws -> Never {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        execv(program, words)
        throw Failure("can't start \(program): \(String(cString: strerror(errno)))")
    }
}

/// Paths as users write them, from the current folder.
enum AbsolutePath {
    static func of(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(Program.workingDirectory)/\(path)"
    }
}

/// The file that tokens are kept in.
struct TokenFileOption: ParsableArguments {
    @Option(
        name: .customLong("token-file"),
        help: ArgumentHelp("The file with the tokens; $AH_HOME/tokens.json without it.", valueName: "file"))
    var file: String?

    var path: String {
        file.map { AbsolutePath.of($0) }
            ?? "\(SessionFolders(environment: Program.environment).home)/tokens.json"
    }
}
