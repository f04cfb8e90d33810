// What snapshots need of Linux and zlib that Swift can't say or can't say quickly: listings with each entry's stat, hashing,
// deflating, extended attributes, watches. No policy here: functions return 0 or a value of 0 and more, or -errno.
#ifndef AH_CSNAPSHOTS_H
#define AH_CSNAPSHOTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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

#endif
