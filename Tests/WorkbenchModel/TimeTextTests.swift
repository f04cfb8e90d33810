import Testing
import WorkbenchModel

struct TimeTextTests {
    @Test(arguments: [
        ("1:23", Int64(83_000)), ("1:02:03", 3_723_000), ("0:01.5", 1500), ("5m", 300_000), ("1h2m3.5s", 3_723_500),
        ("250ms", 250), ("90s", 90_000), ("0:0", 0),
    ])
    func `a time is read as people write it`(text: String, expected: Int64) {
        #expect(TimeText.milliseconds(text) == expected)
    }

    @Test(arguments: ["", "5", "m", "1:", ":5", "1:2:3:4", "5x", "-5s", "1e9s", "99999999999999999999s", "1:-2", "5m3"])
    func `what is no time is none`(text: String) {
        #expect(TimeText.milliseconds(text) == nil)
    }

    @Test func `a time is written back`() {
        #expect(TimeText.text(83_000) == "01:23")
        #expect(TimeText.text(3_723_000) == "1:02:03")
        #expect(TimeText.exactText(1_980) == "00:01.9")
        #expect(TimeText.text(-5) == "00:00")
    }

    @Test(arguments: [
        ("1:23", GoTo.time(milliseconds: 83_000)), ("80%", .percent(80)), ("3", .moment(3)), ("#3", .moment(3)),
        ("@2", .snapshot(2)), ("+5s", .relative(milliseconds: 5000)), ("-1m", .relative(milliseconds: -60_000)),
        (" refactor auth ", .name("refactor auth")), ("120%", .name("120%")), ("5 m", .name("5 m")),
    ])
    func `a place is a time, a share, a number or a name`(text: String, expected: GoTo) {
        #expect(GoTo(text) == expected)
    }

    @Test func `nothing is no place`() {
        #expect(GoTo("  ") == nil)
    }
}
