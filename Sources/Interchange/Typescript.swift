import FoundationEssentials
import Recording
import ScreenModel

/// Reads what `script` of util-linux writes: a typescript and its timing, in the classic format (`delay bytes`, output
/// only) or the advanced one (`O`, `I`, `S`, `H` lines).
public enum Typescript {
    /// - Parameter timing: the timing file; nil looks for it beside the typescript.
    public static func read(path: String, timing: String? = nil) throws(InterchangeError) -> ImportedSession {
        guard let timing = timing ?? timingPath(beside: path) else {
            throw .unreadable(path: path, reason: "no timing file beside it; name it, as `script --timing=FILE` did")
        }
        let times = try fileBytes(timing)
        let inputPath = inputLog(of: times, besideTiming: timing)
        let isShared = inputPath.map { lastComponent($0) == lastComponent(path) } ?? true
        let input = isShared ? nil : inputPath.flatMap { try? fileBytes($0) }
        return try read(typescript: fileBytes(path), input: input, timing: times, path: timing)
    }

    /// As above, of bytes at hand. `input` is the log of `--log-in`; nil when there is none, or when it is the typescript
    /// itself (`--log-io`). `path` is the timing's, for messages.
    public static func read(
        typescript: [UInt8], input: [UInt8]? = nil, timing: [UInt8], path: String
    ) throws(InterchangeError) -> ImportedSession {
        var reading = Reading(output: Log(typescript), input: input.map(Log.init))
        var lines = Lines(timing)
        while let line = lines.nextContent() {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
            guard reading.take(words) else {
                throw .malformed(path: path, place: .line(lines.number), what: "is no timing line of script(1)")
            }
        }
        return reading.finish()
    }

    private static func timingPath(beside path: String) -> String? {
        let swapped = path.split(separator: "/", omittingEmptySubsequences: false)
        let name = swapped.last ?? ""
        let renamed =
            name.hasPrefix("typescript")
            ? (swapped.dropLast() + ["timing" + name.dropFirst("typescript".count)]).joined(separator: "/") : nil
        return [path + ".timing", path + ".tm", renamed].compactMap { $0 }.first {
            FileManager.default.fileExists(atPath: $0)
        }
    }

    private static func lastComponent(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }

    private static func inputLog(of timing: [UInt8], besideTiming path: String) -> String? {
        var lines = Lines(timing)
        while let line = lines.nextContent(), line.first == UInt8(ascii: "H") {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 3)
            guard words.count == 4, words[2] == "INPUT_LOG" else { continue }
            guard !words[3].hasPrefix("/") else { return String(words[3]) }
            let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            return (folder + [words[3]]).joined(separator: "/")
        }
        return nil
    }
}

extension Typescript {
    /// A log of bytes, without the "Script started" line that `script` puts before them.
    struct Log {
        private(set) var rest: ArraySlice<UInt8>
        /// `NAME="value"` facts of that line.
        private(set) var facts: [String: String] = [:]

        init(_ bytes: [UInt8]) {
            rest = bytes[...]
            guard bytes.starts(with: Array("Script started on ".utf8)), let end = bytes.firstIndex(of: 0x0A) else {
                return
            }
            rest = bytes[(end + 1)...]
            // Splitting at quotes leaves names and values in turn.
            let parts = String(decoding: bytes[..<end], as: UTF8.self).split(
                separator: "\"", omittingEmptySubsequences: false)
            for index in stride(from: 0, to: parts.count - 1, by: 2) where parts[index].hasSuffix("=") {
                let name = parts[index].dropLast().split { $0 == " " || $0 == "[" }.last ?? ""
                facts[String(name)] = String(parts[index + 1])
            }
            facts["START_TIME"] = parts.first?.dropFirst("Script started on ".count).components(before: " [")
        }

        mutating func take(_ count: Int) -> [UInt8] {
            let taken = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
            return taken
        }
    }

    /// The state of a walk over the timing lines.
    private struct Reading {
        var output: Log
        var input: Log?
        var list = EventList()
        var clock = 0.0
        var facts: [String: String] = [:]

        private var now: SessionTime { EventList.time(seconds: clock) }

        /// False if the line is of no known form.
        mutating func take(_ words: [Substring]) -> Bool {
            if words.count == 2 { return takeBytes("O", delay: words[0], count: words[1]) }
            guard words.count >= 3 else { return false }
            switch words[0] {
            case "O", "I": return takeBytes(words[0], delay: words[1], count: words[2])
            case "S": return takeSignal(words)
            case "H":
                facts[String(words[2])] = words.dropFirst(3).joined(separator: " ")
                return true
            default: return false
            }
        }

        private mutating func takeBytes(_ stream: Substring, delay: Substring, count: Substring) -> Bool {
            guard advance(delay), let count = Int(count), count >= 0 else { return false }
            guard stream == "I" else {
                list.append(.output(output.take(count)), at: now)
                return true
            }
            list.append(.input(input?.take(count) ?? output.take(count)), at: now)
            return true
        }

        /// `S 0.5 SIGWINCH ROWS=24 COLS=80`; other signals only take time.
        private mutating func takeSignal(_ words: [Substring]) -> Bool {
            guard advance(words[1]) else { return false }
            func number(_ name: String) -> Int? {
                words.first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) }
            }
            guard words[2] == "SIGWINCH", let columns = number("COLS="), let rows = number("ROWS="),
                let size = Size(checkedColumns: columns, rows: rows)
            else { return true }
            list.append(.resize(columns: size.columns, rows: size.rows), at: now)
            return true
        }

        private mutating func advance(_ delay: Substring) -> Bool {
            guard let delay = Double(delay), delay.isFinite else { return false }
            clock += max(0, delay)
            return true
        }

        mutating func finish() -> ImportedSession {
            facts.merge(output.facts) { fromTiming, _ in fromTiming }
            if let code = facts["EXIT_CODE"].flatMap({ Int32($0) }) {
                list.append(.exit(ExitStatus(code: code)), at: now)
            }
            let size = Size(
                checkedColumns: facts["COLUMNS"].flatMap { Int($0) } ?? 80,
                rows: facts["LINES"].flatMap { Int($0) } ?? 24)
            return ImportedSession(
                size: size ?? Size(columns: 80, rows: 24),
                startedAt: facts["START_TIME"].flatMap(Self.milliseconds), command: facts["COMMAND"],
                environment: facts.filter { $0.key == "TERM" || $0.key == "SHELL" }, events: list.events)
        }

        /// `2026-11-23 12:44:19+00:00` as milliseconds since 1970.
        private static func milliseconds(_ text: String) -> Int64? {
            let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZoneSeparator: .colon)
            return (try? Date(text, strategy: style)).map { Int64($0.timeIntervalSince1970 * 1000) }
        }
    }
}

extension Substring {
    /// What precedes the first `separator`, or all.
    fileprivate func components(before separator: String) -> String {
        var rest = self
        while !rest.isEmpty {
            if rest.hasPrefix(separator) { return String(self[..<rest.startIndex]) }
            rest = rest.dropFirst()
        }
        return String(self)
    }
}
