// Keymaps: which key does what, from TOML files. One is compiled in; a user's own is laid over it, key by key.
//
// It is the parser of those files and the lookup of chords. It does not read keys from a terminal (that is `Display`)
// and knows no command but those of the table in `WorkbenchModel`. What a file gets wrong is reported with its line and
// the nearest right name, and the rest of the file holds.
//
// Parts: `Keymap`, the bindings of all modes; `Keymap+Parsing`, from TOML; `Keymap+Legend`, what help shows of them.
