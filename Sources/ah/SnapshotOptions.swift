import ArgumentParser
import SessionHost
import Snapshots

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
            throw ValidationError("--snapshots takes auto, btrfs, zfs, git or disable, not “\(provider)”.")
        }
        guard (0...600_000).contains(wait) else { throw ValidationError("--snapshot-wait takes 0 to 600000.") }
    }

    var isDisabled: Bool { provider == "disable" || provider == "none" }

    func configure(_ configuration: inout SnapshotConfiguration) {
        configuration.provider = provider
        configuration.excluded = excluded
        configuration.patience = wait
        configuration.followsMoments = triggers == .moments || triggers == .both
        configuration.followsChanges = triggers == .changes || triggers == .both
    }
}
