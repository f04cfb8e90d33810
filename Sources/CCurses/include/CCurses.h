#ifndef AH_CCURSES_H
#define AH_CCURSES_H
#define NCURSES_WIDECHAR 1
#include <ncursesw/curses.h>
#include <ncursesw/term.h>
#endif
