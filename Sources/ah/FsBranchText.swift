import FoundationEssentials
import Glibc
import Processes
import Snapshots

/// What the branch commands print.
enum FsBranchText {
    struct Row: Encodable {
        var branch: Branch
        var isInUse: Bool
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func table(_ rows: [Row]) -> String {
        guard !rows.isEmpty else { return "no branches" }
        let cells =
            [["NAME", "OF", "MADE", "STATE", "FOLDER"]]
            + rows.map { row in
                let state = row.isInUse ? "in use" : access(row.branch.folder, F_OK) == 0 ? "" : "folder is gone"
                return [
                    row.branch.name, row.branch.parent.description, date(row.branch.createdAt), state,
                    row.branch.folder,
                ]
            }
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            row.enumerated().map { column, text in
                column == row.count - 1
                    ? text.printable : text.printable + String(repeating: " ", count: widths[column] - text.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    /// The local time, to the minute.
    private static func date(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) \(two(parts.tm_hour)):\(two(parts.tm_min))"
    }

    /// What a user should know of a new branch.
    static func remarks(_ report: BranchReport) -> [String] {
        var lines = report.made.lost.first.map { "\($0.path.printable): not as it was: \($0.text)" }
        let more = report.made.lost.count - report.made.lost.first.count
        if more > 0 { lines.append("and \(more) more") }
        return lines + BranchRemarks.of(report.branch)
    }
}
