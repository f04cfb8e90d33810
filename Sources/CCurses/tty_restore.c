/* The restoration of the user's terminal. It has to work while everything else is broken, so it is C, allocates
   nothing and calls only async-signal-safe functions. */
#include "CCurses.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static atomic_int armed_fd = -1;
static struct termios saved_termios;
/* Two strings: one is rewritten while the other is what a signal would write. */
static uint8_t strings[2][AH_TTY_RESTORE_LIMIT];
static size_t lengths[2];
static atomic_int current_string;

static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
enum { FATAL_COUNT = sizeof fatal_signals / sizeof *fatal_signals };
static struct sigaction previous_actions[FATAL_COUNT];

void ah_tty_arm(int fd, const struct termios *saved) {
    atomic_store(&armed_fd, -1);
    saved_termios = *saved;
    atomic_store(&armed_fd, fd);
}

int ah_tty_set_restore(const uint8_t *bytes, size_t count) {
    if (count > AH_TTY_RESTORE_LIMIT) return -1;
    int next = 1 - atomic_load(&current_string);
    memcpy(strings[next], bytes, count);
    lengths[next] = count;
    atomic_store(&current_string, next);
    return 0;
}

void ah_tty_restore_now(void) {
    int fd = atomic_exchange(&armed_fd, -1);
    if (fd < 0) return;
    int saved_errno = errno;
    int which = atomic_load(&current_string);
    const uint8_t *bytes = strings[which];
    size_t left = lengths[which];
    /* A terminal that doesn't read (XOFF, a stopped ssh) must not keep a dying process: 20 × 50 ms at most. */
    for (int patience = 20; left > 0 && patience > 0;) {
        ssize_t written = write(fd, bytes, left);
        if (written > 0) {
            bytes += written;
            left -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, 50);
            patience--;
        } else if (written < 0 && errno != EINTR) {
            break;
        }
    }
    /* TCSANOW: draining could block for ever. */
    tcsetattr(fd, TCSANOW, &saved_termios);
    errno = saved_errno;
}

void ah_tty_disarm(void) { atomic_store(&armed_fd, -1); }

static void on_fatal_signal(int number, siginfo_t *info, void *context) {
    (void)context;
    ah_tty_restore_now();
    for (int i = 0; i < FATAL_COUNT; i++) {
        if (fatal_signals[i] == number) sigaction(number, &previous_actions[i], NULL);
    }
    /* A fault happens again on return and goes to the previous handler; a sent signal has to be sent again. */
    if (info == NULL || info->si_code <= 0) raise(number);
}

static atomic_flag installed = ATOMIC_FLAG_INIT;

void ah_tty_install_crash_handlers(void) {
    if (atomic_flag_test_and_set(&installed)) return;
    /* A stack overflow needs another stack to be handled on. */
    static uint8_t stack[16384];
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
        stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
        sigaltstack(&alternate, NULL);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fatal_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL_COUNT; i++) sigaction(fatal_signals[i], &action, &previous_actions[i]);
    atexit(ah_tty_restore_now);
}

int ah_tty_window_size(int fd, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}
