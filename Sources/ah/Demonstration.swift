import Glibc
import Processes
import SessionHost

/// What `ah` shows with no arguments: a shell session on this machine, recorded now, and its replay.
enum Demonstration {
    static func run() throws {
        throw Failure("the demonstration needs the replay")
    }
}
