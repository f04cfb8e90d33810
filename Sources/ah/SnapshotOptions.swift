import ArgumentParser
import SessionHost
import Snapshots
import UserSettings

/// How a session's workspace is snapshotted, as `record` and `start` take it.
struct SnapshotOptions: ParsableArguments {
    @Option(
        name: [.customLong("snapshots"), .customLong("fs-snapshots")],
        help: "Snapshots of the workspace: auto, btrfs, zfs, git or disable.")
    var provider = Preferences.settings.text("snapshots.provider") ?? "auto"

    @Option(
        help: ArgumentHelp(
            "The folder that is snapshotted.",
            discussion: "Without it: the folder the program starts in, or that repository's top.", valueName: "dir"))
    var workspace: String?

    @Option(
        name: .customLong("snapshot-exclude"),
        help: ArgumentHelp("Leave out files of this name or pattern (repeatable).", valueName: "pattern"))
    var excluded: [String] = Preferences.settings.value("snapshots.exclude").words

    @Option(
        name: .customLong("snapshot-largest"),
        help: ArgumentHelp(
            "Leave out files over so many bytes (500M, 2G), with a note; of provider git only.", valueName: "size"))
    var largest = Preferences.settings.text("snapshots.largest-file") ?? "100M"

    @Option(
        name: .customLong("snapshot-wait"),
        help: ArgumentHelp("Milliseconds that a hook, or the start, waits for a snapshot.", valueName: "ms"))
    var wait = Preferences.settings.number("snapshots.wait") ?? 1000

    @Option(
        name: .customLong("snapshot-on"),
        help: "What is followed by a snapshot: moments, changes, both, or neither (start, end and by hand only).")
    var triggers = Preferences.choice("snapshots.on", or: Triggers.both)

    enum Triggers: String, ExpressibleByArgument, CaseIterable { case moments, changes, both, neither }

    func validate() throws {
        guard provider == "auto" || isDisabled || ProviderKind(rawValue: provider) != nil else {
            throw ValidationError(
                "--snapshots, also written --fs-snapshots, takes auto, btrfs, zfs, git or disable, not “\(provider)”.")
        }
        guard SizeText.bytes(largest) != nil else {
            throw ValidationError("--snapshot-largest takes a size like 500M or 2G, not “\(largest)”.")
        }
        guard (0...600_000).contains(wait) else { throw ValidationError("--snapshot-wait takes 0 to 600000.") }
    }

    var isDisabled: Bool { provider == "disable" || provider == "none" }

    /// As the settings have them, for commands without these options.
    static var preferred: SnapshotOptions {
        var options = SnapshotOptions()
        (options.provider, options.workspace) = (Preferences.settings.text("snapshots.provider") ?? "auto", nil)
        options.excluded = Preferences.settings.value("snapshots.exclude").words
        options.largest = Preferences.settings.text("snapshots.largest-file") ?? "100M"
        options.wait = Preferences.settings.number("snapshots.wait") ?? 1000
        options.triggers = Preferences.choice("snapshots.on", or: .both)
        return options
    }

    func configure(_ configuration: inout SnapshotConfiguration) {
        configuration.provider = provider
        configuration.excluded = excluded
        configuration.largestFile = SizeText.bytes(largest).map { UInt64($0) }
        configuration.patience = wait
        configuration.followsMoments = triggers == .moments || triggers == .both
        configuration.followsChanges = triggers == .changes || triggers == .both
    }
}
