import ScreenModel
import Testing

@testable import Emulation

struct QueryTests {
    @Test(arguments: [
        ("\u{1B}[c", "\u{1B}[?62;22c"), ("\u{1B}[0c", "\u{1B}[?62;22c"), ("\u{1B}Z", "\u{1B}[?62;22c"),
        ("\u{1B}[>c", "\u{1B}[>0;277;0c"), ("\u{1B}[=c", "\u{1B}P!|00000000\u{1B}\\"),
        ("\u{1B}[>q", "\u{1B}P>|ah 1.0\u{1B}\\"), ("\u{1B}[5n", "\u{1B}[0n"),
        ("\u{1B}[2;3H\u{1B}[6n", "\u{1B}[2;3R"), ("\u{1B}[2;3H\u{1B}[?6n", "\u{1B}[?2;3R"),
        ("\u{1B}[?25$p", "\u{1B}[?25;1$y"), ("\u{1B}[?2004$p", "\u{1B}[?2004;2$y"),
        ("\u{1B}[?9999$p", "\u{1B}[?9999;0$y"),
        ("\u{1B}[4$p", "\u{1B}[4;2$y"), ("\u{1B}[18t", "\u{1B}[8;24;80t"), ("\u{1B}[14t", "\u{1B}[4;384;640t"),
        ("\u{1B}[16t", "\u{1B}[6;16;8t"), ("\u{1B}[?u", "\u{1B}[?0u"),
        ("\u{1B}]10;?\u{7}", "\u{1B}]10;rgb:d0d0/d0d0/d0d0\u{1B}\\"),
        ("\u{1B}]4;1;?\u{7}", "\u{1B}]4;1;rgb:cdcd/0000/0000\u{1B}\\"),
        ("\u{1B}]11;#102030\u{7}\u{1B}]11;?\u{1B}\\", "\u{1B}]11;rgb:1010/2020/3030\u{1B}\\"),
        ("\u{1B}]10;?;?\u{7}", "\u{1B}]10;rgb:d0d0/d0d0/d0d0\u{1B}\\\u{1B}]11;rgb:1010/1010/1414\u{1B}\\"),
        ("\u{1B}[1;4:3;31;48;2;1;2;3m\u{1B}P$qm\u{1B}\\", "\u{1B}P1$r0;1;4:3;31;48:2::1:2:3m\u{1B}\\"),
        ("\u{1B}[2;9r\u{1B}P$qr\u{1B}\\", "\u{1B}P1$r2;9r\u{1B}\\"), ("\u{1B}P$qz\u{1B}\\", "\u{1B}P0$r\u{1B}\\"),
        ("\u{1B}P$q q\u{1B}\\", "\u{1B}P1$r1 q\u{1B}\\"), ("\u{1B}P+q544e\u{1B}\\", ""),
    ])
    func `queries are answered`(query: String, answer: String) {
        #expect(terminal(80, 24).answer(query) == answer)
    }
}
