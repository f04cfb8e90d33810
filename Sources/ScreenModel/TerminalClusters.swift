extension String {
    /// The text cut into what goes into one cell each (two when wide), in the policy of ``CharacterWidth``.
    ///
    /// Controls are left out; a combining mark with nothing before it stands alone with width 0.
    public var terminalClusters: [(text: String, width: Int)] {
        var clusters: [(text: String, width: Int)] = []
        var previous: UInt32 = 0
        var opensFlag = false
        for scalar in unicodeScalars where scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) {
            let value = scalar.value
            let width = CharacterWidth.width(of: scalar)
            let pairs = opensFlag && CharacterWidth.isRegionalIndicator(value)
            let joins =
                previous == CharacterWidth.joiner && CharacterWidth.isPictograph(value) && clusters.last?.width != 0
            if let last = clusters.indices.last, width == 0 || pairs || joins {
                clusters[last].text.unicodeScalars.append(scalar)
                if pairs { clusters[last].width = 2 }
            } else {
                clusters.append((String(Character(scalar)), width))
            }
            opensFlag = CharacterWidth.isRegionalIndicator(value) && !pairs
            previous = value
        }
        return clusters
    }
}
