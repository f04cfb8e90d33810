import ScreenModel
import Testing

struct CharacterWidthTests {
    @Test(
        arguments: [
            ("a", 1), ("é", 1), ("\u{AD}", 1), ("\u{301}", 0), ("\u{200D}", 0), ("\u{FE0F}", 0), ("日", 2), ("ｱ", 1),
            ("Ａ", 2),
            ("🎉", 2), ("☕", 2), ("❤", 1), ("│", 1), ("\u{1F1E9}", 1), ("\u{1F3FD}", 2), ("\u{1160}", 0),
            ("\u{E000}", 1),
            ("\u{10FFFF}", 1), ("\u{1FAE0}", 2),
        ] as [(Unicode.Scalar, Int)])
    func `scalars take the columns that wcwidth says`(scalar: Unicode.Scalar, width: Int) {
        #expect(CharacterWidth.width(of: scalar) == width)
    }

    @Test(arguments: [
        ("ab", [1, 1]), ("e\u{301}", [1]), ("👩\u{200D}💻", [2]), ("🇩🇪🇫🇷", [2, 2]), ("🇩🇪🇫", [2, 1]), ("👍🏽", [2, 2]),
        ("❤️x", [1, 1]),
        ("日本", [2, 2]), ("a\u{200D}b", [1, 1]), ("\n\u{1B}x", [1]), ("", []),
    ])
    func `text is cut into what goes into cells`(text: String, widths: [Int]) {
        #expect(text.terminalClusters.map(\.width) == widths)
    }
}
