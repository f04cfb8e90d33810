// What copying and removing folders needs of Linux. As everywhere here: 0 or a value of 0 and more, or -errno.
#ifndef AH_COPYING_H
#define AH_COPYING_H

#include <stdint.h>
#include <sys/types.h>

struct ah_copy_result {
    uint64_t bytes;
    /// The blocks are shared with the original instead of copied.
    int is_shared;
    /// Sharing failed for a reason that holds for every file between the two places.
    int never_shares;
    /// The error is the original's: it can't be read, while writing would go on.
    int is_source_error;
};

/// Brings the content of `from` into the empty file `to`: as shared blocks if `tries_sharing`, it is over one block and it
/// can be done; otherwise copied, with the holes kept. A file that grows meanwhile is copied up to the size that it had.
int ah_copy_contents(int from, int to, int tries_sharing, struct ah_copy_result *result);

/// Copies extended attributes and access lists; one that can't be set is named in `failed` (-errno of the last).
int ah_copy_attributes(int from, int to, char *failed, size_t failed_size);
/// Takes away what a folder inherited of access lists and set-group-id from the one it was made in, and sets 0700.
int ah_make_plain_folder(int fd);

/// Opens a file for reading, without noting that as an access where we may.
int ah_open_unnoticed_at(int fd, const char *name);
/// 1 if something is mounted at `name`, which also holds for bind mounts within one filesystem; else 0.
int ah_is_mount_point_at(int fd, const char *name);
/// Renames within the same folder or another; fails with EEXIST if `to` exists.
int ah_rename_new_at(int from_fd, const char *from, int to_fd, const char *to);
int ah_set_owner(int fd, uint32_t user, uint32_t group);
int ah_set_owner_at(int fd, const char *name, uint32_t user, uint32_t group);
int ah_set_mode(int fd, uint32_t mode);
/// Writes the file system that `fd` lies on to its disk.
int ah_synchronise(int fd);
/// 0 if this open folder's lock is ours now, -EWOULDBLOCK if another process has it.
int ah_lock_folder(int fd);

/// Shows `source` at `target`, for reading only. -EPERM without root's rights, -ENOSYS before Linux 5.12.
int ah_mount_read_only(const char *source, const char *target);
/// Mounts an overlay with these options (lowerdir=…,upperdir=…,workdir=…) at `target`.
int ah_mount_overlay(const char *options, const char *target);
/// Takes away the last mount made at this very folder; a link is not followed.
int ah_unmount(const char *target);

#endif
