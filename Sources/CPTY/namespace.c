// A child in a mount namespace of its own. The child shares our memory until it executes (as posix_spawn's does), so
// that starting costs the same whatever we hold, and so that it can say what failed by writing to our stack. Between
// clone and exec it makes system calls only: no allocation, no locks, no Swift.
#define _GNU_SOURCE
#include "CPTY.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_SIZE = 256 * 1024, IDENTITY_MAP_SIZE = 48, SOURCE_LIMIT = 16 };

struct identity {
    char uid[IDENTITY_MAP_SIZE], gid[IDENTITY_MAP_SIZE];
};

struct step {
    const struct ah_launch *launch;  // NULL: only try whether a namespace can be had
    struct ah_failure *failure;
    struct identity identity;
    volatile int error;
};

static int failed(struct step *step, int kind, size_t index) {
    step->failure->step = kind;
    step->failure->index = index;
    step->error = errno ? errno : EIO;
    return -1;
}

static int write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t length = strlen(text);
    ssize_t written = write(fd, text, length);
    int error = errno;
    close(fd);
    errno = error;
    return written == (ssize_t)length ? 0 : -1;
}

// Rights over mounts come from being root, or else from a user namespace in which we stay who we are.
static int enter(struct step *step) {
    step->failure->kind = AH_NAMESPACE_ROOT;
    if (unshare(CLONE_NEWNS)) {
        if (errno != EPERM) return failed(step, AH_STEP_UNSHARE, 0);
        step->failure->kind = AH_NAMESPACE_USER;
        if (unshare(CLONE_NEWNS | CLONE_NEWUSER)) return failed(step, AH_STEP_UNSHARE, 0);
        if (write_file("/proc/self/setgroups", "deny") && errno != ENOENT) return failed(step, AH_STEP_IDENTITY, 0);
        if (write_file("/proc/self/uid_map", step->identity.uid)) return failed(step, AH_STEP_IDENTITY, 0);
        if (write_file("/proc/self/gid_map", step->identity.gid)) return failed(step, AH_STEP_IDENTITY, 0);
    }
    // Nothing mounted here is seen outside. What is unmounted outside goes here too, so that no disk is kept busy.
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) return failed(step, AH_STEP_PROPAGATION, 0);
    return 0;
}

static void descriptor_path(char path[32], int fd) {
    static const char folder[] = "/proc/self/fd/";
    char digits[12];
    size_t count = 0, length = sizeof folder - 1;
    do digits[count++] = (char)('0' + fd % 10);
    while (fd /= 10);
    memcpy(path, folder, length);
    while (count) path[length++] = digits[--count];
    path[length] = 0;
}

// All sources are opened before anything is mounted: one may lie below another's target.
static int mount_all(struct step *step) {
    const struct ah_launch *launch = step->launch;
    int sources[SOURCE_LIMIT];
    for (size_t i = 0; i < launch->mount_count; i++) {
        const struct ah_mount *m = &launch->mounts[i];
        sources[i] = m->overlay ? -1 : open(m->source, O_PATH | O_CLOEXEC);
        if (!m->overlay && sources[i] < 0) return failed(step, AH_STEP_SOURCE, i);
    }
    for (size_t i = 0; i < launch->mount_count; i++) {
        const struct ah_mount *m = &launch->mounts[i];
        char path[32];
        int result;
        if (m->overlay) {
            result = mount("overlay", m->target, "overlay", 0, m->overlay);
        } else {
            descriptor_path(path, sources[i]);
            result = mount(path, m->target, NULL, MS_BIND | MS_REC, NULL);
        }
        if (result) return failed(step, AH_STEP_MOUNT, i);
    }
    return 0;
}

static int streams(struct step *step) {
    const struct ah_launch *launch = step->launch;
    int terminal = -1;
    if (launch->slave) {
        // Opened after setsid and without O_NOCTTY, it becomes the controlling terminal.
        terminal = open(launch->slave, O_RDWR);
        if (terminal < 0) return failed(step, AH_STEP_STREAMS, 0);
    }
    for (int fd = 0; fd <= 2; fd++) {
        int source = launch->slave ? terminal : launch->fds[fd];
        // dup2 onto itself would leave close-on-exec set.
        if (source == fd ? fcntl(fd, F_SETFD, 0) < 0 : dup2(source, fd) < 0) return failed(step, AH_STEP_STREAMS, fd);
    }
    if (terminal > 2) close(terminal);
    return 0;
}

static void default_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// The first that can be executed, as execvp has it; one that exists but may not be is remembered as the error.
static void execute(struct step *step) {
    const struct ah_launch *launch = step->launch;
    int refused = 0;
    for (size_t i = 0; launch->paths[i]; i++) {
        execve(launch->paths[i], launch->argv, launch->envp);
        if (errno == EACCES) refused = EACCES;
        if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) {
            failed(step, AH_STEP_EXEC, i);
            return;
        }
    }
    errno = refused ? refused : ENOENT;
    failed(step, AH_STEP_EXEC, 0);
}

static int child(void *argument) {
    struct step *step = argument;
    if (!step->launch) _exit(enter(step) ? 127 : 0);
    if (setsid() < 0) failed(step, AH_STEP_STREAMS, 0);
    if (step->error || streams(step) || enter(step) || mount_all(step)) _exit(127);
    // By path and last: a current folder taken over from us would still be the one below the mount.
    if (step->launch->cwd && chdir(step->launch->cwd)) {
        failed(step, AH_STEP_FOLDER, 0);
        _exit(127);
    }
    default_signals();
    execute(step);
    _exit(127);
}

static void prepare(struct step *step) {
    snprintf(step->identity.uid, IDENTITY_MAP_SIZE, "%u %u 1", geteuid(), geteuid());
    snprintf(step->identity.gid, IDENTITY_MAP_SIZE, "%u %u 1", getegid(), getegid());
    *step->failure = (struct ah_failure){0};
}

static int run(pid_t *pid, struct step *step) {
    prepare(step);
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return -errno;
    // A handler of ours must not run in the child, which has our memory.
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    *pid = clone(child, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | SIGCHLD, step);
    int error = *pid < 0 ? errno : step->error;
    if (*pid > 0 && (error || !step->launch))
        while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) continue;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    munmap(stack, STACK_SIZE);
    return -error;
}

int ah_spawn_mounted(pid_t *pid, const struct ah_launch *launch, struct ah_failure *failure) {
    if (launch->mount_count > SOURCE_LIMIT) return -E2BIG;
    struct step step = {.launch = launch, .failure = failure};
    return run(pid, &step);
}

int ah_namespace_try(struct ah_failure *failure) {
    pid_t pid;
    struct step step = {.failure = failure};
    return run(&pid, &step);
}

int ah_exec_mounted(const struct ah_launch *launch, struct ah_failure *failure) {
    if (launch->mount_count > SOURCE_LIMIT) return -E2BIG;
    struct step step = {.launch = launch, .failure = failure};
    prepare(&step);
    if (launch->mount_count && (enter(&step) || mount_all(&step))) return -step.error;
    if (launch->cwd && chdir(launch->cwd)) {
        failed(&step, AH_STEP_FOLDER, 0);
        return -step.error;
    }
    // What we ignore for ourselves; the rest stays as our caller set it, as for any program that executes another.
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execute(&step);
    return -step.error;
}
