import FoundationEssentials
import Glibc

/// The processes of this machine, looked at through `/proc`.
public enum ProcessTable {
    /// Those that were started with this variable, directly or by others: what a test started and what outlived it.
    public static func processes(withVariable name: String, value: String) -> [Int32] {
        let mark = "\(name)=\(value)\0"
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { pid in
            let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            return String(decoding: bytes, as: UTF8.self).contains(mark)
        }
    }
}
