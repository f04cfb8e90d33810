#define _GNU_SOURCE
#include "CSnapshots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

// There is no openat-like call for extended attributes before Linux 6.13; the descriptor's link in /proc stands for the folder.
static int path_of(char path[320], int fd, const char *name) {
    int length = snprintf(path, 320, "/proc/self/fd/%d/%s", fd, name);
    return length < 320 ? 0 : -ENAMETOOLONG;
}

int64_t ah_read_link(int fd, const char *name, char *buffer, size_t size) {
    ssize_t length = readlinkat(fd, name, buffer, size);
    if (length < 0) return -errno;
    return (size_t)length == size ? -ENAMETOOLONG : length;
}

int64_t ah_xattr_list(int fd, const char *name, char *buffer, size_t size) {
    char path[320];
    if (*name && path_of(path, fd, name)) return -ENAMETOOLONG;
    ssize_t length = *name ? llistxattr(path, buffer, size) : flistxattr(fd, buffer, size);
    return length < 0 ? -errno : length;
}

int64_t ah_xattr_get(int fd, const char *name, const char *attribute, void *buffer, size_t size) {
    char path[320];
    if (*name && path_of(path, fd, name)) return -ENAMETOOLONG;
    ssize_t length = *name ? lgetxattr(path, attribute, buffer, size) : fgetxattr(fd, attribute, buffer, size);
    return length < 0 ? -errno : length;
}

int ah_xattr_set(int fd, const char *name, const char *attribute, const void *value, size_t size) {
    char path[320];
    if (*name && path_of(path, fd, name)) return -ENAMETOOLONG;
    int result =
        *name ? lsetxattr(path, attribute, value, size, 0) : fsetxattr(fd, attribute, value, size, 0);
    return result ? -errno : 0;
}

int ah_xattr_remove(int fd, const char *attribute) {
    return fremovexattr(fd, attribute) && errno != ENODATA ? -errno : 0;
}

int ah_set_modified(int fd, const char *name, int64_t nanoseconds) {
    int64_t seconds = nanoseconds / 1000000000, rest = nanoseconds % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds--;
    }
    struct timespec times[2] = {{.tv_sec = seconds, .tv_nsec = rest}, {.tv_sec = seconds, .tv_nsec = rest}};
    int result = *name ? utimensat(fd, name, times, AT_SYMLINK_NOFOLLOW) : futimens(fd, times);
    return result ? -errno : 0;
}

int ah_make_node(int fd, const char *name, uint32_t mode, uint64_t device) {
    return mknodat(fd, name, (mode_t)mode, (dev_t)device) ? -errno : 0;
}
