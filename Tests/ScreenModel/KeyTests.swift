import ScreenModel
import Testing

@Suite struct KeyTests {
    @Test(arguments: [
        "a", "A", "?", "-", "<", "Space", "C-b", "C-Space", "M-x", "S-Left", "C-M-S-Up", "F5", "C-S-F12", "PageUp",
        "Enter", "S-Tab", "Escape", "C--", "C-S-b", "Super-k", "Key57428", "é", "^",
    ])
    func `a name is read and written the same`(name: String) throws {
        #expect(try #require(KeyChord(name: name)).description == name)
    }

    @Test(arguments: [
        ("S-a", "A"), ("C-B", "C-b"), ("A-x", "M-x"), ("^c", "C-c"), ("pgup", "PageUp"), ("BTab", "S-Tab"),
        ("Return", "Enter"), ("S-?", "?"),
    ])
    func `other names mean the same chord`(other: String, name: String) {
        #expect(KeyChord(name: other) == KeyChord(name: name))
        #expect(KeyChord(name: other)?.description == name)
    }

    @Test(arguments: ["", "C-", "Spaec", "F0", "F64", "Q-x", "ab"])
    func `what is no key is refused`(name: String) {
        #expect(KeyChord(name: name) == nil)
    }

    @Test func `every name that is offered is a key`() {
        for name in Key.allNames { #expect(Key(name: name)?.description == name) }
    }
}
