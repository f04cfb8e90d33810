import Glibc
import TestSupport
import Testing

@testable import Snapshots

struct AdoptionAttributesTests {
    typealias Case = AdoptionListTests.Case

    @Test(.enabled(if: geteuid() == 0, "only root may give files away"))
    func `owners and attributes that the branch set come over, and are taken back`() throws {
        let adoption = try Case()
        try adoption.inOriginal(
            "setfattr -n user.note -v mine text; setfattr -n user.old -v x keep; chown 77:88 script")
        let before = try adoption.attributes()
        // The branch was made of the workspace as it was before that.
        try adoption.inBranch(
            """
            echo 10 >> text; setfattr -n user.note -v branch text; setfattr -n user.kind -v plan text
            setfattr -n user.only keep -v attribute; chown 1234:2345 keep; chown 5:6 script; chmod 4755 keep
            echo new > new; chown 4321 new; setfattr -n user.a -v b new; echo mine > own
            mkdir made; setfattr -n user.of -v folder made; setfattr -n user.on -v folder folder
            """)
        let (plan, record) = try adoption.apply()
        #expect(record?.lost == nil && record?.left == [])
        let remarks = plan.skipped.first.map { "\($0.path.printable): \($0.text)" }
        #expect(
            remarks == [
                "script: both changed its owner: the workspace's stays",
                "text: both changed its extended attribute user.note: the workspace's stays",
            ])
        let after = try adoption.attributes()
        #expect(after["text"] == #"0:0 644 user.kind="plan" user.note="mine""#)
        #expect(after["keep"] == #"1234:2345 4755 user.old="x" user.only="attribute""#)
        #expect(after["script"] == "77:88 644")
        #expect(after["new"] == #"4321:0 644 user.a="b""#)
        #expect(after["own"] == "0:0 644")
        #expect(after["made"] == #"0:0 755 user.of="folder""#)
        #expect(after["folder"] == #"0:0 700 user.on="folder""#)
        #expect(try adoption.list.undo().conflicts == [])
        #expect(try adoption.attributes() == before)
    }
}

extension AdoptionListTests.Case {
    /// Owner, mode and extended attributes by path, but for `.git`.
    func attributes() throws -> [String: String] {
        let script = #"""
            cd "$1"; find . -mindepth 1 -not -path './.git*' -printf '%P\n' | while read -r f; do
            echo "$f	$(stat -c '%u:%g %a' "$f") $(getfattr -d -m user. "$f" 2>/dev/null | grep = | sort | tr '\n' ' ')"; done
            """#
        let run = try CommandRun(
            ["bash", "-c", script, "bash", place.workspace], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"])
        let rows = run.text.split(separator: "\n").map { $0.split(separator: "\t") }
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                (String($0[0]), String($0[1].reversed().drop { $0 == " " }.reversed()))
            })
    }
}
