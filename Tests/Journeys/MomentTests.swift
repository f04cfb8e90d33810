import FoundationEssentials
import Glibc
import Recording
import TestSupport
import Testing

/// Moments, from inside and outside of a session, and the list of branch points.
@Suite(.serialized) struct MomentTests {
    @Test func `a moment from inside is recorded at its place`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.record("printf 12345; \"$AH\" agent moment 'half way' --type milestone; printf 67890")
        #expect(run.status == 0)
        let moment = try #require(try sandbox.recorded().summary.moments.first)
        #expect(moment.value.label == "half way")
        #expect(moment.value.type == "milestone")
        #expect(moment.offset.value >= 5)
    }

    @Test func `a moment is on disk when its command returns`() throws {
        let sandbox = try Sandbox()
        // The recorder is killed in the same breath: headless, it is the child's parent.
        _ = try sandbox.record("\"$AH\" agent moment one >/dev/null && kill -9 $PPID; sleep 1")
        #expect(try sandbox.recorded().momentLabels == ["one"])
    }

    @Test func `a shell's marks make a moment of each command, at the byte where it ended`() throws {
        let sandbox = try Sandbox()
        let marks = #"""
            printf '\e]7;file://h/tmp\a\e]133;A\a$ \e]133;B\amake test\r\n\e]133;C\aoutput\r\n'
            printf '\e]133;D;2\a\e]633;A\a$ \e]633;B\a\e]633;E;ls -l\a\e]633;C\a\e]633;D;0\aend'
            """#
        #expect(try sandbox.record(marks).status == 0)
        let recorded = try sandbox.recorded()
        let moments = recorded.summary.moments
        #expect(moments.map(\.value.label) == ["make test → 2", "Build failed: make test → 2", "ls -l"])
        #expect(moments.map(\.value.type) == ["shell_command", "milestone", "shell_command"])
        #expect(moments.allSatisfy { $0.value.isAutomatic })
        #expect(moments.first?.value.attributes?["command"] == "make test")
        #expect(moments.first?.value.attributes?["cwd"] == "/tmp")
        for moment in moments {
            let before = String(decoding: recorded.output.prefix(Int(moment.offset.value)), as: UTF8.self)
            #expect(before.hasSuffix("\u{7}") && (before.hasSuffix("D;2\u{7}") || before.hasSuffix("D;0\u{7}")))
        }
    }

    @Test func `outside a session a moment is refused with one line`() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.ah("agent", "moment", "nowhere")
        #expect(run.status != 0)
        #expect(!run.errorText.isEmpty)
    }

    @Test func `branch points are listed as text, JSON, Markdown and CSV`() throws {
        let sandbox = try Sandbox()
        try sandbox.record(
            "printf 'a\\nbc'; \"$AH\" agent moment first >/dev/null; echo; \"$AH\" agent moment 'second, \"q\"' >/dev/null"
        )
        for format in ["text", "json", "md", "csv"] {
            let run = try sandbox.ah("agent", "branch-points", "--format", format, sandbox.recording)
            #expect(run.status == 0, "\(format): \(run.errorText)")
            #expect(run.text.contains("first"), "\(format)")
            #expect(run.text.contains("second"), "\(format)")
        }
        let lines = try sandbox.ah("agent", "branch-points", "--format", "json", "--lines", sandbox.recording)
        #expect(lines.text.contains("\"total_bytes\""))
        #expect(lines.text.contains("\"items\""))
    }
}
