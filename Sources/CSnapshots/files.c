#define _GNU_SOURCE
#include "CSnapshots.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

static int64_t nanoseconds(struct timespec t) { return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec; }

static void convert(const struct stat *s, struct ah_stat *out) {
    *out = (struct ah_stat){
        .device = s->st_dev, .inode = s->st_ino, .size = (uint64_t)s->st_size, .special_device = s->st_rdev,
        .modified = nanoseconds(s->st_mtim), .changed = nanoseconds(s->st_ctim), .mode = s->st_mode,
        .links = (uint32_t)s->st_nlink, .user = s->st_uid, .group = s->st_gid, .blocks = (uint64_t)s->st_blocks,
    };
}

int ah_fstat(int fd, struct ah_stat *out) {
    struct stat s;
    if (fstat(fd, &s)) return -errno;
    convert(&s, out);
    return 0;
}

int ah_stat_at(int fd, const char *name, struct ah_stat *out) {
    struct stat s;
    if (fstatat(fd, name, &s, AT_SYMLINK_NOFOLLOW)) return -errno;
    convert(&s, out);
    return 0;
}

int ah_open_at(int fd, const char *name, int flags) {
    int result = openat(fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
    return result < 0 ? -errno : result;
}

int ah_open_beneath(int fd, const char *path, int flags) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    long result;
    do result = syscall(SYS_openat2, fd, path, &how, sizeof how);
    while (result < 0 && (errno == EINTR || errno == EAGAIN));
    return result < 0 ? -errno : (int)result;
}

int ah_create_at(int fd, const char *name, uint32_t mode) {
    int result = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)mode);
    return result < 0 ? -errno : result;
}

int64_t ah_file_system(int fd) {
    struct statfs s;
    return fstatfs(fd, &s) ? -errno : (int64_t)(uint32_t)s.f_type;
}

static int reserve(struct ah_listing *l, size_t name_length) {
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : 64;
        struct ah_entry *entries = realloc(l->entries, capacity * sizeof *entries);
        if (!entries) return -ENOMEM;
        l->entries = entries;
        l->capacity = capacity;
    }
    if (l->names_length + name_length + 1 > l->names_capacity) {
        size_t capacity = l->names_capacity ? l->names_capacity * 2 : 4096;
        while (capacity < l->names_length + name_length + 1) capacity *= 2;
        if (capacity > UINT32_MAX) return -EOVERFLOW;
        char *names = realloc(l->names, capacity);
        if (!names) return -ENOMEM;
        l->names = names;
        l->names_capacity = capacity;
    }
    return 0;
}

static int add(struct ah_listing *l, int fd, const char *name) {
    size_t length = strlen(name);
    int error = reserve(l, length);
    if (error) return error;
    struct ah_entry *e = &l->entries[l->count];
    memset(e, 0, sizeof *e);
    int result = ah_stat_at(fd, name, &e->stat);
    if (result == -ENOENT) return 0;
    e->error = result < 0 ? -result : 0;
    e->name_offset = (uint32_t)l->names_length;
    e->name_length = (uint32_t)length;
    memcpy(l->names + l->names_length, name, length + 1);
    l->names_length += length + 1;
    l->count++;
    return 0;
}

// A name's end takes part in the comparison: a slash for a folder, else a zero byte.
int ah_name_order(const char *left, size_t left_length, int left_is_folder, const char *right, size_t right_length,
                  int right_is_folder) {
    size_t shorter = left_length < right_length ? left_length : right_length;
    int order = memcmp(left, right, shorter);
    if (order) return order;
    int p = shorter < left_length ? (unsigned char)left[shorter] : left_is_folder ? '/' : 0;
    int q = shorter < right_length ? (unsigned char)right[shorter] : right_is_folder ? '/' : 0;
    return p - q;
}

static int compare(const void *left, const void *right, void *names) {
    const struct ah_entry *a = left, *b = right;
    return ah_name_order((char *)names + a->name_offset, a->name_length, S_ISDIR(a->stat.mode),
                         (char *)names + b->name_offset, b->name_length, S_ISDIR(b->stat.mode));
}

int ah_list_folder(int fd, struct ah_listing *listing) {
    listing->count = listing->names_length = 0;
    if (lseek(fd, 0, SEEK_SET) < 0) return -errno;
    char buffer[32768] __attribute__((aligned(8)));
    for (;;) {
        long length = syscall(SYS_getdents64, fd, buffer, sizeof buffer);
        if (length < 0) return -errno;
        if (length == 0) break;
        for (long at = 0; at < length;) {
            struct dirent64 *d = (struct dirent64 *)(buffer + at);
            at += d->d_reclen;
            if (d->d_name[0] == '.' && (!d->d_name[1] || (d->d_name[1] == '.' && !d->d_name[2]))) continue;
            int error = add(listing, fd, d->d_name);
            if (error) return error;
        }
    }
    if (listing->count) qsort_r(listing->entries, listing->count, sizeof *listing->entries, compare, listing->names);
    return 0;
}

void ah_listing_free(struct ah_listing *listing) {
    free(listing->entries);
    free(listing->names);
    *listing = (struct ah_listing){0};
}
