import Testing

@testable import SessionHost

struct InjectionTests {
    private let ms: UInt64 = 1_000_000

    @Test func `text is typed once the first output has paused, and Enter comes after it`() {
        var injection = Injection("try again", now: 0)
        injection.noteOutput(at: 100 * ms)
        injection.noteOutput(at: 500 * ms)
        #expect(injection.next(at: 1000 * ms, pastes: false) == nil)
        let due = injection.due ?? 0
        #expect(due == 1100 * ms)
        #expect(injection.next(at: due, pastes: false) == Array("try again".utf8))
        injection.noteOutput(at: due + ms)
        #expect(injection.next(at: due + ms, pastes: false) == nil)
        let enter = injection.due ?? 0
        #expect(injection.next(at: enter, pastes: false) == [0x0D])
        #expect(injection.due == nil)
    }

    @Test func `a program that takes pastes gets one, and the text can't end it`() {
        var injection = Injection("a\u{1B}[201~b", now: 0)
        injection.noteOutput(at: 0)
        let typed = injection.next(at: injection.due ?? 0, pastes: true) ?? []
        #expect(String(decoding: typed, as: UTF8.self) == "\u{1B}[200~a[201~b\u{1B}[201~")
    }

    @Test func `a silent program gets its text after a while`() {
        let injection = Injection("x", now: 5 * ms)
        #expect((injection.due ?? 0) > 5 * ms)
        #expect((injection.due ?? .max) < 60_000 * ms)
    }
}
