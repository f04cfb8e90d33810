/// Ways to arrange the panes of a tab that users ask for by name.
public enum LayoutPreset: String, Hashable, Sendable, CaseIterable {
    case evenColumns = "even-columns"
    case evenRows = "even-rows"
    case mainLeft = "main-left"
    case mainTop = "main-top"
    case tiled

    /// The preset after this one.
    public var next: LayoutPreset {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? -1) + 1) % all.count]
    }
}

extension Layout {
    /// The same panes, arranged anew. The main pane of a preset that has one is `main`, or the first.
    public func arranged(_ preset: LayoutPreset, main: PaneID? = nil) -> Layout {
        var panes = panes
        guard panes.count > 1 else { return self }
        if let main, let index = panes.firstIndex(of: main), preset == .mainLeft || preset == .mainTop {
            panes.remove(at: index)
            panes.insert(main, at: 0)
        }
        switch preset {
        case .evenColumns: return Self.even(.columns, panes)
        case .evenRows: return Self.even(.rows, panes)
        case .mainLeft: return Self.withMain(.columns, panes)
        case .mainTop: return Self.withMain(.rows, panes)
        case .tiled: return Self.tiled(panes)
        }
    }

    private static func even(_ axis: Axis, _ panes: some Collection<PaneID>) -> Layout {
        let parts = panes.map { Part(.pane($0)) }
        return parts.count == 1 ? parts[0].layout : .split(axis, parts)
    }

    private static func withMain(_ axis: Axis, _ panes: [PaneID]) -> Layout {
        let others = even(axis == .columns ? .rows : .columns, panes.dropFirst())
        return .split(axis, [Part(.pane(panes[0]), weight: 0.6), Part(others, weight: 0.4)])
    }

    /// Rows of as many panes as there are rows, the last with what is left.
    private static func tiled(_ panes: [PaneID]) -> Layout {
        var columns = 1
        while columns * columns < panes.count { columns += 1 }
        let rows = (panes.count + columns - 1) / columns
        var parts: [Part] = []
        var next = 0
        for row in 0..<rows {
            let count = (panes.count - next + rows - row - 1) / (rows - row)
            parts.append(Part(even(.columns, panes[next..<next + count])))
            next += count
        }
        return joined(.rows, parts) ?? even(.rows, panes)
    }
}
