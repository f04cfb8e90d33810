/// What a style is for. The raw value is the name in theme files.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Where nothing is shown.
    case surface
    case text
    case muted
    case accent
    case warning
    case error
    case border
    /// Around the pane that keys go to.
    case borderFocused = "border.focused"
    case title
    case titleName = "title.name"
    /// The bar of the pane that keys go to.
    case titleFocused = "title.focused"
    /// What a person must look at.
    case attention
    /// A heading in a list.
    case heading
    case gutter
    case moment
    case snapshot
    case resize
    case gap
    case timelinePlayed = "timeline.played"
    case timelineRest = "timeline.rest"
    /// The part of the timeline that is not indexed yet.
    case timelineUnknown = "timeline.unknown"
    case timelinePlayhead = "timeline.playhead"
    case status
    case hint
    case hintKey = "hint.key"
    case prompt
    case help
    case helpKey = "help.key"
    case helpTitle = "help.title"
    /// The entry of a list that keys act on.
    case selection
    /// What is selected in copy mode; the text keeps its own colours.
    case copySelection = "copy.selection"
    case diffAdded = "diff.added"
    case diffRemoved = "diff.removed"

    /// Where a theme that doesn't name this role takes it from.
    var fallback: Role? {
        switch self {
        case .text: nil
        case .surface, .accent, .warning, .error, .muted, .title, .prompt, .help, .status: .text
        case .border, .hint, .timelineRest, .timelineUnknown, .resize, .gutter: .muted
        case .titleName, .titleFocused: .title
        case .borderFocused: .accent
        case .attention: .warning
        case .heading: .muted
        case .moment, .timelinePlayed, .timelinePlayhead, .hintKey, .helpKey, .helpTitle: .accent
        case .snapshot: .warning
        case .gap, .diffRemoved: .error
        case .diffAdded: .snapshot
        case .selection: .prompt
        case .copySelection: .selection
        }
    }
}
