import Agents
import Glibc
import Processes
import SessionHost

/// `ah __hook AGENT EVENT [PAYLOAD] [--then COMMAND…]`: an agent's hook. Hands what the agent tells to the session's
/// recorder. It never fails, prints nothing but what the agent wants to read, and waits for nobody for long.
///
/// It is told apart before the command line is parsed, since an agent waits for it at each use of a tool.
enum HookCommand {
    static let name = "__hook"

    /// Milliseconds that a dead or stuck recorder may cost the agent.
    private static let patience = 20
    /// Milliseconds after which the hook ends, whatever it does.
    private static let limit = 1000

    static func runIfCalled() {
        let words = CommandLine.arguments
        guard words.count > 1, words[1] == name else { return }
        run(Array(words.dropFirst(2)))
    }

    private static func run(_ words: [String]) -> Never {
        stopInTime()
        let call = HookCall(words)
        let answer = call.kind.answer
        if !answer.isEmpty { Program.write(answer + "\n", to: 1) }
        // The agent's pipe is emptied in any case: it may fail a hook that doesn't read.
        let payload = call.payload ?? HookInput.read(descriptor: 0, milliseconds: patience)
        if let socket = getenv("AH_RECORDER_IPC_SOCKET").map({ String(cString: $0) }), !socket.isEmpty {
            let event = HookEvent.parse(kind: call.kind, name: call.event, payload: payload)
            let messages = HookMessages(agent: call.kind.rawValue).messages(for: event)
            if !messages.isEmpty { _ = HookDelivery.send(messages, to: socket, milliseconds: patience) }
        }
        continueWith(call.next)
        _exit(0)
    }

    private static func stopInTime() {
        signal(SIGALRM) { _ in _exit(0) }
        var timer = itimerval()
        timer.it_value.tv_sec = limit / 1000
        timer.it_value.tv_usec = limit % 1000 * 1000
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }

    /// Becomes the command that the user had in this place.
    private static func continueWith(_ words: [String]) {
        guard !words.isEmpty else { return }
        var timer = itimerval()
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
        var arguments = words.map { strdup($0) } + [nil]
        if let program = arguments[0] { execvp(program, &arguments) }
    }
}

/// The words of a hook's command line.
struct HookCall: Equatable {
    var kind: HookKind
    var event: String
    /// Given as an argument, instead of on standard input.
    var payload: [UInt8]?
    /// What to run afterwards, with the payload as its last argument.
    var next: [String] = []

    init(_ words: [String]) {
        var rest = words[...]
        kind = rest.popFirst().flatMap(HookKind.init) ?? .none
        event = rest.popFirst() ?? ""
        // An agent appends the payload after all else.
        if event == "notify", let last = rest.popLast() {
            payload = Array(last.utf8)
            if rest.popFirst() == "--then" { next = Array(rest) + [last] }
        }
    }
}

/// A hook's standard input: JSON of any size, from an agent that may not close it.
enum HookInput {
    /// Reads to the end, until the limit of a payload, or until nothing has come for that long.
    static func read(descriptor: Int32, milliseconds: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(milliseconds)) > 0 else { return bytes }
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            if bytes.count < HookPayload.readLimit { bytes += buffer[..<count] }
        }
    }
}
