// WorkbenchModel: the workbench as values: what is shown, what a command does to it, and what must be done about it outside.
//
// It does no IO, knows no clock and draws nothing: `apply(Command)` changes the model and returns effects, which a
// runtime carries out. Times are milliseconds on the session's own clock.
//
// Parts: `Command` and the one `CommandTable` that keymaps, help and palette read; `GoTo` and `TimeText`, how people
// write times; `ConfigurationProblem`, what is wrong in a user's own file;
// `ReplayModel`, a pane that plays a recording, with its `ReplayTimeline`, `Prompt` and `Viewport`; `LiveModel`, a
// session watched live.
