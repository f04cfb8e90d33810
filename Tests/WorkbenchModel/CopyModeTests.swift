import ScreenModel
import Testing

@testable import WorkbenchModel

/// Copy mode in the workbench: before, keys, after.
@Suite struct CopyModeTests {
    private var workbench: Workbench

    init() {
        workbench = Workbench(window: Size(columns: 120, rows: 40), folder: "/work")
        workbench.sessions.update([
            ListedSession(
                id: "aaaa", name: "build", command: "make", folder: "/", recordingPath: "/r", startedAt: 1,
                isRunning: true, activity: .working)
        ])
    }

    @discardableResult
    private mutating func run(_ texts: String...) throws -> [WorkbenchEffect] {
        var effects: [WorkbenchEffect] = []
        for text in texts { effects += workbench.apply(try CommandTable.command(text)) }
        #expect(workbench.brokenInvariant == nil)
        return effects
    }

    /// A live pane in copy mode on three lines.
    private mutating func begin() throws {
        try run("open-session aaaa")
        #expect(try run("copy-mode") == [.capture(PaneID(1))])
        let frame = CopyModelTests.frame(["one", "two", "three"])
        workbench.beginCopying(PaneID(1), CopyModel(frame, window: Size(columns: 90, rows: 30), history: .read))
    }

    @Test mutating func `copy mode takes the keys, and gives them back`() throws {
        try begin()
        #expect(workbench.keyContext == .copy && workbench.focusedPane?.isLive == false)
        #expect(try run("copy-mode").isEmpty)
        try run("copy-leave")
        #expect(workbench.keyContext == .program)
        try begin()
        try run("cancel")
        #expect(workbench.keyContext == .program)
    }

    @Test mutating func `what is copied goes to the clipboard and can be pasted`() throws {
        try begin()
        #expect(
            try run("copy-select characters", "copy-down", "copy-line-end", "copy-text") == [.copy("one\ntwo")])
        #expect(workbench.clipboard == "one\ntwo" && workbench.message?.text == "copied 2 lines")
        #expect(try run("paste") == [.type(PaneID(1), "one\ntwo")])
        #expect(workbench.paste(into: PaneID(1)) == [.type(PaneID(1), "one\ntwo")])
        try begin()
        #expect(try run("copy-down", "copy-text") == [.copy("two\n")])
    }

    @Test mutating func `a search is asked for in the bottom line, and an empty one repeats the last`() throws {
        try begin()
        try run("copy-search")
        #expect(workbench.keyContext == .prompt)
        for letter in "TWO" { _ = workbench.apply(.prompt(.insert(String(letter)))) }
        _ = workbench.apply(.prompt(.accept))
        #expect(workbench.message == .init(text: "“TWO” is not here", isError: true))
        try run("copy-search-back")
        _ = workbench.apply(.prompt(.older))
        _ = workbench.apply(.prompt(.deleteAll))
        _ = workbench.apply(.prompt(.toggleRegex))
        _ = workbench.apply(.prompt(.insert("^t")))
        _ = workbench.apply(.prompt(.accept))
        #expect(workbench.focusedPane?.copying?.hits.count == 2)
        #expect(workbench.focusedPane?.copying?.cursor.row == 2)
        try run("copy-search")
        _ = workbench.apply(.prompt(.accept))
        #expect(workbench.focusedPane?.copying?.cursor.row == 1)
    }

    @Test mutating func `the end of the program leaves the text to whoever looks at it`() throws {
        try begin()
        workbench.ended("aaaa", recording: "/r")
        #expect(workbench.keyContext == .copy)
        try run("copy-leave")
        #expect(workbench.keyContext == .replay)
    }

    @Test mutating func `the wheel leaves copy mode where it was entered by it`() throws {
        try begin()
        workbench.update(PaneID(1)) {
            $0.copying?.resize(to: Size(columns: 90, rows: 2))
            $0.copying?.leavesAtEnd = true
        }
        workbench.scrollCopying(PaneID(1), by: -3)
        #expect(workbench.focusedPane?.copying?.top == 0)
        workbench.scrollCopying(PaneID(1), by: 3)
        #expect(workbench.keyContext == .program)
    }

    @Test mutating func `messages can be searched and copied, files and nothing can't`() throws {
        #expect(try run("copy-mode").isEmpty)
        #expect(workbench.message?.isError == true)
        workbench.say("a report")
        try run("messages", "copy-mode", "copy-last")
        #expect(workbench.keyContext == .copy)
        #expect(try run("copy-text") == [.copy("  a report\n")])
    }

    @Test mutating func `a window that shrinks keeps copy mode's cursor in sight`() throws {
        try begin()
        try run("copy-last")
        workbench.resize(to: Size(columns: 40, rows: 4))
        #expect(workbench.brokenInvariant == nil)
    }
}
