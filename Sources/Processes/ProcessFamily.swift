import CPTY
import Glibc

/// What a child has started, and what these have: also what lives in process groups and sessions of its own, which no
/// signal to the child's group reaches.
///
/// Who has lost its parent belongs to it only while it is in the child's session: a daemon is on its own.
public struct ProcessFamily {
    /// A process; told from a later one with the same pid by its start.
    public struct Member: Hashable, Sendable {
        public let pid: Int32
        /// Clock ticks since the system's start.
        let start: UInt64
    }

    private struct Entry {
        var member: Member
        var parent: Int32
        var session: Int32
        var state: UInt8

        /// Neither ended nor stopped.
        var isActive: Bool { ![UInt8(ascii: "Z"), UInt8(ascii: "X"), UInt8(ascii: "T")].contains(state) }
    }

    public let root: Int32
    /// Processes that are left alone, with all that they started: the hosts of other sessions.
    private let strangers: Set<Int32>

    /// Members that may have outlived the child, and so can't be found by it.
    private let known: Set<Member>
    /// Whether the child has ended, so that its pid may be another's.
    private let isOrphaned: Bool

    /// - Parameter root: a child of this process that hasn't been reaped and leads a session of its own.
    public init(of root: Int32, besides strangers: Set<Int32> = []) {
        self.root = root
        self.strangers = strangers.union([getpid(), root])
        known = []
        isOrphaned = false
    }

    /// What is left of the family of a child that has been reaped, with what these have started since.
    public init(outliving root: Int32, _ known: Set<Member>, besides strangers: Set<Int32> = []) {
        self.root = root
        self.strangers = strangers.union([getpid()])
        self.known = known
        isOrphaned = true
    }

    /// All but the child itself. Reads /proc: some ten microseconds for each process of the system.
    public func members() -> [Member] { entries().map(\.member) }

    /// Stops the child and all of them, until none is left that could start another.
    ///
    /// - Returns: those that weren't stopped before, without the child.
    @discardableResult
    public func stopAll() -> [Member] {
        if !isOrphaned { kill(root, SIGSTOP) }
        var stopped: Set<Member> = []
        // What was started while we looked is found by the next look.
        for _ in 0..<Self.mostLooks {
            let fresh = entries().filter { $0.isActive && !stopped.contains($0.member) }.map(\.member)
            guard !fresh.isEmpty else { break }
            for member in fresh where Self.signal(member, SIGSTOP) { stopped.insert(member) }
        }
        return Array(stopped)
    }

    /// Sends a signal to a process, if it is still the same. A child of a member can't be mistaken for it.
    @discardableResult
    public static func signal(_ member: Member, _ number: Int32) -> Bool {
        let descriptor = ah_pidfd_open(member.pid)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The descriptor holds whoever has the pid now; this says whether that is who was meant.
        guard entry(member.pid)?.member == member else { return false }
        return ah_pidfd_signal(descriptor, number) == 0
    }

    /// Whether it still runs, or is stopped.
    public static func isAlive(_ member: Member) -> Bool {
        guard let entry = entry(member.pid), entry.member == member else { return false }
        return ![UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(entry.state)
    }

    private func entries() -> [Entry] {
        let all = Self.pids().compactMap(Self.entry)
        var children: [Int32: [Entry]] = [:]
        var parents: [Int32: Int32] = [:]
        for entry in all {
            children[entry.parent, default: []].append(entry)
            parents[entry.member.pid] = entry.parent
        }
        /// Whether a stranger stands between it and the child.
        func isStrange(_ entry: Entry) -> Bool {
            var pid = entry.member.pid
            while pid > 1, pid != root {
                if strangers.contains(pid) { return true }
                pid = parents[pid] ?? 0
            }
            return false
        }
        var found: [Entry] = []
        var seen = strangers
        var waiting = all.filter { known.contains($0.member) }
        if !isOrphaned {
            waiting += children[root] ?? []
            waiting += all.filter { $0.session == root && !isStrange($0) }
        }
        while let next = waiting.popLast() {
            guard next.member.pid > 1, seen.insert(next.member.pid).inserted else { continue }
            found.append(next)
            waiting += children[next.member.pid] ?? []
        }
        return found
    }

    private static func pids() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int32(name) { pids.append(pid) }
        }
        return pids
    }

    /// `pid (name) state parent group session …`, with the start as the 22nd; a name may hold anything.
    private static func entry(_ pid: Int32) -> Entry? {
        let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        func number(_ index: Int) -> UInt64? { UInt64(String(decoding: fields[index], as: UTF8.self)) }
        guard fields.count > 19, let state = fields[0].first, let parent = number(1), let session = number(3),
            let start = number(19)
        else { return nil }
        return Entry(
            member: Member(pid: pid, start: start), parent: Int32(clamping: parent), session: Int32(clamping: session),
            state: state)
    }

    private static let mostLooks = 50
}
