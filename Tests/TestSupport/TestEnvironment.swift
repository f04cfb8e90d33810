import FoundationEssentials

/// The environment of programs that tests start: nothing of the user's own, so that no recording lands in their home.
public enum TestEnvironment {
    /// - Parameter home: the folder for everything that a program would keep in a home.
    public static func variables(home: String, adding more: [String: String] = [:]) -> [String: String] {
        let outer = ProcessInfo.processInfo.environment
        let path = outer["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        var own = [
            "PATH": path, "HOME": home, "AH_HOME": "\(home)/ah", "TMPDIR": home, "TERM": "xterm-256color",
            "LANG": "C.UTF-8", "SHELL": "/bin/bash", "PS1": "sh> ", "HISTFILE": "/dev/null",
        ]
        // A program that was built with a sanitizer is told where to report.
        for name in ["ASAN_OPTIONS", "TSAN_OPTIONS"] { own[name] = outer[name] }
        return own.merging(more) { _, given in given }
    }
}
