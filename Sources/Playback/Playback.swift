// Playback: a recording as a screen at any time. No tty, no wall clock: time and amounts of work are passed in.
//
// It is not a view (that is `WorkbenchModel` and `Rendering`) and not the file format (that is `Recording`).
//
// Parts: `Player` owns a reader and one terminal, and goes anywhere exactly; it indexes behind the playing, in slices,
// keeping a checkpoint every so many bytes. `Timeline` is what there is to see and where; `PlayheadClock` turns real
// into session time; `TimeSearch` finds when a text is on the screen, with `ScreenMatcher` looking at one screen.
