import Glibc
import Processes

/// Asks programs for their versions, all at once and not for long: some go to the network, or never answer.
enum VersionQuery {
    private static let patience: UInt64 = 3_000_000_000
    private static let longestAnswer = 4096

    private struct Question {
        var child: ChildProcess
        var pipe: Int32
        var answer: [UInt8] = []
        var isOpen = true
    }

    /// - Parameter commands: command lines; nil asks nobody.
    /// - Returns: the version in the first line that each wrote, or nil.
    static func versions(_ commands: [[String]?], environment: [String: String]) -> [String?] {
        var questions = commands.map { $0.flatMap { start($0, environment: environment) } }
        let deadline = MonotonicClock.now() + patience
        while questions.contains(where: { $0?.isOpen == true }), MonotonicClock.now() < deadline {
            var poller = Poller()
            let open = questions.indices.filter { questions[$0]?.isOpen == true }
            for index in open { poller.add(questions[index]?.pipe ?? -1, .read) }
            guard poller.wait(milliseconds: Int((deadline - min(deadline, MonotonicClock.now())) / 1_000_000) + 1)
            else { break }
            for (entry, index) in open.enumerated() where poller.isReadable(entry) { read(&questions[index]) }
        }
        return questions.map { $0.flatMap(finish) }
    }

    private static func start(_ words: [String], environment: [String: String]) -> Question? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { if null >= 0 { close(null) } }
        let launch = ChildProcess.Launch(arguments: words, environment: environment)
        guard
            let child = try? ChildProcess(
                launch, standardInput: null, standardOutput: ends[1], standardError: null)
        else {
            close(ends[0])
            return nil
        }
        return Question(child: child, pipe: ends[0])
    }

    private static func read(_ question: inout Question?) {
        guard let pipe = question?.pipe else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(pipe, $0.baseAddress, $0.count) }
        if count > 0 { question?.answer += buffer[..<count] }
        if count <= 0 || question?.answer.count ?? 0 > longestAnswer { question?.isOpen = false }
    }

    private static func finish(_ question: Question) -> String? {
        close(question.pipe)
        question.child.signal(SIGKILL)
        var info = siginfo_t()
        // Killed or ended, it is gone in a moment; without this it would stay as a zombie.
        while waitid(P_PID, id_t(question.child.pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        _ = question.child.reap()
        return version(in: String(decoding: question.answer, as: UTF8.self))
    }

    /// The first word that begins with a digit, or with `v` and one.
    static func version(in text: String) -> String? {
        let words = text.prefix(longestAnswer).split { $0.isWhitespace || $0 == "," || $0 == "(" || $0 == ")" }
        return words.lazy.map { $0.first == "v" ? $0.dropFirst() : $0 }
            .first { $0.first?.isNumber == true && $0.contains(".") }.map(String.init)
    }
}
