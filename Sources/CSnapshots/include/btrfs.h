// btrfs by its own calls: what the `btrfs` program would take a process for. 0, a value of 0 and more, or -errno.
#ifndef AH_BTRFS_H
#define AH_BTRFS_H

#include <stdint.h>
#include <sys/types.h>

/// 1 if the open folder lies on btrfs and is the root of a subvolume, 0 if only the first, -EOPNOTSUPP otherwise.
int ah_btrfs_is_subvolume(int fd);
/// 1 if both open folders lie on one btrfs.
int ah_btrfs_is_same(int fd, int other);
/// Makes a snapshot of the subvolume `source` as `name` in the open folder. It is on the disk when this returns.
int ah_btrfs_snapshot(int source, int folder, const char *name, int is_read_only);
/// Deletes the subvolume `name` of the open folder; its space is freed later. -EPERM without root's rights.
int ah_btrfs_delete(int folder, const char *name);
/// Whether it may be written to; its owner may set that.
int ah_btrfs_set_writable(int subvolume);
/// The number of the transaction that last changed the subvolume's files. Exact for a snapshot; a subvolume that is written
/// to knows of changes only once they are on the disk.
int ah_btrfs_last_change(int subvolume, uint64_t *transaction);

/// The subvolumes that lie in this one, one at a call: set `*id` to 0 first; `path` is from the subvolume's root.
/// 1 if there was one, 0 at the end. -EACCES stands for one in a folder that can't be read; `*id` goes on there, too.
int ah_btrfs_next_nested(int subvolume, uint64_t *id, char *path, size_t size);

#endif
