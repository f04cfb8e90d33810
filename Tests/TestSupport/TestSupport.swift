// TestSupport: what the tests of several modules share, and nothing that the program itself needs.
//
// Parts: TerminalDriver (a program in a real PTY, its screen in our emulator), TmuxDriver (the same in a tmux of its own),
// TemporaryFolder, BuiltProduct (the executables beside the test bundle), Corpus and Agents (material that is not part
// of this package, found by environment variables), SeededRandom, LoopVolume (a btrfs or XFS of its own).
