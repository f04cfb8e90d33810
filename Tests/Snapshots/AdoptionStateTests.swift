import Testing

@testable import Snapshots

struct AdoptionDecisionTests {
    private static func file(_ content: String, _ mode: UInt32 = 0o644) -> AdoptionState {
        AdoptionState(kind: .file, mode: mode, content: content, size: UInt64(content.utf8.count))
    }
    private static let folder = AdoptionState(kind: .folder, mode: 0o755)
    private static func link(_ target: String) -> AdoptionState { AdoptionState(kind: .link, mode: 0, content: target) }
    private static let fifo = AdoptionState(kind: .other, mode: 0o600)

    private func decide(
        _ base: AdoptionState?, _ branch: AdoptionState?, _ original: AdoptionState?
    ) -> AdoptionDecision { AdoptionDecision(base: base, branch: branch, original: original) }

    @Test func `what the branch didn't change stays as it is`() {
        let states: [AdoptionState?] = [
            nil, Self.file("a"), Self.file("b", 0o755), Self.folder, Self.link("x"), Self.fifo,
        ]
        for base in states { for original in states { #expect(decide(base, base, original) == .nothing) } }
    }

    @Test func `what only the branch changed is taken`() {
        let states: [AdoptionState?] = [nil, Self.file("a"), Self.file("b", 0o755), Self.folder, Self.link("x")]
        for base in states {
            for branch in states where branch != base { #expect(decide(base, branch, base) == .set(branch)) }
        }
    }

    @Test func `what both made the same needs nothing`() {
        let states: [AdoptionState?] = [
            nil, Self.file("a"), Self.file("b", 0o755), Self.folder, Self.link("x"), Self.fifo,
        ]
        for base in states { for both in states { #expect(decide(base, both, both) == .nothing) } }
    }

    @Test func `content and mode are merged apart from each other`() {
        #expect(
            decide(Self.file("a"), Self.file("b"), Self.file("a", 0o755)) == .set(Self.file("b", 0o755)))
        #expect(
            decide(Self.file("a"), Self.file("a", 0o755), Self.file("b")) == .set(Self.file("b", 0o755)))
        #expect(decide(Self.file("a"), Self.file("b"), Self.file("c", 0o755)) == .merge(mode: 0o755))
        #expect(decide(Self.file("a"), Self.file("b", 0o700), Self.file("c", 0o755)) == .conflict(.mode))
        #expect(decide(Self.file("a"), Self.file("b", 0o755), Self.file("b")) == .set(Self.file("b", 0o755)))
        #expect(decide(Self.file("a"), Self.file("b"), Self.file("b", 0o755)) == .nothing)
    }

    @Test func `clashes are conflicts`() {
        #expect(decide(Self.file("a"), nil, Self.file("b")) == .conflict(.deletedInBranch))
        #expect(decide(Self.file("a"), Self.file("b"), nil) == .conflict(.deletedInOriginal))
        #expect(decide(nil, Self.file("a"), Self.file("b")) == .conflict(.addedInBoth))
        #expect(decide(nil, Self.folder, AdoptionState(kind: .folder, mode: 0o700)) == .nothing)
        #expect(decide(Self.file("a"), Self.folder, Self.file("b")) == .conflict(.kind))
        #expect(decide(Self.file("a"), Self.file("b"), Self.link("b")) == .conflict(.kind))
        #expect(decide(Self.link("a"), Self.link("b"), Self.link("c")) == .conflict(.link))
    }

    @Test func `special files are never brought over`() {
        #expect(decide(nil, Self.fifo, nil) == .nothing)
        #expect(decide(Self.file("a"), Self.fifo, Self.file("a")) == .nothing)
        #expect(decide(Self.fifo, nil, Self.fifo) == .nothing)
    }
}

struct AdoptionStepTests {
    @Test func `folders come before what they hold, and go after it; reversed, too`() throws {
        func step(_ path: String, _ before: AdoptionState.Kind?, _ after: AdoptionState.Kind?) throws -> AdoptionStep {
            AdoptionStep(
                path: try RelativePath(path), before: before.map { AdoptionState(kind: $0, mode: 0o755) },
                after: after.map { AdoptionState(kind: $0, mode: 0o755) })
        }
        let steps = [
            try step("new", nil, .folder), try step("new/deep", nil, .folder), try step("new/deep/file", nil, .file),
            try step("old", .folder, nil), try step("old/deep", .folder, nil), try step("old/deep/file", .file, nil),
            try step("was-folder", .folder, .file), try step("was-folder/file", .file, nil),
            try step("was-file", .file, .folder), try step("was-file/file", nil, .file),
            try step("changed", .file, .file),
        ]
        for list in [steps, steps.map(\.reversed)] {
            // Done on a model of a folder, in which every step must be possible.
            var tree: [String: AdoptionState.Kind] = [:]
            for step in list { tree[step.path.printable] = step.before?.kind }
            for step in AdoptionStep.ordered(list.reversed()) {
                let path = step.path.printable
                let isLeft = tree.keys.contains { $0.hasPrefix("\(path)/") }
                if step.after?.kind != .folder { #expect(!isLeft, "\(path) still holds something") }
                if step.after != nil, !step.path.parent.isRoot { #expect(tree[step.path.parent.printable] == .folder) }
                tree[path] = step.after?.kind
            }
        }
    }
}
