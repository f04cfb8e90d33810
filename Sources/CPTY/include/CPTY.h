// Spawning on a PTY and the few Linux calls that Swift can't say: variadic ones, macros, glibc extensions.
// No policy here: every function returns 0 or a descriptor, or -errno.
#ifndef AH_CPTY_H
#define AH_CPTY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Opens a PTY master (close-on-exec, non-blocking) of the given size; the slave's path goes into `slave`.
int ah_pty_open(uint16_t columns, uint16_t rows, char *slave, size_t slave_size);
int ah_pty_resize(int fd, uint16_t columns, uint16_t rows);
int ah_pty_size(int fd, uint16_t *columns, uint16_t *rows);
/// Whether the line discipline hides what is typed as at a password prompt: canonical mode without echo. 1, 0, -errno.
int ah_pty_hides_input(int fd);
/// Whether the line discipline is in canonical mode. 1, 0, -errno.
int ah_pty_is_canonical(int fd);

/// Starts `path` in a new session. With `slave` set, that tty becomes its controlling terminal and its fds 0, 1, 2;
/// otherwise these are `fds[0..2]`. Signals are reset to their defaults and unblocked. `cwd` may be NULL. With `alone`, no
/// other file of ours is open in it, whatever its flags say.
int ah_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const char *cwd,
             const char *slave, const int fds[3], int alone);

/// Something to mount in the child's own namespace: with `overlay` NULL, `source` bound over `target`; otherwise an
/// overlay with these options (lowerdir=…,upperdir=…,workdir=…) on `target`.
struct ah_mount {
    const char *source, *target, *overlay;
};
/// What `ah_spawn_mounted` starts. `paths` are tried in turn, after the mounts are made; NULL ends it, as argv and envp.
struct ah_launch {
    const char *const *paths;
    char *const *argv;
    char *const *envp;
    const char *cwd, *slave;
    int fds[3];
    const struct ah_mount *mounts;
    size_t mount_count;
};
enum ah_namespace_kind { AH_NAMESPACE_NONE, AH_NAMESPACE_ROOT, AH_NAMESPACE_USER };
enum ah_launch_step {
    AH_STEP_NONE, AH_STEP_STREAMS, AH_STEP_UNSHARE, AH_STEP_IDENTITY, AH_STEP_PROPAGATION, AH_STEP_SOURCE,
    AH_STEP_MOUNT, AH_STEP_FOLDER, AH_STEP_EXEC,
};
/// How the namespace was had, and where it went wrong: the step, and which mount or path (`index`).
struct ah_failure {
    int kind, step;
    size_t index;
};
/// As `ah_spawn`, in a mount namespace of the child's own in which at most 16 mounts are made. Without root's rights a
/// user namespace gives them, in which the caller's uid and gid stay and all others are 65534.
int ah_spawn_mounted(pid_t *pid, const struct ah_launch *launch, struct ah_failure *failure);
/// As `ah_spawn_mounted`, in place of this process: terminal, streams, job control and pid stay what they are. Returns
/// only if it failed, possibly with the mounts made. `slave` and `fds` aren't looked at.
/// A user namespace can be had only while this process has one thread.
int ah_exec_mounted(const struct ah_launch *launch, struct ah_failure *failure);
/// Whether such a namespace can be had; `failure->kind` says how. A process is started for it and has ended.
int ah_namespace_try(struct ah_failure *failure);

int ah_pidfd_open(pid_t pid);
/// Sends a signal to the process that the descriptor is of, and to no later one with its pid. 0 or -errno.
int ah_pidfd_signal(int fd, int signal);
/// Reaps `pid` if it has ended: 1 with code or signal set (the other is -1), 0 if it still runs, -errno.
int ah_reap(pid_t pid, int *code, int *signal);

/// Blocks the signals in this thread (call before others start) and returns a signalfd for them.
int ah_signalfd(const int *signals, size_t count);
/// The next queued signal of a signalfd, 0 if none.
int ah_signalfd_read(int fd);
/// A close-on-exec pipe.
int ah_pipe(int ends[2]);
int ah_eventfd(void);
void ah_eventfd_signal(int fd);
void ah_eventfd_clear(int fd);

int ah_unix_listen(const char *path, int backlog);
int ah_unix_connect(const char *path);
/// Connects without blocking for longer than that, also when the listener takes nobody in; the descriptor is non-blocking.
int ah_unix_connect_within(const char *path, int milliseconds);
int ah_unix_accept(int fd);
/// The uid of the process at the other end of a Unix socket, or -errno.
int64_t ah_unix_peer_uid(int fd);
/// As send(2) without SIGPIPE, with a descriptor that the other end gets a copy of. Bytes taken or -errno.
ssize_t ah_unix_send_descriptor(int fd, const void *bytes, size_t count, int descriptor);
/// As recv(2). `descriptor` is the close-on-exec one that came along, or -1. Bytes or -errno.
ssize_t ah_unix_receive_descriptor(int fd, void *bytes, size_t count, int *descriptor);

/// Maps `size` bytes (a multiple of the page size) twice in a row, so that a run across the end is contiguous.
void *ah_ring_map(size_t size);
void ah_ring_unmap(void *base, size_t size);
/// Gives the pages from `from` to `to` back to the system; their content is lost.
void ah_ring_release(void *base, size_t from, size_t to);

/// Gives this thread a lower share of the processor when others want it (nice 0 … 19).
void ah_thread_nice(int nice);
/// The lowest share of the processor, and the disk only while nobody else wants it; what is started from here on inherits it.
void ah_thread_idle(void);
void ah_thread_yield(void);
/// Lets all threads share so many pools of memory, where each would have its own (glibc's M_ARENA_MAX).
void ah_limit_memory_pools(int count);
/// Starts a detached thread that runs `body(context)` with all signals blocked. 0 or -errno.
int ah_thread_start(void (*body)(void *context), void *context);
uint64_t ah_monotonic_ns(void);
uint64_t ah_realtime_ns(void);
int ah_set_nonblocking(int fd, int on);
int ah_set_cloexec(int fd, int on);

#endif
