#define NCURSES_WIDECHAR 1
#include "CCurses.h"

#include <ncursesw/curses.h>
#include <pthread.h>
#include <string.h>
#include <ncursesw/term.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static TERMINAL *previous;

int ah_terminfo_begin(const char *term) {
    int error = 0;
    pthread_mutex_lock(&lock);
    previous = cur_term;
    /* With an error pointer setupterm() neither prints nor exits. It refuses generic entries ("dumb") with 0
       although they can be read, and the current entry is then set. */
    if (setupterm(term, 1, &error) == OK) return 0;
    if (error == 0 && cur_term != NULL && cur_term != previous) return 0;
    set_curterm(previous);
    pthread_mutex_unlock(&lock);
    return -1;
}

void ah_terminfo_end(void) {
    TERMINAL *entry = cur_term;
    set_curterm(previous);
    if (entry != NULL && entry != previous) del_curterm(entry);
    pthread_mutex_unlock(&lock);
}

const char *ah_terminfo_string(const char *name) {
    char *text = tigetstr(name);
    return text == NULL || text == (char *)-1 ? NULL : text;
}

int ah_terminfo_flag(const char *name) { return tigetflag(name) > 0; }

int ah_terminfo_number(const char *name) {
    int number = tigetnum(name);
    return number < 0 ? -1 : number;
}

int ah_terminfo_expand(const char *format, int first, int second, char *out, size_t size) {
    const char *text = tiparm(format, first, second);
    if (text == NULL || strlen(text) >= size) return -1;
    strcpy(out, text);
    return (int)strlen(out);
}
