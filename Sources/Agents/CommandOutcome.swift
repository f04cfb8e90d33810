import Glibc

/// How a shell command of Codex ended: its hook isn't told, but its transcript has it by then.
struct CommandOutcome: Hashable {
    var exitStatus: Int
    var milliseconds: Int?

    /// Looks for a command in the end of a transcript; nil where it isn't written, or not yet.
    static func read(_ path: String, call: String) -> CommandOutcome? {
        // The agent writes it before it runs the hook, but through a queue of its own.
        for attempt in 0..<4 {
            if attempt > 0 { usleep(3000) }
            if let found = find(call, in: TranscriptTail.read(path, limit: tail)[...]) { return found }
        }
        return nil
    }

    /// Bytes from the end that are looked at: the output of a command is in its line.
    private static let tail = 192 << 10

    static func find(_ call: String, in bytes: ArraySlice<UInt8>) -> CommandOutcome? {
        let mark = Array(call.utf8)
        guard !mark.isEmpty else { return nil }
        for line in bytes.split(separator: 0x0A).reversed() where TranscriptTail.contains(line, mark) {
            guard let json = try? JSONValue(parsing: line), let item = json["payload"]?["item"],
                item["type"]?.text == "CommandExecution", item["id"]?.text == call,
                let status = item["exit_code"]?.integer
            else { continue }
            let duration = item["duration"]
            let milliseconds = duration?["secs"]?.integer.map {
                $0 * 1000 + (duration?["nanos"]?.integer ?? 0) / 1_000_000
            }
            return CommandOutcome(exitStatus: status, milliseconds: milliseconds)
        }
        return nil
    }
}

extension HookEvent {
    /// Adds to the end of a tool use what its hook wasn't told and the agent's transcript has.
    public mutating func completeFromTranscript() {
        guard kind == .codex, case .toolEnded(var use) = meaning, use.command != nil, use.exitStatus == nil,
            let id = use.id, let transcript, let outcome = CommandOutcome.read(transcript, call: id)
        else { return }
        use.exitStatus = outcome.exitStatus
        use.hasSucceeded = outcome.exitStatus == 0
        use.milliseconds = use.milliseconds ?? outcome.milliseconds
        meaning = .toolEnded(use)
    }
}

/// The end of a file of lines, where its newest stand.
enum TranscriptTail {
    /// Empty where it can't be read, or is no file.
    static func read(_ path: String, limit: Int) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return [] }
        let start = max(0, Int(info.st_size) - limit)
        var bytes = [UInt8](repeating: 0, count: Int(info.st_size) - start)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(start)) }
        return Array(bytes[..<max(0, count)])
    }

    /// Whether a line has these bytes in it; most lines are large and haven't.
    static func contains(_ line: ArraySlice<UInt8>, _ mark: [UInt8]) -> Bool {
        line.withUnsafeBytes { line in
            mark.withUnsafeBytes { mark in
                guard let text = line.baseAddress, let first = mark.first, let sought = mark.baseAddress else {
                    return false
                }
                var start = 0
                while line.count - start >= mark.count,
                    let found = memchr(text + start, Int32(first), line.count - start - mark.count + 1)
                {
                    if memcmp(found, sought, mark.count) == 0 { return true }
                    start = UnsafeRawPointer(found) - text + 1
                }
                return false
            }
        }
    }
}
