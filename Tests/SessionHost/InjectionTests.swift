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

    @Test func `a program is ready once it has written and paused, or after a while`() {
        var readiness = Readiness(start: 0)
        #expect(!readiness.isReady(at: 5000 * ms))
        readiness.noteOutput(at: 5000 * ms)
        #expect(!readiness.isReady(at: 5100 * ms) && readiness.isReady(at: 5600 * ms))
        readiness.noteOutput(at: 5900 * ms)
        #expect(readiness.isReady(at: 5901 * ms), "that pause was seen")
        #expect(Readiness(start: 0).isReady(at: 15_000 * ms))
    }

    @Test func `a prompt for a program that starts waits as what it was started with does`() {
        var readiness = Readiness(start: 0)
        let request = PromptRequest(text: "x", sender: "t")
        #expect(Injection(request, for: 1, waiting: readiness).due == 15_000 * ms)
        readiness.noteOutput(at: 100 * ms)
        var injection = Injection(request, for: 1, waiting: readiness)
        #expect(injection.due == 700 * ms)
        injection.noteOutput(at: 300 * ms)
        #expect(injection.due == 900 * ms)
        #expect(Injection(request, for: 1).due == 0)
    }

    @Test func `a prompt that is held goes on where it was`() {
        var injection = Injection(PromptRequest(text: "x", sender: "t"), for: 1)
        injection.hold(at: 1000 * ms)
        #expect(injection.next(at: 1100 * ms, pastes: false) == nil && !injection.isTyped)
        #expect(injection.next(at: injection.due ?? 0, pastes: false) == Array("x".utf8))
        injection.hold(at: 2000 * ms)
        #expect(injection.isTyped && (injection.due ?? 0) > 2500 * ms)
        #expect(injection.next(at: injection.due ?? 0, pastes: false) == [0x0D])
        #expect(injection.isDone)
    }

    @Test func `the agent's word for a prompt is known again however it was trimmed, cut and redacted`() {
        let long = "Fix it:\n" + String(repeating: "word ", count: 900)
        #expect(SentPrompt(long).isSame(String(long.prefix(2000)) + "…"))
        #expect(SentPrompt("  use --token=abcdef123456 now\n").isSame("use --token=[redacted] now"))
        #expect(!SentPrompt("one").isSame("two"))
        #expect(SentPrompt("\n first\nsecond").label == "Prompt: first")
        #expect(SentPrompt("hunter2", isSecret: true).label == "Prompt: (hidden)")
    }

    @Test func `a silent program gets its text after a while`() {
        let injection = Injection("x", now: 5 * ms)
        #expect((injection.due ?? 0) > 5 * ms)
        #expect((injection.due ?? .max) < 60_000 * ms)
    }
}
