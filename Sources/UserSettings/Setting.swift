import WorkbenchModel

/// One setting: its name in the file, what it may be, and what it is without anybody's saying.
public struct Setting: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case flag
        case choice([String])
        case number(ClosedRange<Int>)
        case decimal(ClosedRange<Double>)
        case text
        case words
        /// A duration such as `90d`.
        case age
        /// Bytes, such as `20G`.
        case size
    }

    /// `section.name`.
    public var key: String
    public var kind: Kind
    /// Empty where nothing is set.
    public var standard: String
    public var help: String

    public var section: String { String(key.prefix { $0 != "." }) }
    public var name: String { String(key.drop { $0 != "." }.dropFirst()) }
    /// The variable that wins over the file.
    public var variable: String {
        "AH_" + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    /// All of them, in the order in which they are shown.
    public static let all: [Setting] = [
        Setting(
            "record.gutter", .choice(["left", "right", "none"]), "right", "where the viewer shows moments and snapshots"
        ),
        Setting("record.input", .flag, "false", "record what is typed too; passwords are left out"),
        Setting("record.brotli-quality", .number(0...11), "", "compression of finished files; by size when unset"),
        Setting(
            "snapshots.provider", .choice(["auto", "btrfs", "zfs", "git", "disable"]), "auto",
            "what takes snapshots of the workspace"),
        Setting(
            "snapshots.on", .choice(["moments", "changes", "both", "neither"]), "both", "what is followed by a snapshot"
        ),
        Setting(
            "snapshots.wait", .number(0...600_000), "1000", "milliseconds that a hook, or the start, waits for one"),
        Setting("snapshots.exclude", .words, "", "names and patterns that are left out"),
        Setting("snapshots.largest-file", .size, "100M", "larger ones are left out, with a note (provider git)"),
        Setting("snapshots.gc", .flag, "true", "free the space of what was deleted, in the background after sessions"),
        Setting("snapshots.gc-interval", .age, "1d", "how long after the last time, for each workspace"),
        Setting("snapshots.gc-garbage", .size, "1G", "bytes of deleted snapshots that are freed before that"),
        Setting("replay.speed", .decimal(0.25...64), "1", "how fast recordings are played"),
        Setting("replay.idle-limit", .decimal(0...1e9), "", "seconds of a pause that are played at most"),
        Setting("look.theme", .text, "", "dark, light, sixteen, contrast, …, or a file; by the terminal when unset"),
        Setting("look.keymap", .text, "", "default, tmux, vim, or a file whose keys win over the built-in ones"),
        Setting("search.background", .flag, "true", "read a session's text into the search index after its end"),
        Setting(
            "retention.automatic", .flag, "true", "apply the limits after each session's end, and hourly by ah serve"),
        Setting("retention.max-count", .number(0...1_000_000), "", "sessions that are kept"),
        Setting("retention.max-age", .age, "", "how long after their end they are kept: 12h, 90d, 8w"),
        Setting("retention.max-size", .size, "", "bytes of recordings and snapshots that are kept: 500M, 20G"),
    ]

    /// The names below `[retention.project."DIR"]` and `[retention.tag.TAG]`.
    public static let limits = ["max-count", "max-age", "max-size"]

    init(_ key: String, _ kind: Kind, _ standard: String, _ help: String) {
        self.key = key
        self.kind = kind
        self.standard = standard
        self.help = help
    }

    public static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

    /// The setting of this name, also of a limit for a project or a tag.
    public static func find(_ key: String) -> Setting? {
        if let setting = named(key) { return setting }
        guard key.hasPrefix("retention.project.") || key.hasPrefix("retention.tag."),
            let limit = limits.first(where: { key.hasSuffix("." + $0) }), var setting = named("retention." + limit),
            key.count > "retention.tag..".count + limit.count
        else { return nil }
        setting.key = key
        return setting
    }

    /// The name of a setting that is like this one, also of a limit for a project or a tag.
    public static func near(_ key: String) -> String? {
        if key.hasPrefix("retention.project.") || key.hasPrefix("retention.tag."), let dot = key.lastIndex(of: ".") {
            let limit = NearestName.to(String(key[key.index(after: dot)...]), in: limits)
            return limit.map { key[...dot] + $0 }
        }
        return NearestName.to(key, in: all.map(\.key))
    }

    /// What is wrong with a value; nil if nothing is.
    public func problem(with value: String) -> String? {
        switch kind {
        case .flag: return ["true", "false"].contains(value) ? nil : "\(key) is true or false"
        case .choice(let words):
            guard !words.contains(value) else { return nil }
            let hint = NearestName.to(value, in: words).map { "; did you mean “\($0)”?" } ?? ""
            return "\(key) is one of \(words.joined(separator: ", ")), not “\(value)”\(hint)"
        case .number(let range):
            return Int(value).map(range.contains) == true
                ? nil : "\(key) is a number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal(let range):
            return Double(value).map(range.contains) == true
                ? nil : "\(key) is a number from \(range.lowerBound) to \(range.upperBound)"
        case .text, .words: return nil
        case .age: return SizeText.age(value) == nil ? "\(key) is a duration like 12h, 90d or 8w, not “\(value)”" : nil
        case .size: return SizeText.bytes(value) == nil ? "\(key) is a size like 500M or 20G, not “\(value)”" : nil
        }
    }
}
