import ArgumentParser
import Catalog
import FoundationEssentials
import Glibc
import Processes
import SessionHost
import Snapshots

/// Finds what a user names on the command line of `ah agent fs`: snapshots, branches, the live workspace, paths in them.
struct SnapshotDesk {
    /// Of an argument that names something in a snapshot.
    static let placeHelp = ArgumentHelp(
        "SNAP[:PATH], with names as ls shows them: \\xff is a byte that is no UTF-8.", valueName: "snap")

    let environment: [String: String]
    let folders: SessionFolders
    let archive: SnapshotArchive

    init(environment: [String: String] = Program.environment) {
        self.environment = environment
        folders = SessionFolders(environment: environment)
        archive = SnapshotArchive(state: folders.home, searchPath: ChildProcess.Launch.searchPath(environment))
    }

    var searchPath: String { ChildProcess.Launch.searchPath(environment) }

    /// Folders of ours that may lie in a workspace, and are no part of it.
    var ownFolders: [String] { [folders.home, folders.runtime] }

    /// The snapshot of this name; `@N` and `-` are of the session that runs here, or else of the newest.
    func snapshot(_ text: String) throws -> SnapshotArchive.Found {
        if text.hasPrefix("@") || text == "-" || text.hasPrefix("-@") {
            return try archive.find(defaultSession() + (text.firstIndex(of: "@").map { String(text[$0...]) } ?? ""))
        }
        // A session may be called in any way; what the catalogue doesn't know, such as one without a recording, the stores may.
        let session = SessionReference.session(of: text)
        if let facts = try? SessionDirectory(folders: folders).runningSession(String(session)) {
            return try archive.find(facts.sessionID + text.dropFirst(session.count))
        }
        var known: SessionEntry?
        do throws(CatalogError) {
            known = try CatalogueDesk(environment: environment).session(String(session), isStrict: false)
        } catch {
            if case .ambiguous = error { throw error }
        }
        if let known { return try archive.find(known.id + text.dropFirst(session.count)) }
        return try archive.find(text)
    }

    /// The id of a session that is called so; what neither the catalogue nor a host knows may be one of the stores'.
    func sessionID(_ name: String) throws -> String {
        do throws(SessionError) {
            return try SessionDirectory(folders: folders).runningSession(name).sessionID
        } catch {
            if case .noSuchSession(_, let candidates) = error, !candidates.isEmpty { throw error }
        }
        do throws(CatalogError) {
            return try CatalogueDesk(environment: environment).session(name).id
        } catch {
            guard case .noSession = error else { throw error }
            return name
        }
    }

    private func defaultSession() throws -> String {
        if let session = environment["AH_SESSION_ID"], !session.isEmpty { return session }
        guard let newest = try archive.snapshots().last else {
            throw Failure("there are no snapshots in \(folders.home)/snapshots; `ah agent fs snapshot` takes one")
        }
        return newest.snapshot.session
    }

    /// `SNAP:PATH`, or `SNAP` for its top folder.
    func place(_ text: String) throws -> (found: SnapshotArchive.Found, path: RelativePath) {
        let colon = text.firstIndex(of: ":")
        let name = String(text[..<(colon ?? text.endIndex)])
        let path = colon.map { String(text[text.index(after: $0)...]) } ?? ""
        return (try snapshot(name), try RelativePath(printable: path))
    }

    /// The store and the folder of the workspace that a path lies in.
    func workspace(_ path: String?) throws -> WorkspaceChoice {
        let named = path.map { $0.hasPrefix("/") ? $0 : "\(Program.workingDirectory)/\($0)" }
        return try WorkspaceChoice(named: named, start: Program.workingDirectory, home: environment["HOME"])
    }

    /// The same, opened; refuses what should not be snapshotted unasked.
    func open(
        _ path: String?, provider: String? = nil, watches: Bool = false
    ) throws -> WorkspaceSnapshots {
        let choice = try workspace(path)
        guard let folder = choice.folder else { throw Failure(choice.reason) }
        var configuration = SnapshotConfiguration(folder: folder, workspace: folder, stateFolder: folders.home)
        let options = SnapshotOptions.preferred
        options.configure(&configuration)
        // Asked for by hand, snapshots are taken also where sessions take none.
        configuration.provider = provider ?? (options.isDisabled ? "auto" : options.provider)
        configuration.ownFiles = ownFolders
        return try configuration.open(searchPath: searchPath, watches: watches)
    }
}

