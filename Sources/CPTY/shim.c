#define _GNU_SOURCE
#include <malloc.h>
#include "CPTY.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

int ah_pty_open(uint16_t columns, uint16_t rows, char *slave, size_t slave_size) {
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -errno;
    int error = 0;
    if (grantpt(fd) || unlockpt(fd)) error = errno;
    if (!error) error = ptsname_r(fd, slave, slave_size);
    if (!error) error = -ah_pty_resize(fd, columns, rows);
    if (error) {
        close(fd);
        return -error;
    }
    return fd;
}

int ah_pty_resize(int fd, uint16_t columns, uint16_t rows) {
    struct winsize size = {.ws_col = columns, .ws_row = rows};
    return ioctl(fd, TIOCSWINSZ, &size) ? -errno : 0;
}

int ah_pty_size(int fd, uint16_t *columns, uint16_t *rows) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size)) return -errno;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int ah_pty_hides_input(int fd) {
    struct termios t;
    if (tcgetattr(fd, &t)) return -errno;
    return (t.c_lflag & ICANON) && !(t.c_lflag & ECHO);
}

int ah_pty_is_canonical(int fd) {
    struct termios t;
    if (tcgetattr(fd, &t)) return -errno;
    return (t.c_lflag & ICANON) != 0;
}

int ah_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *cwd,
             const char *slave, const int fds[3], int alone) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawn_file_actions_init(&actions);
    if (error) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return -error;
    }
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    if (slave) {
        // Opened after setsid and without O_NOCTTY, it becomes the controlling terminal.
        error = posix_spawn_file_actions_addopen(&actions, 0, slave, O_RDWR, 0);
        for (int fd = 1; fd <= 2 && !error; fd++) error = posix_spawn_file_actions_adddup2(&actions, 0, fd);
    } else {
        for (int fd = 0; fd <= 2 && !error; fd++) error = posix_spawn_file_actions_adddup2(&actions, fds[fd], fd);
    }
    // Last, since a relative slave or fd path must still mean what it meant to the caller.
    if (!error && cwd) error = posix_spawn_file_actions_addchdir_np(&actions, cwd);
    if (!error && alone) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!error) error = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

int ah_pidfd_open(pid_t pid) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

int ah_pidfd_signal(int fd, int signal) {
    return syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) == 0 ? 0 : -errno;
}

int ah_reap(pid_t pid, int *code, int *signal) {
    int status;
    pid_t result;
    do result = waitpid(pid, &status, WNOHANG);
    while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    if (result == 0) return 0;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : -1;
    return 1;
}

int ah_signalfd(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (error) return -error;
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

int ah_signalfd_read(int fd) {
    struct signalfd_siginfo info;
    return read(fd, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int ah_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? -errno : 0; }

int ah_eventfd(void) {
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

void ah_eventfd_signal(int fd) {
    uint64_t one = 1;
    if (write(fd, &one, sizeof one) < 0) return;  // EAGAIN: it is signalled already
}

void ah_eventfd_clear(int fd) {
    uint64_t count;
    if (read(fd, &count, sizeof count) < 0) return;  // EAGAIN: it was clear
}

static int unix_address(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

int ah_unix_listen(const char *path, int backlog) {
    struct sockaddr_un address;
    int error = unix_address(path, &address);
    if (error) return error;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    // The mode is right from the first moment: bind makes the socket with the mode of its descriptor.
    fchmod(fd, 0600);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, backlog)) {
        error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int ah_unix_connect(const char *path) {
    struct sockaddr_un address;
    int error = unix_address(path, &address);
    if (error) return error;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int ah_unix_connect_within(const char *path, int milliseconds) {
    struct sockaddr_un address;
    int error = unix_address(path, &address);
    if (error) return error;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    // A full backlog can't be waited for: connecting fails with EAGAIN and no event tells when there is room.
    for (int waited = 0;; waited += 2) {
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
        error = -errno;
        if ((error != -EAGAIN && error != -EINTR) || waited >= milliseconds) break;
        poll(NULL, 0, 2);
    }
    close(fd);
    return error;
}

int ah_unix_accept(int fd) {
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return client < 0 ? -errno : client;
}

int64_t ah_unix_peer_uid(int fd) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size)) return -errno;
    return credentials.uid;
}

ssize_t ah_unix_send_descriptor(int fd, const void *bytes, size_t count, int descriptor) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t ah_unix_receive_descriptor(int fd, void *bytes, size_t count, int *descriptor) {
    // Room for more than one, so that whoever sends several leaves none open here.
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(8 * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = count};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    *descriptor = -1;
    ssize_t got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    if (got < 0) return -errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t total = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < total; index++) {
            int one;
            memcpy(&one, CMSG_DATA(header) + index * sizeof one, sizeof one);
            if (*descriptor >= 0) close(*descriptor);
            *descriptor = one;
        }
    }
    return got;
}

void *ah_ring_map(size_t size) {
    char *base = mmap(NULL, size * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    // Shared anonymous memory, and with an old size of 0 mremap maps the same pages again. No file is involved, so that
    // a limit on the size of files doesn't count.
    void *low = mmap(base, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    void *high = low == MAP_FAILED ? MAP_FAILED : mremap(low, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, base + size);
    if (high == MAP_FAILED) {
        munmap(base, size * 2);
        return NULL;
    }
    return base;
}

void ah_ring_unmap(void *base, size_t size) { munmap(base, size * 2); }

void ah_ring_release(void *base, size_t from, size_t to) {
    madvise((char *)base + from, to - from, MADV_REMOVE);
}

void ah_thread_nice(int nice) { setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), nice); }

void ah_thread_idle(void) {
    enum { WHO_PROCESS = 1, CLASS_IDLE = 3 << 13 };  // linux/ioprio.h; 0 is this thread
    ah_thread_nice(19);
    syscall(SYS_ioprio_set, WHO_PROCESS, 0, CLASS_IDLE);
}

void ah_thread_yield(void) { sched_yield(); }

void ah_limit_memory_pools(int count) { mallopt(M_ARENA_MAX, count); }

struct start {
    void (*body)(void *);
    void *context;
};

static void *thread_main(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int ah_thread_start(void (*body)(void *context), void *context) {
    struct start *start = malloc(sizeof *start);
    if (!start) return -ENOMEM;
    *start = (struct start){body, context};
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, thread_main, start);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (error) {
        free(start);
        return -error;
    }
    pthread_detach(thread);
    return 0;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t ah_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
uint64_t ah_realtime_ns(void) { return clock_ns(CLOCK_REALTIME); }

int ah_set_nonblocking(int fd, int on) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -errno;
    return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) < 0 ? -errno : 0;
}

int ah_set_cloexec(int fd, int on) { return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) < 0 ? -errno : 0; }
