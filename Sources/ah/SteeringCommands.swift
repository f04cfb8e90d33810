import ArgumentParser
import FoundationEssentials
import Glibc
import SessionHost

/// The session that a command steers.
struct SteeredSession: ParsableArguments {
    @Argument(help: "The session: its id, the beginning of one, its name, or - for the newest.")
    var session: String

    func client() throws -> HostClient {
        let facts = try SessionDirectory(folders: SessionFolders(environment: Program.environment))
            .runningSession(session)
        return try HostClient(sessionID: facts.sessionID, socketPath: facts.socketPath)
    }

    /// Sends it, and waits until it is done.
    func send(_ message: ClientMessage) throws {
        try client().request(message) { answer throws(SessionError) -> Bool? in
            switch answer {
            case .done: return true
            case .refused(let reason): throw .host(reason: reason)
            default: return nil
            }
        }
    }
}

struct PromptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompt",
        abstract: "Type a prompt into a running session and submit it.",
        discussion: "It goes in as a paste where the program takes pastes, and a moment says who sent it.")

    @OptionGroup var target: SteeredSession

    @Argument(help: "The text; without it, or with -, standard input.")
    var text: String?

    @Flag(name: .customLong("no-enter"), help: "Only type it.")
    var noEnter = false

    @Option(help: "Who sends it, as it is recorded; your user name without it.")
    var sender: String?

    func run() throws {
        let words = text.flatMap { $0 == "-" ? nil : $0 } ?? String(decoding: StandardInput.read(), as: UTF8.self)
        let trimmed = words.hasSuffix("\n") ? String(words.dropLast()) : words
        guard !trimmed.isEmpty else { throw Failure("there is no text to send") }
        let name = sender ?? Program.environment["USER"] ?? "uid \(getuid())"
        try target.send(.prompt(PromptRequest(text: trimmed, sender: name, isSubmitted: !noEnter)))
    }
}

struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Press keys in a running session, as to answer a question: y, 2, Enter, Escape.")

    @OptionGroup var target: SteeredSession

    @Argument(help: "Keys: Enter, Escape, Tab, Up, Down, Left, Right, Space, C-c, or the characters themselves.")
    var keys: [String]

    func run() throws {
        let bytes = keys.flatMap { Self.bytes(of: $0) }
        let client = try target.client()
        client.send(.input(bytes))
        // The answer to a question about the session comes after what was sent before it was taken.
        try client.request(.status) { message throws(SessionError) -> Bool? in
            if case .welcome = message { true } else { nil }
        }
    }

    private static func bytes(of key: String) -> [UInt8] {
        switch key {
        case "Enter": return [0x0D]
        case "Escape", "Esc": return [0x1B]
        case "Tab": return [0x09]
        case "Space": return [0x20]
        case "Backspace": return [0x7F]
        case "Up": return Array("\u{1B}[A".utf8)
        case "Down": return Array("\u{1B}[B".utf8)
        case "Right": return Array("\u{1B}[C".utf8)
        case "Left": return Array("\u{1B}[D".utf8)
        default: break
        }
        let letters = Array(key.utf8)
        if letters.count == 3, key.hasPrefix("C-"), (0x40...0x7F).contains(letters[2]) { return [letters[2] & 0x1F] }
        return letters
    }
}

struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a running session: SIGTERM, and more if that isn't heeded.")

    @OptionGroup var target: SteeredSession

    func run() throws { try Ending.wait(target.client(), .stop(signal: SIGTERM)) }
}

struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "End a running session at once (SIGKILL); its recording is finished all the same.")

    @OptionGroup var target: SteeredSession

    func run() throws { try Ending.wait(target.client(), .stop(signal: SIGKILL)) }
}

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a running session's program until it is resumed (SIGSTOP).")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.send(.signal(SIGSTOP)) }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused session's program go on (SIGCONT).")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.send(.signal(SIGCONT)) }
}

/// Waits for a session's end.
private enum Ending {
    static func wait(_ client: HostClient, _ message: ClientMessage) throws {
        do {
            // Attached as a viewer would be, so that it is told of the end.
            try client.request(message, milliseconds: 60_000) { answer throws(SessionError) -> Bool? in
                switch answer {
                case .finished: return true
                case .refused(let reason): throw .host(reason: reason)
                default: return nil
                }
            }
        } catch SessionError.disconnected {
            // It is gone, which was the wish.
        }
    }
}