/// Output that scripts read.
enum JSONText {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// What files hold, shown on a terminal: none of it may act there.
enum HarmlessText {
    /// Control characters but line ends and tabs become `^X`; other output than a terminal's is left as it is.
    static func forTerminal(_ bytes: [UInt8]) -> [UInt8] {
        guard isatty(1) == 1, bytes.contains(where: { isControl($0) }) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64)
        for byte in bytes {
            if isControl(byte) {
                result.append(UInt8(ascii: "^"))
                result.append(byte ^ 0x40)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    /// A label or a name in one line, without anything that acts on a terminal.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }) else {
            return text
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == 0x7F
    }
}

/// Columns that line up; the last one is as long as it is.
struct TextTable {
    private var rows: [[String]] = []

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { $0.map(HarmlessText.oneLine) }.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                line += cell + (isLast ? "" : String(repeating: " ", count: widths[column] - cell.count + 2))
            }
            return line
        }.joined(separator: "\n")
    }
}

/// Moments of the wall clock, in the user's time zone: `2026-11-23 16:05:07`.
enum DateText {
    /// Reads `2026-11-01`, `2026-11-01 14:30` or `2026-11-01T14:30:05`, in the user's time zone; milliseconds since 1970.
    static func milliseconds(_ text: String) -> Int64? {
        let halves = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard (1...2).contains(halves.count) else { return nil }
        func numbers(_ text: Substring, _ separator: Character, _ counts: ClosedRange<Int>) -> [Int32]? {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int32($0) : nil }
            return counts.contains(parts.count) && numbers.count == parts.count ? numbers : nil
        }
        guard let date = numbers(halves[0], "-", 3...3), (1...12).contains(date[1]), (1...31).contains(date[2]),
            (1970...9999).contains(date[0]), let time = halves.count == 1 ? [0, 0] : numbers(halves[1], ":", 2...3),
            time[0] < 24, time.dropFirst().allSatisfy({ $0 < 60 })
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (date[0] - 1900, date[1] - 1, date[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (time[0], time[1], time.count > 2 ? time[2] : 0)
        parts.tm_isdst = -1
        return Int64(mktime(&parts)) * 1000
    }

    static func text(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 32)
        let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension SnapshotDesk {
    /// All branches of all workspaces.
    func branches() throws -> [Branch] {
        var all: [Branch] = []
        for store in try archive.stores() { all += try BranchList(store).all() }
        return all
    }

    /// The branch of this name, or the only one whose name begins with it; nil when there is none.
    func branch(_ name: String) throws -> Branch? {
        let all = try branches()
        let exact = all.filter { $0.name == name }
        let near = exact.isEmpty ? all.filter { $0.name.hasPrefix(name) } : exact
        guard near.count > 1 else { return near.first }
        // Another workspace may have one of that name: here is what is meant here.
        let folder = Program.workingDirectory
        let here = near.filter { folder == $0.workspace || folder.hasPrefix("\($0.workspace)/") }
        guard here.count != 1 else { return here[0] }
        let names = near.map { "\($0.name) of \($0.workspace)" }.joined(separator: ", ")
        throw Failure("\(name) could be any of these branches: \(names); give more of it, or go into its workspace")
    }

    /// - Throws: `noSuchBranch`.
    func existingBranch(_ name: String) throws -> Branch {
        if !name.isEmpty, let found = try branch(name) { return found }
        // A session that ran in a branch stands for it.
        if !name.isEmpty, let session = try? CatalogueDesk().session(name, isStrict: false).id,
            let found = try branches().first(where: { $0.session == session })
        {
            return found
        }
        throw SnapshotError.noSuchBranch(name, candidates: try branches().map(\.name))
    }
}
