import ArgumentParser
import FoundationEssentials
import Glibc
import SessionHost
import WorkbenchModel

/// The session that a command steers.
struct SteeredSession: ParsableArguments {
    @Argument(help: "The session: its id, the beginning of one, its name, or - for the newest.")
    var session: String

    func steering() throws -> SessionSteering { try SessionSteering(CatalogueDesk.running(session)) }
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
        try target.steering().prompt(PromptRequest(text: trimmed, sender: name, isSubmitted: !noEnter))
    }
}

struct AnswerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Press keys in a running session, as to answer a question: y, 2, Enter, Escape.")

    @OptionGroup var target: SteeredSession

    @Argument(help: "Keys: Enter, Escape, Tab, Up, Down, Left, Right, Space, C-c, or the characters themselves.")
    var keys: [String]

    func validate() throws {
        for key in keys {
            guard let hint = Self.hint(key) else { continue }
            throw ValidationError(
                "“\(key)” is no key: \(hint). To type it as it is, use `ah agent prompt --no-enter`.")
        }
    }

    /// What a word should be that looks like a key's name and is none; nil for what is to be typed.
    private static func hint(_ word: String) -> String? {
        guard let first = word.first, first.isASCII, first.isUppercase, word.count > 1,
            word.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        else { return nil }
        let rest = word.dropFirst()
        if first == "F", rest.count < 3, rest.allSatisfy(\.isNumber) { return "function keys can't be pressed" }
        if word.hasPrefix("C-"), word.count != 3 { return "control keys are written C-c" }
        return NearestName.mistyped(word, in: SteeringKey.names, within: word.count > 3 ? 2 : 1)
            .map { "did you mean \($0)?" }
    }

    func run() throws { try target.steering().press(keys) }
}

struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a running session: SIGTERM, and more if that isn't heeded.")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.steering().stop(signal: SIGTERM) }
}

struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "End a running session at once (SIGKILL); its recording is finished all the same.")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.steering().stop(signal: SIGKILL) }
}

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a running session's program until it is resumed (SIGSTOP).")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.steering().pause() }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused session's program go on (SIGCONT).")

    @OptionGroup var target: SteeredSession

    func run() throws { try target.steering().resume() }
}
