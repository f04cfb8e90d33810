/// Numbers of repeated runs, and tables of them on standard output.
struct Samples {
    private(set) var values: [Double] = []

    mutating func add(_ value: Double) { values.append(value) }

    var median: Double { percentile(50) }

    /// - Parameter percent: 0…100; nearest rank.
    func percentile(_ percent: Double) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let index = Int((percent / 100 * Double(sorted.count - 1)).rounded())
        return sorted[min(sorted.count - 1, max(0, index))]
    }
}

/// A table with a heading, columns as wide as their widest cell.
struct Table {
    private let title: String
    private var rows: [[String]]

    init(_ title: String, columns: [String]) {
        self.title = title
        rows = [columns]
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    func show() {
        print("\n\(title)")
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }
            print("  " + cells.joined(separator: "  "))
        }
    }
}

extension Double {
    /// With so many decimals.
    func shown(_ decimals: Int = 2) -> String {
        guard isFinite, abs(self) < 1e15 else { return "-" }
        let factor = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        let whole = Int64((abs(self) * factor).rounded())
        let text = String(whole)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
        let sign = self < 0 && whole != 0 ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// 1 as 100.0 %.
    var percent: String { "\((self * 100).shown(1)) %" }
}
