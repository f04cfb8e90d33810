import ScreenModel
import WorkbenchModel

extension Keymap {
    /// The keys of a viewer that shows one session and nothing else: what stands behind the prefix and means something there.
    public var liveKeys: LiveKeys {
        var keys = LiveKeys()
        if let prefix = chord(for: .workbench(.prefix), in: .program) { keys.prefix = prefix }
        for (chord, binding) in modes[.prefix] ?? [:] {
            if let command = Self.liveCommand(binding.command) { keys.bindings[chord] = command }
        }
        return keys
    }

    private static func liveCommand(_ command: Command) -> LiveCommand? {
        switch command {
        case .redraw: .redraw
        case .help: .help
        case .workbench(.mark(nil)): .mark
        case .workbench(.snapshot): .snapshot
        // The only pane there is: its session goes on.
        case .workbench(.detach), .workbench(.closePane): .detach
        case .workbench(.endSession): .stop
        case .workbench(.ownSize): .ownSize
        case .workbench(.sendPrefix): .sendPrefix
        default: nil
        }
    }
}
