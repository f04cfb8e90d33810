import ScreenModel
import WorkbenchModel

extension ReplayRenderer {
    /// Turns over the cells of the text that was searched for, row by row. While playing it would only flicker.
    func drawHits(_ model: ReplayModel, in rect: Rect, on surface: inout Surface) {
        guard let query = model.query, !query.isRegex, !model.isPlaying else { return }
        let wanted = query.text.unicodeScalars.map { fold($0.value, query.ignoresCase) }
        guard !wanted.isEmpty else { return }
        for row in rect.row..<rect.endRow {
            let (scalars, columns) = content(of: row, rect, query.ignoresCase, surface)
            guard scalars.count >= wanted.count else { continue }
            var start = 0
            while start + wanted.count <= scalars.count {
                if scalars[start..<start + wanted.count].elementsEqual(wanted) {
                    for column in columns[start]...columns[start + wanted.count - 1] {
                        surface[row, column].attributes.formSymmetricDifference(.inverse)
                    }
                    start += wanted.count
                } else {
                    start += 1
                }
            }
        }
    }

    /// The scalars of a row and the column of each.
    private func content(
        of row: Int, _ rect: Rect, _ ignoresCase: Bool, _ surface: Surface
    ) -> (scalars: [UInt32], columns: [Int]) {
        var scalars: [UInt32] = []
        var columns: [Int] = []
        for column in rect.column..<rect.endColumn {
            let cell = surface[row, column]
            if cell.attributes.contains(.wideTrail) { continue }
            for scalar in surface.symbols.text(of: cell).unicodeScalars {
                scalars.append(fold(scalar.value, ignoresCase))
                columns.append(column)
            }
        }
        return (scalars, columns)
    }

    private func fold(_ scalar: UInt32, _ ignoresCase: Bool) -> UInt32 {
        guard ignoresCase, let known = Unicode.Scalar(scalar) else { return scalar }
        return known.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar
    }
}
