/// What is asked of the workbench as a whole: its panes, tabs and sessions.
public enum WorkbenchCommand: Hashable, Sendable {
    // Panes
    /// Opens a shell beside the focused pane, in its folder.
    case split(Direction)
    case focus(Direction)
    case nextPane, previousPane, lastPane
    /// To the pane (or session) that has waited longest for a person.
    case nextNeedingPerson
    case zoom
    case closePane
    case swap(Direction)
    case resize(Direction)
    case arrange(LayoutPreset?)
    case float
    /// Moves the focused pane into a tab of its own.
    case breakPane
    // Tabs
    case newTab
    case nextTab, previousTab
    case selectTab(Int)
    case renameTab(String?)
    // Sessions
    case sessions
    case toggleSidebar
    case findSession
    case newSession
    case newShell
    case openSession(String?)
    case replaySession
    case endSession
    case prompt(String?)
    // The session in the focused pane
    case mark(String?)
    case snapshot
    /// This window alone sets the terminal's size, whatever others show it; again, the smallest does.
    case ownSize
    /// Back in the time of a running session.
    case history
    case files
    case sendPrefix
    case markPane
    case broadcast
    case copyMode
    case paste
    // Branches
    case fanOut
    case compare
    /// In a comparison: what the selected branch changed; the result of a test in each.
    case compareDiff
    case compareTest(String?)
    case tie
    case bisect(String?)
    case adopt
    // The workbench
    /// The next key is the workbench's own.
    case prefix
    case palette
    case detach
    case saveLayout(String?)
    case loadLayout(String?)
    case reload
    case messages
}

/// What keys do in the list of sessions.
public enum SessionListCommand: Hashable, Sendable {
    case up, down, pageUp, pageDown, first, last
    /// Shows the session in the focused pane's place, or goes to the pane that shows it.
    case open
    /// Shows it in a pane beside.
    case openBeside
    /// Between running sessions only, and all.
    case toggleFinished
    case leave
}
