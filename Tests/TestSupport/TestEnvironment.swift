import FoundationEssentials

/// The environment of programs that tests start: nothing of the user's own, so that no recording lands in their home.
public enum TestEnvironment {
    /// - Parameter home: the folder for everything that a program would keep in a home.
    public static func variables(home: String, adding more: [String: String] = [:]) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let own = [
            "PATH": path, "HOME": home, "AH_HOME": "\(home)/ah", "TMPDIR": home, "TERM": "xterm-256color",
            "LANG": "C.UTF-8", "SHELL": "/bin/bash", "PS1": "sh> ", "HISTFILE": "/dev/null",
        ]
        return own.merging(more) { _, given in given }
    }
}
