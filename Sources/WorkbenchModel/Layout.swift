import ScreenModel

/// A pane's number, unique in its workbench and never used again.
public struct PaneID: RawRepresentable, Hashable, Comparable, Sendable, Codable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }
    public init(_ number: Int) { rawValue = number }

    public static func < (one: PaneID, other: PaneID) -> Bool { one.rawValue < other.rawValue }
}

/// Where something lies, seen from a pane.
public enum Direction: String, Hashable, Sendable, CaseIterable {
    case left, right, up, down

    var axis: Layout.Axis { self == .left || self == .right ? .columns : .rows }
    var isForward: Bool { self == .right || self == .down }
}

/// The panes of a tab as an immutable tree of splits: every change makes a new tree.
///
/// A split has two children or more, side by side or one above the other, with weights that say how its room is shared.
/// A child of a split is never a split along the same axis, so that neighbours are siblings.
public indirect enum Layout: Hashable, Sendable {
    public enum Axis: String, Hashable, Sendable, Codable {
        /// Side by side.
        case columns
        /// One above the other.
        case rows
    }

    public struct Part: Hashable, Sendable {
        /// Its share of the split's room; only the relation to its siblings' counts.
        public var weight: Double
        public var layout: Layout

        public init(_ layout: Layout, weight: Double = 1) {
            self.weight = weight
            self.layout = layout
        }
    }

    case pane(PaneID)
    case split(Axis, [Part])

    /// Left to right and top to bottom.
    public var panes: [PaneID] {
        switch self {
        case .pane(let id): [id]
        case .split(_, let parts): parts.flatMap(\.layout.panes)
        }
    }

    public func contains(_ pane: PaneID) -> Bool {
        switch self {
        case .pane(let id): id == pane
        case .split(_, let parts): parts.contains { $0.layout.contains(pane) }
        }
    }

    /// Puts a new pane beside another, which gives it a part of its room. Unchanged where the other isn't there.
    ///
    /// - Parameter share: of the divided pane's room, 0 … 1.
    public func inserting(_ new: PaneID, _ direction: Direction, of pane: PaneID, share: Double = 0.5) -> Layout {
        switch self {
        case .pane(let id):
            guard id == pane else { return self }
            return Self.pair(self, .pane(new), direction, share)
        case .split(let axis, let parts):
            guard let index = parts.firstIndex(where: { $0.layout.contains(pane) }) else { return self }
            var parts = parts
            if parts[index].layout == .pane(pane), axis == direction.axis {
                let weight = parts[index].weight
                parts[index].weight = weight * (1 - share)
                parts.insert(
                    Part(.pane(new), weight: weight * share), at: direction.isForward ? index + 1 : index)
            } else {
                parts[index].layout = parts[index].layout.inserting(new, direction, of: pane, share: share)
            }
            return .split(axis, parts)
        }
    }

    private static func pair(_ old: Layout, _ new: Layout, _ direction: Direction, _ share: Double) -> Layout {
        let both = [Part(old, weight: 1 - share), Part(new, weight: share)]
        return .split(direction.axis, direction.isForward ? both : both.reversed())
    }

    /// Without a pane; its siblings take its room. Nil when nothing is left.
    public func removing(_ pane: PaneID) -> Layout? {
        switch self {
        case .pane(let id): return id == pane ? nil : self
        case .split(let axis, let parts):
            let rest = parts.compactMap { part in
                part.layout.removing(pane).map { Part($0, weight: part.weight) }
            }
            return Self.joined(axis, rest)
        }
    }

    /// A split of these parts, without needless levels.
    static func joined(_ axis: Axis, _ parts: [Part]) -> Layout? {
        guard let first = parts.first else { return nil }
        guard parts.count > 1 else { return first.layout }
        var flat: [Part] = []
        for part in parts {
            guard case .split(axis, let inner) = part.layout else {
                flat.append(part)
                continue
            }
            let total = inner.reduce(0) { $0 + $1.weight }
            flat += inner.map { Part($0.layout, weight: part.weight * $0.weight / total) }
        }
        return .split(axis, flat)
    }

    /// With two panes in each other's places.
    public func swapping(_ one: PaneID, _ other: PaneID) -> Layout {
        mapping { $0 == one ? other : $0 == other ? one : $0 }
    }

    /// With other panes in the same places.
    public func mapping(_ change: (PaneID) -> PaneID) -> Layout {
        switch self {
        case .pane(let id): .pane(change(id))
        case .split(let axis, let parts):
            .split(axis, parts.map { Part($0.layout.mapping(change), weight: $0.weight) })
        }
    }

    /// What must hold of every layout: splits have two parts or more, none along their parent's axis, each pane once.
    public var isValid: Bool {
        Set(panes).count == panes.count && hasValidShape(inside: nil)
    }

    private func hasValidShape(inside parent: Axis?) -> Bool {
        guard case .split(let axis, let parts) = self else { return true }
        return axis != parent && parts.count >= 2 && parts.allSatisfy { $0.weight > 0 && $0.weight.isFinite }
            && parts.allSatisfy { $0.layout.hasValidShape(inside: axis) }
    }
}
