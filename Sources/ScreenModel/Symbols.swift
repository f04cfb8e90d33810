/// What doesn't fit into a cell: grapheme clusters of several scalars, and links and underline colours.
///
/// Both tables only grow, so a cell's index stays valid in every later version of the table it was made for.
public struct Symbols: Hashable, Sendable {
    public private(set) var clusters: [String] = []
    public private(set) var extras: [Extra] = []
    private var clusterIndices: [String: Int] = [:]
    private var extraIndices: [Extra: Int] = [:]

    /// The bounds keep hostile output from eating memory; past them clusters shrink to their first scalar, links drop.
    public static let clusterLimit = 1 << 16
    public static let extraLimit = Int(UInt16.max) - 1
    /// UTF-8 bytes of the longest cluster that is kept whole.
    public static let clusterLength = 64

    public init() {}

    /// The content of a cell that shows `cluster`.
    public mutating func content(for cluster: String) -> UInt32 {
        let scalars = cluster.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.index(after: scalars.startIndex) == scalars.endIndex { return first.value }
        if let index = clusterIndices[cluster] { return Cell.clusterFlag | UInt32(index) }
        guard clusters.count < Self.clusterLimit, cluster.utf8.count <= Self.clusterLength else { return first.value }
        clusterIndices[cluster] = clusters.count
        clusters.append(cluster)
        return Cell.clusterFlag | UInt32(clusters.count - 1)
    }

    /// The `extra` of a cell with this link and underline colour; 0 when there is nothing to say or no room.
    public mutating func extra(for extra: Extra) -> UInt16 {
        if extra == Extra() { return 0 }
        if let index = extraIndices[extra] { return UInt16(index + 1) }
        guard extras.count < Self.extraLimit else { return 0 }
        extraIndices[extra] = extras.count
        extras.append(extra)
        return UInt16(extras.count)
    }

    public func extra(_ number: UInt16) -> Extra? {
        let index = Int(number) - 1
        return extras.indices.contains(index) ? extras[index] : nil
    }

    /// The text of a cell: a space when blank, nothing for the right half of a wide character.
    public func text(of cell: Cell) -> String {
        if cell.attributes.contains(.wideTrail) { return "" }
        if let index = cell.clusterIndex { return clusters.indices.contains(index) ? clusters[index] : "\u{FFFD}" }
        if cell.content == 0 { return " " }
        return Unicode.Scalar(cell.content).map { String(Character($0)) } ?? "\u{FFFD}"
    }
}

/// A hyperlink (OSC 8) and an underline colour (SGR 58), either or both.
public struct Extra: Hashable, Sendable {
    /// The link's URI; nil is no link.
    public var link: String?
    /// The `id=` parameter of OSC 8, which joins the parts of one link.
    public var linkID: String?
    public var underlineColor: Color

    public init(link: String? = nil, linkID: String? = nil, underlineColor: Color = .default) {
        self.link = link
        self.linkID = linkID
        self.underlineColor = underlineColor
    }
}

extension Symbols {
    /// Makes the tables those of another process from these indices on; indices that would leave a hole are ignored.
    public mutating func replace(
        clusters new: [String], from firstCluster: Int, extras added: [Extra], from firstExtra: Int
    ) {
        if firstCluster <= clusters.count, firstCluster < clusters.count || !new.isEmpty {
            clusters.replaceSubrange(firstCluster..., with: new)
            clusterIndices = [:]
            for (index, cluster) in clusters.enumerated() { clusterIndices[cluster] = index }
        }
        if firstExtra <= extras.count, firstExtra < extras.count || !added.isEmpty {
            extras.replaceSubrange(firstExtra..., with: added)
            extraIndices = [:]
            for (index, extra) in extras.enumerated() { extraIndices[extra] = index }
        }
    }

    /// A cell of another table as this table's: what it refers to is taken over.
    public mutating func adopt(_ cell: Cell, from other: Symbols) -> Cell {
        var cell = cell
        if let index = cell.clusterIndex {
            cell.content = other.clusters.indices.contains(index) ? content(for: other.clusters[index]) : 0xFFFD
        }
        if cell.extra != 0 { cell.extra = other.extra(cell.extra).map { extra(for: $0) } ?? 0 }
        return cell
    }
}
