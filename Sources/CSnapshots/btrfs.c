#define _GNU_SOURCE
#include "CSnapshots.h"

#include <errno.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

enum { SUBVOLUME_ROOT_INODE = 256 };

static int is_btrfs(int fd) {
    struct statfs s;
    if (fstatfs(fd, &s)) return -errno;
    return (uint32_t)s.f_type == BTRFS_SUPER_MAGIC ? 1 : -EOPNOTSUPP;
}

int ah_btrfs_is_subvolume(int fd) {
    int result = is_btrfs(fd);
    if (result < 0) return result;
    struct stat s;
    if (fstat(fd, &s)) return -errno;
    return S_ISDIR(s.st_mode) && s.st_ino == SUBVOLUME_ROOT_INODE;
}

int ah_btrfs_is_same(int fd, int other) {
    if (is_btrfs(fd) != 1 || is_btrfs(other) != 1) return 0;
    struct btrfs_ioctl_fs_info_args a = {0}, b = {0};
    if (ioctl(fd, BTRFS_IOC_FS_INFO, &a) || ioctl(other, BTRFS_IOC_FS_INFO, &b)) return -errno;
    return !memcmp(a.fsid, b.fsid, sizeof a.fsid);
}

static int set_name(struct btrfs_ioctl_vol_args_v2 *arguments, const char *name) {
    if (strlen(name) > BTRFS_SUBVOL_NAME_MAX) return -ENAMETOOLONG;
    strcpy(arguments->name, name);
    return 0;
}

int ah_btrfs_snapshot(int source, int folder, const char *name, int is_read_only) {
    struct btrfs_ioctl_vol_args_v2 arguments = {.fd = source, .flags = is_read_only ? BTRFS_SUBVOL_RDONLY : 0};
    int error = set_name(&arguments, name);
    if (error) return error;
    return ioctl(folder, BTRFS_IOC_SNAP_CREATE_V2, &arguments) ? -errno : 0;
}

int ah_btrfs_delete(int folder, const char *name) {
    struct btrfs_ioctl_vol_args_v2 arguments = {0};
    int error = set_name(&arguments, name);
    if (error) return error;
    if (!ioctl(folder, BTRFS_IOC_SNAP_DESTROY_V2, &arguments)) return 0;
    if (errno != ENOTTY) return -errno;
    struct btrfs_ioctl_vol_args old = {0};
    snprintf(old.name, sizeof old.name, "%s", name);
    return ioctl(folder, BTRFS_IOC_SNAP_DESTROY, &old) ? -errno : 0;
}

int ah_btrfs_set_writable(int subvolume) {
    uint64_t flags;
    if (ioctl(subvolume, BTRFS_IOC_SUBVOL_GETFLAGS, &flags)) return -errno;
    flags &= ~BTRFS_SUBVOL_RDONLY;
    return ioctl(subvolume, BTRFS_IOC_SUBVOL_SETFLAGS, &flags) ? -errno : 0;
}

int ah_btrfs_last_change(int subvolume, uint64_t *transaction) {
    struct btrfs_ioctl_get_subvol_info_args info = {0};
    // It may answer 1 when all is well.
    if (ioctl(subvolume, BTRFS_IOC_GET_SUBVOL_INFO, &info) < 0) return -errno;
    *transaction = info.ctransid;
    return 0;
}

int ah_btrfs_next_nested(int subvolume, uint64_t *id, char *path, size_t size) {
    struct btrfs_ioctl_get_subvol_rootref_args references = {.min_treeid = *id};
    // EOVERFLOW: there are more than fit, of which we want the first only.
    if (ioctl(subvolume, BTRFS_IOC_GET_SUBVOL_ROOTREF, &references) < 0 && errno != EOVERFLOW) return -errno;
    if (references.num_items == 0) return 0;
    struct btrfs_ioctl_ino_lookup_user_args *lookup = calloc(1, sizeof *lookup);
    if (!lookup) return -ENOMEM;
    lookup->dirid = references.rootref[0].dirid;
    lookup->treeid = references.rootref[0].treeid;
    *id = references.rootref[0].treeid + 1;
    int result = ioctl(subvolume, BTRFS_IOC_INO_LOOKUP_USER, lookup) < 0 ? -errno : 1;
    if (result == 1 && (size_t)snprintf(path, size, "%s%s", lookup->path, lookup->name) >= size) result = -ENAMETOOLONG;
    free(lookup);
    return result;
}
