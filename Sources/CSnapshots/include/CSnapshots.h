// What snapshots need of Linux and zlib that Swift can't say or can't say quickly: listings with each entry's stat, hashing,
// deflating, extended attributes, watches. No policy here: functions return 0 or a value of 0 and more, or -errno.
#ifndef AH_CSNAPSHOTS_H
#define AH_CSNAPSHOTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "btrfs.h"
#include "copying.h"

/// What is known of a file without reading it. Times are nanoseconds since 1970.
struct ah_stat {
    uint64_t device, inode, size, special_device;
    int64_t modified, changed;
    uint32_t mode, links, user, group;
    /// In units of 512 bytes.
    uint64_t blocks;
};

/// One entry of a listing; the name's bytes lie at `name_offset` of the listing's names.
struct ah_entry {
    struct ah_stat stat;
    uint32_t name_offset, name_length;
    /// 0, or why stat failed.
    int32_t error;
};

/// A folder's entries without `.` and `..`, in git's order (a folder's name counts as ending in a slash).
struct ah_listing {
    struct ah_entry *entries;
    char *names;
    size_t count, capacity, names_length, names_capacity;
};

/// Lists an open folder; the listing's memory is reused. Entries that vanish meanwhile are left out.
int ah_list_folder(int fd, struct ah_listing *listing);
/// git's order of two names, as of `ah_list_folder`: below 0, 0, above 0.
int ah_name_order(const char *left, size_t left_length, int left_is_folder, const char *right, size_t right_length,
                  int right_is_folder);
void ah_listing_free(struct ah_listing *listing);

int ah_fstat(int fd, struct ah_stat *out);
/// Doesn't follow a symbolic link.
int ah_stat_at(int fd, const char *name, struct ah_stat *out);
/// Opens for reading below `fd` without following any symbolic link; `flags` as in open(2).
int ah_open_at(int fd, const char *name, int flags);
/// As `ah_open_at`, for a path of several names; it never leaves `fd`'s folder.
int ah_open_beneath(int fd, const char *path, int flags);
int ah_create_at(int fd, const char *name, uint32_t mode);
/// The file system's magic number.
int64_t ah_file_system(int fd);
/// A symbolic link's target, all of it or -errno.
int64_t ah_read_link(int fd, const char *name, char *buffer, size_t size);

/// Extended attributes of `name` in the folder `fd` itself, never of what a link points to; of the folder with name "".
/// Names are joined by zero bytes. Returns the length, -ERANGE if the buffer is too small.
int64_t ah_xattr_list(int fd, const char *name, char *buffer, size_t size);
int64_t ah_xattr_get(int fd, const char *name, const char *attribute, void *buffer, size_t size);
/// Of an open file; one that isn't there is no error.
int ah_xattr_remove(int fd, const char *attribute);
int ah_xattr_set(int fd, const char *name, const char *attribute, const void *value, size_t size);

/// Sets the modification time (and with it the access time) of `name`, "" for `fd` itself.
int ah_set_modified(int fd, const char *name, int64_t nanoseconds);
int ah_make_node(int fd, const char *name, uint32_t mode, uint64_t device);

/// SHA-1, with the processor's own instructions where it has them.
struct ah_sha1 {
    uint32_t state[5];
    uint64_t length;
    uint8_t block[64];
};
void ah_sha1_begin(struct ah_sha1 *sha);
void ah_sha1_add(struct ah_sha1 *sha, const void *bytes, size_t count);
void ah_sha1_end(struct ah_sha1 *sha, uint8_t digest[20]);
/// For tests: whether the processor's instructions are used; `ah_sha1_use_portable(1)` goes without them.
void ah_sha1_use_portable(int portable);

/// A zlib stream. `ah_deflate` takes from `in`, adds to `out` and moves both on; with `finish` it returns 1 at its end.
struct ah_deflater;
struct ah_deflater *ah_deflater_new(int level);
void ah_deflater_free(struct ah_deflater *deflater);
void ah_deflater_reset(struct ah_deflater *deflater);
int ah_deflate(struct ah_deflater *deflater, const uint8_t **in, size_t *in_left, uint8_t **out, size_t *out_left,
               int finish);
uint32_t ah_crc32(uint32_t crc, const void *bytes, size_t count);

/// Watches of folders by inotify. The descriptor doesn't block.
int ah_watch_open(void);
/// Watches the open folder `fd`. Returns the watch.
int ah_watch_add(int watcher, int fd);
void ah_watch_remove(int watcher, int watch);
struct ah_watch_event {
    int32_t watch;
    uint32_t mask;
    const char *name;
};
/// Reads events into the buffer; its length, 0 if there is none, or -errno.
int64_t ah_watch_read(int watcher, void *buffer, size_t size);
/// The event at `*at` of the buffer, moved behind it. 0 at the end.
int ah_watch_next(const void *buffer, size_t size, size_t *at, struct ah_watch_event *event);
extern const uint32_t ah_watch_overflow, ah_watch_ignored, ah_watch_self_gone, ah_watch_unmounted;

/// Two connected stream sockets, close-on-exec; sending on one whose peer is gone raises no signal.
int ah_socket_pair(int ends[2]);
/// A close-on-exec pipe.
int ah_pipe_pair(int ends[2]);
int64_t ah_send(int fd, const void *bytes, size_t count);

#endif
