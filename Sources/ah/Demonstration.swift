import Glibc
import Processes
import ScreenModel
import SessionHost

/// What `ah` shows with no arguments: a shell's session on this machine, recorded now, which the workbench shows live and then as a replay.
enum Demonstration {
    /// Runs as `sh -c`. `$AH` is this program: the moments are made as any script would make them.
    private static let script = """
        say() { printf '\\033[1;32m$\\033[0m '; for w in "$@"; do printf '%s ' "$w"; sleep 0.08; done; echo; sleep 0.2; }
        run() { say "$@"; "$@"; sleep 0.5; }
        mark() { "$AH" agent moment "$1" --type "${2:-manual}" >/dev/null; }
        printf '\\033[1mThis shell is being recorded: output, timing, moments.\\033[0m\\n\\n'; sleep 0.6
        mark 'started' milestone
        run uname -sr
        run date
        say 'cd $(mktemp -d)'; d=$(mktemp -d) && cd "$d"
        say 'echo hello > greeting.txt'; echo hello > greeting.txt; sleep 0.3
        mark 'wrote greeting.txt'
        run ls -l
        say 'for i in 1 2 3; do …'
        for i in 1 2 3 4 5 6 7 8 9 10; do printf '\\rworking \\033[3%dm%3d %%\\033[0m' $((i % 6 + 1)) $((i * 10)); sleep 0.1; done; echo
        run cat greeting.txt
        mark 'checked it' milestone
        cd / && rm -r "$d"
        printf '\\n\\033[1mDone.\\033[0m This pane is its replay now: Space plays, [ ] go from moment to moment, ? shows all keys.\\n'
        """

    /// Starts it as a session of its own.
    ///
    /// - Returns: its id.
    static func start() throws -> String {
        let environment = Program.environment
        let folders = SessionFolders(environment: environment)
        let sessionID = SessionFolders.newSessionID()
        var child = environment.filter { !$0.key.hasPrefix("TERM") }
        child["TERM"] = "xterm-256color"
        child["AH"] = Program.executable
        var configuration = HostConfiguration(
            sessionID: sessionID, command: ["/bin/sh", "-c", script], environment: child, columns: 80, rows: 24,
            recordingPath: folders.recording(sessionID, startedAt: WallClock.now()),
            socketPath: folders.socket(sessionID), factsPath: folders.facts(sessionID), version: Program.version)
        // Where a shell beside it starts, too: "/" would be no place to work in.
        configuration.workingDirectory = Program.workingDirectory
        configuration.name = "demonstration"
        _ = try HostLauncher.start(configuration, executable: Program.executable, environment: environment)
        return sessionID
    }
}
