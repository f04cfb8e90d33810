#define _GNU_SOURCE
#include "CSnapshots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// From linux/fs.h, which can't stand beside sys/mount.h.
#ifndef FICLONE
#define FICLONE _IOW(0x94, 9, int)
#endif
#ifndef XATTR_SIZE_MAX
#define XATTR_SIZE_MAX 65536
#define XATTR_LIST_MAX 65536
#endif

enum { BUFFER_SIZE = 128 * 1024, SMALL_FILE = 64 * 1024, ONE_BLOCK = 4096 };

static int write_all(int fd, const char *bytes, size_t count, off_t at) {
    while (count) {
        ssize_t written = pwrite(fd, bytes, count, at);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return -errno;
        bytes += written;
        at += written;
        count -= (size_t)written;
    }
    return 0;
}

// By reading and writing: what always works, and the quickest way for small files. Ends early where the file does.
static int copy_by_buffer(int from, int to, off_t at, off_t end, struct ah_copy_result *result) {
    char buffer[BUFFER_SIZE];
    while (at < end) {
        size_t count = end - at < BUFFER_SIZE ? (size_t)(end - at) : BUFFER_SIZE;
        ssize_t length = pread(from, buffer, count, at);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) {
            result->is_source_error = 1;
            return -errno;
        }
        if (length == 0) return 0;
        int error = write_all(to, buffer, (size_t)length, at);
        if (error) return error;
        at += length;
        result->bytes += (uint64_t)length;
    }
    return 0;
}

static int is_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG || error == EROFS; }

// What the kernel won't do within itself goes through the buffer, which also tells whose error it is.
static int copy_range(int from, int to, off_t at, off_t end, struct ah_copy_result *result) {
    while (end - at > SMALL_FILE) {
        loff_t in = at, out = at;
        ssize_t length = copy_file_range(from, &in, to, &out, (size_t)(end - at), 0);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0 && is_full(errno)) return -errno;
        if (length <= 0) break;
        at += length;
        result->bytes += (uint64_t)length;
    }
    return copy_by_buffer(from, to, at, end, result);
}

static int copy_data(int from, int to, const struct stat *s, struct ah_copy_result *result) {
    if (s->st_blocks * 512 >= s->st_size || s->st_size <= 4096) return copy_range(from, to, 0, s->st_size, result);
    for (off_t at = 0; at < s->st_size;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) break;
        if (data < 0) return copy_range(from, to, at, s->st_size, result);
        off_t hole = lseek(from, data, SEEK_HOLE);
        if (hole < 0 || hole > s->st_size) hole = s->st_size;
        int error = copy_range(from, to, data, hole, result);
        if (error) return error;
        at = hole;
    }
    struct stat now;
    if (fstat(from, &now)) return -errno;
    // The hole at the end. A file that was cut short meanwhile isn't filled up with zeros.
    off_t size = now.st_size < s->st_size ? now.st_size : s->st_size;
    return ftruncate(to, size) ? -errno : 0;
}

int ah_copy_contents(int from, int to, int tries_sharing, struct ah_copy_result *result) {
    *result = (struct ah_copy_result){0};
    struct stat s;
    if (fstat(from, &s)) return -errno;
    // Sharing a single block costs more time than copying it, above all when it isn't on the disk yet.
    if (tries_sharing && s.st_size > ONE_BLOCK) {
        if (!ioctl(to, FICLONE, from)) {
            result->is_shared = 1;
            result->bytes = (uint64_t)s.st_size;
            return 0;
        }
        result->never_shares = errno == EOPNOTSUPP || errno == EXDEV || errno == ENOTTY || errno == ENOSYS;
    }
    return copy_data(from, to, &s, result);
}

static int copy_attribute(int from, int to, const char *name) {
    char small[1024], *value = small;
    ssize_t length = fgetxattr(from, name, small, sizeof small);
    if (length < 0 && errno == ERANGE) {
        value = malloc(XATTR_SIZE_MAX);
        if (!value) return -ENOMEM;
        length = fgetxattr(from, name, value, XATTR_SIZE_MAX);
    }
    int error = length < 0 || fsetxattr(to, name, value, (size_t)length, 0) ? -errno : 0;
    if (value != small) free(value);
    return error == -ENODATA ? 0 : error;
}

