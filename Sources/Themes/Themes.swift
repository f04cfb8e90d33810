// Themes: named styles. A role (`text`, `border`, `timeline.playhead` …) is looked up, a style comes back.
//
// It parses the TOML files in `themes/`, which are compiled in, and a user's own over them, role by role. It draws
// nothing and knows no terminal: fitting colours to what a terminal can show is `Display`'s.
//
// Parts: `Role`; `Theme` and `Theme+Parsing`; `Theme+Standard`, the compiled-in ones and which suits a terminal.
