import FoundationEssentials
import Glibc

/// A small file system of its own kind in a file, mounted for one test. Only root can; where it can't be had, tests skip.
public final class LoopVolume {
    public enum Kind: String, Sendable {
        case btrfs, xfs
    }

    public let path: String
    private let folder: TemporaryFolder

    /// Whether this machine can make one: found by doing it once.
    public static let hasBtrfs = isAvailable(.btrfs)
    public static let hasXFS = isAvailable(.xfs)

    private static func isAvailable(_ kind: Kind) -> Bool {
        geteuid() == 0 && (try? LoopVolume(kind)) != nil
    }

    /// - Parameter size: as truncate(1) reads it; XFS wants at least 300M.
    public init(_ kind: Kind, size: String = "400M") throws {
        folder = try TemporaryFolder()
        path = folder("mount")
        mkdir(path, 0o755)
        let image = folder("image")
        // Sparse: it takes on the disk what is written to it.
        try Self.run(["truncate", "-s", size, image])
        try Self.run(["mkfs.\(kind.rawValue)", "-q", image])
        // The loop device goes with the mount, and the mount, were the test killed, with the next restart only.
        try Self.mount(["mount", "-o", "loop", image, path])
    }

    /// There are few loop devices: waits until one is free.
    private static func mount(_ command: [String]) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                try run(command)
                return
            } catch let failure as Failure {
                let isTaken = failure.message.contains("loop device") && geteuid() == 0
                guard isTaken, hasDevices, ContinuousClock.now < deadline else { throw failure }
                usleep(50_000)
            }
        }
    }

    private static var hasDevices: Bool { access("/dev/loop-control", F_OK) == 0 || access("/dev/loop0", F_OK) == 0 }

    deinit {
        // Lazily, so that a file that something still has open doesn't keep it here.
        _ = try? Self.run(["umount", "-l", path])
    }

    public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult public static func run(_ command: [String]) throws -> String {
        let run = try CommandRun(command, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"])
        guard run.status == 0 else { throw Failure(command: command, message: run.errorText) }
        return run.text
    }

    public struct Failure: Error {
        public let command: [String]
        public let message: String
    }
}