int ah_copy_attributes(int from, int to, char *failed, size_t failed_size) {
    char small[1024], *names = small;
    ssize_t length = flistxattr(from, small, sizeof small);
    if (length < 0 && errno == ERANGE) {
        names = malloc(XATTR_LIST_MAX);
        if (!names) return -ENOMEM;
        length = flistxattr(from, names, XATTR_LIST_MAX);
    }
    int result = length < 0 && errno != ENOTSUP ? -errno : 0;
    if (result) snprintf(failed, failed_size, "the list of them");
    for (ssize_t at = 0; at < length; at += (ssize_t)strlen(names + at) + 1) {
        // XFS shows its access lists a second time under its own names.
        if (!strncmp(names + at, "trusted.SGI_ACL_", 16)) continue;
        int error = copy_attribute(from, to, names + at);
        if (!error) continue;
        result = error;
        snprintf(failed, failed_size, "%s", names + at);
    }
    if (names != small) free(names);
    return result;
}

int ah_make_plain_folder(int fd) {
    const char *names[] = {"system.posix_acl_default", "system.posix_acl_access"};
    for (int i = 0; i < 2; i++)
        if (fremovexattr(fd, names[i]) && errno != ENODATA && errno != ENOTSUP) return -errno;
    if (fchown(fd, geteuid(), getegid())) return -errno;
    return fchmod(fd, 0700) ? -errno : 0;
}

int ah_open_unnoticed_at(int fd, const char *name) {
    int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
    int result = openat(fd, name, flags | O_NOATIME);
    if (result < 0 && errno == EPERM) result = openat(fd, name, flags);
    return result < 0 ? -errno : result;
}

int ah_is_mount_point_at(int fd, const char *name) {
    struct statx s;
    if (statx(fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &s)) return -errno;
    return (s.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

int ah_rename_new_at(int from_fd, const char *from, int to_fd, const char *to) {
    return renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE) ? -errno : 0;
}

int ah_set_owner(int fd, uint32_t user, uint32_t group) { return fchown(fd, user, group) ? -errno : 0; }

int ah_set_owner_at(int fd, const char *name, uint32_t user, uint32_t group) {
    return fchownat(fd, name, user, group, AT_SYMLINK_NOFOLLOW) ? -errno : 0;
}

int ah_set_mode(int fd, uint32_t mode) { return fchmod(fd, (mode_t)mode) ? -errno : 0; }

int ah_synchronise(int fd) { return syncfs(fd) ? -errno : 0; }

int ah_lock_folder(int fd) { return flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0; }

// The kernel's names for what is made read-only before anybody can see it (Linux 5.12); old headers lack them.
enum { CLONE_TREE = 1, TREE_CLOSE_ON_EXEC = O_CLOEXEC, MOVE_FROM_EMPTY_PATH = 4, READ_ONLY = 1, NO_SUID = 2, NO_DEVICES = 4 };

static int attach_read_only(int tree, const char *target) {
    struct {
        uint64_t set, clear, propagation, user_namespace;
    } attributes = {.set = READ_ONLY | NO_SUID | NO_DEVICES};
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes)) return -errno;
    return syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_FROM_EMPTY_PATH) ? -errno : 0;
}

int ah_mount_read_only(const char *source, const char *target) {
    // A bind mount could be made read-only in a second step only; killed in between, it would stay writable.
    int tree = (int)syscall(SYS_open_tree, AT_FDCWD, source, CLONE_TREE | TREE_CLOSE_ON_EXEC);
    if (tree < 0) return -errno;
    int result = attach_read_only(tree, target);
    close(tree);
    return result;
}

int ah_mount_overlay(const char *options, const char *target) {
    return mount("overlay", target, "overlay", MS_NODEV, options) ? -errno : 0;
}

int ah_unmount(const char *target) { return umount2(target, UMOUNT_NOFOLLOW) ? -errno : 0; }
