#define _GNU_SOURCE
#include "CSnapshots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

const uint32_t ah_watch_overflow = IN_Q_OVERFLOW, ah_watch_ignored = IN_IGNORED,
               ah_watch_self_gone = IN_DELETE_SELF | IN_MOVE_SELF, ah_watch_unmounted = IN_UNMOUNT;

int ah_watch_open(void) {
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int ah_watch_add(int watcher, int fd) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int watch = inotify_add_watch(watcher, path,
                                  IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE |
                                      IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK);
    return watch < 0 ? -errno : watch;
}

void ah_watch_remove(int watcher, int watch) { inotify_rm_watch(watcher, watch); }

int64_t ah_watch_read(int watcher, void *buffer, size_t size) {
    ssize_t length;
    do length = read(watcher, buffer, size);
    while (length < 0 && errno == EINTR);
    if (length < 0) return errno == EAGAIN ? 0 : -errno;
    return length;
}

int ah_watch_next(const void *buffer, size_t size, size_t *at, struct ah_watch_event *event) {
    struct inotify_event raw;
    if (*at + sizeof raw > size) return 0;
    memcpy(&raw, (const char *)buffer + *at, sizeof raw);
    if (*at + sizeof raw + raw.len > size) return 0;
    event->watch = raw.wd;
    event->mask = raw.mask;
    event->name = raw.len ? (const char *)buffer + *at + sizeof raw : "";
    *at += sizeof raw + raw.len;
    return 1;
}

int ah_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ? -errno : 0; }

int ah_pipe_pair(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? -errno : 0; }

int64_t ah_send(int fd, const void *bytes, size_t count) {
    ssize_t length = send(fd, bytes, count, MSG_NOSIGNAL);
    return length < 0 ? -errno : length;
}
