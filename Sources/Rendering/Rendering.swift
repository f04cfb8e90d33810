// Rendering: model and frame and theme in, one surface out.
//
// It decides what is where and in which style. It knows no terminal: colours that a terminal lacks and the bytes that
// show a surface are `Display`'s. What would mean nothing in ASCII has another glyph in `Glyphs`.
//
// Parts: `ReplayRenderer` with its title, timeline, bottom line and help; `Glyphs`; `ScreenText`, a frame as plain or
// coloured text for pipes.
