#ifndef AH_CCURSES_H
#define AH_CCURSES_H

#include <stddef.h>
#include <stdint.h>
#include <termios.h>

/* ---- terminfo: the only part of ncursesw that is used; its screen, colour pairs and input are not ---- */

/// Loads the terminfo entry of `term` and takes a lock, since ncurses keeps the current entry in a global.
/// Returns 0, and then ah_terminfo_end() must follow; or -1 when there is no usable entry.
int ah_terminfo_begin(const char *term);
void ah_terminfo_end(void);
/// The string capability, NULL when absent. Valid until ah_terminfo_end().
const char *ah_terminfo_string(const char *name);
/// Whether the boolean capability is set; extended ones (RGB, Tc, Su) too.
int ah_terminfo_flag(const char *name);
/// The numeric capability, -1 when absent.
int ah_terminfo_number(const char *name);
/// Writes `format` with two parameters to `out` (NUL-terminated); returns its length or -1.
int ah_terminfo_expand(const char *format, int first, int second, char *out, size_t size);

/* ---- the terminal's restoration, which must work from a signal handler ---- */

/// The longest restore string.
enum { AH_TTY_RESTORE_LIMIT = 512 };

/// From now on ah_tty_restore_now() gives `saved` back to the terminal on `fd`.
void ah_tty_arm(int fd, const struct termios *saved);
/// What ah_tty_restore_now() writes first. Returns -1 when it is longer than the limit.
int ah_tty_set_restore(const uint8_t *bytes, size_t count);
/// Gives the terminal back once; does nothing when not armed. Async-signal-safe.
void ah_tty_restore_now(void);
void ah_tty_disarm(void);
/// Calls ah_tty_restore_now() at exit and before a fatal signal (SEGV, BUS, ILL, TRAP, FPE, ABRT) goes on to
/// whoever handled it before. A second call does nothing.
void ah_tty_install_crash_handlers(void);

/// ioctl is variadic, which Swift can't call. Returns 0 or -1; cells may be 0 when the terminal doesn't know.
int ah_tty_window_size(int fd, int *columns, int *rows);

#endif
