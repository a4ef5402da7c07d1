// stat(2) and its relatives.
#include "kit.h"

#include <dirent.h>
#include <ftw.h>
#include <search.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

// ConformanceTree's time of everything that has none of its own.
#define USUAL_TIME 1709210096

static const struct { const char *path; mode_t mode; uid_t uid; gid_t gid; off_t size; time_t time; long nanoseconds; } entries[] = {
    { "content/whole", S_IFREG | 0644, 0, 0, WHOLE_LENGTH, USUAL_TIME, 0 },
    { "content/chunked", S_IFREG | 0644, 0, 0, CHUNKED_LENGTH, USUAL_TIME, 0 },
    { "content/large", S_IFREG | 0644, 0, 0, LARGE_LENGTH, USUAL_TIME, 0 },
    { "content", S_IFDIR | 0755, 0, 0, -1, USUAL_TIME, 0 },
    { "empty", S_IFDIR | 0755, 0, 0, -1, USUAL_TIME, 0 },
    { "attributes/mode-0", S_IFREG, 0, 0, 1, USUAL_TIME, 0 },
    { "attributes/mode-7777", S_IFREG | 07777, 0, 0, 1, USUAL_TIME, 0 },
    { "attributes/directory-1777", S_IFDIR | 01777, 0, 0, -1, USUAL_TIME, 0 },
    { "attributes/directory-2755", S_IFDIR | 02755, 0, 0, -1, USUAL_TIME, 0 },
    { "attributes/owner", S_IFREG | 0644, 1000, 100, 1, USUAL_TIME, 0 },
    { "attributes/large-owner", S_IFREG | 0644, 2000000000, 2000000001, 1, USUAL_TIME, 0 },
    { "attributes/nanoseconds", S_IFREG | 0644, 0, 0, 1, 1700000000, 123456789 },
    { "attributes/before-1970", S_IFREG | 0644, 0, 0, 1, -1000000000, 0 },
    { "attributes/epoch", S_IFREG | 0644, 0, 0, 1, 0, 0 },
    { "attributes/after-2038", S_IFREG | 0644, 0, 0, 1, 1LL << 32, 0 },
    { "special/fifo", S_IFIFO | 0644, 0, 0, 0, USUAL_TIME, 0 },
    { "special/socket", S_IFSOCK | 0644, 0, 0, 0, USUAL_TIME, 0 },
    { "special/null", S_IFCHR | 0666, 0, 0, 0, USUAL_TIME, 0 },
    { "special/block", S_IFBLK | 0600, 0, 0, 0, USUAL_TIME, 0 },
    { "links/relative", S_IFLNK | 0777, 0, 0, 16, USUAL_TIME, 0 },
};

#define ENTRY_COUNT (sizeof entries / sizeof *entries)

static void every_field(void)
{
    dev_t device = 0;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct stat status;
        expect(fstatat(tree, entries[i].path, &status, AT_SYMLINK_NOFOLLOW) == 0, "%s: %s", entries[i].path, strerror(errno));
        expect(status.st_mode == entries[i].mode, "%s has mode %o", entries[i].path, status.st_mode);
        expect(status.st_uid == entries[i].uid && status.st_gid == entries[i].gid, "%s is owned by %u:%u", entries[i].path, status.st_uid, status.st_gid);
        expect(entries[i].size < 0 || status.st_size == entries[i].size, "%s has size %lld", entries[i].path, (long long)status.st_size);
        expect(status.st_mtim.tv_sec == entries[i].time && status.st_mtim.tv_nsec == entries[i].nanoseconds, "%s has time %lld.%09ld", entries[i].path,
            (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
        expect(status.st_nlink >= 1 && status.st_ino > 0 && status.st_blksize >= 512, "%s has %lu links, inode %lu, blocks of %ld", entries[i].path,
            (unsigned long)status.st_nlink, (unsigned long)status.st_ino, (long)status.st_blksize);
        device = device ? device : status.st_dev;
        equal(status.st_dev, device);
    }

    struct stat status;
    ok(fstatat(tree, "special/null", &status, 0));
    equal(status.st_rdev, makedev(1, 3));
    ok(fstatat(tree, "special/block", &status, 0));
    equal(status.st_rdev, makedev(7, 300));
    ok(fstatat(tree, "content/chunked", &status, 0));
    expect(status.st_blocks * 512 >= CHUNKED_LENGTH, "a file without holes has %lld blocks", (long long)status.st_blocks);
}

static void all_calls_agree(void)
{
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        struct stat status, other;
        struct statx extended;
        ok(fstatat(tree, entries[i].path, &status, AT_SYMLINK_NOFOLLOW));
        int opened = ok(openat(tree, entries[i].path, O_PATH | O_NOFOLLOW));
        ok(fstat(opened, &other));
        expect(!memcmp(&status, &other, sizeof status), "%s: fstat differs", entries[i].path);
        ok(lstat(at(entries[i].path), &other));
        expect(!memcmp(&status, &other, sizeof status), "%s: lstat differs", entries[i].path);
        static const int flags[] = { AT_STATX_SYNC_AS_STAT, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC };
        for (int f = 0; f < 3; f++) {
            ok(statx(tree, entries[i].path, AT_SYMLINK_NOFOLLOW | flags[f], STATX_BASIC_STATS, &extended));
            equal(extended.stx_mask & STATX_BASIC_STATS, STATX_BASIC_STATS);
            equal(extended.stx_ino, status.st_ino);
            equal(extended.stx_size, status.st_size);
            equal(extended.stx_mode, status.st_mode);
            equal(extended.stx_nlink, status.st_nlink);
            equal(extended.stx_uid, status.st_uid);
            equal(extended.stx_mtime.tv_sec, status.st_mtim.tv_sec);
            equal(extended.stx_mtime.tv_nsec, status.st_mtim.tv_nsec);
            equal(makedev(extended.stx_dev_major, extended.stx_dev_minor), status.st_dev);
            equal(makedev(extended.stx_rdev_major, extended.stx_rdev_minor), status.st_rdev);
        }
    }

    struct statx extended;
    refused(statx(tree, "content", 0x10000000, STATX_BASIC_STATS, &extended), EINVAL);
}

static void *seen;
static int walked;
static dev_t walked_device;

static int compare(const void *left, const void *right)
{
    const struct stat *a = left, *b = right;
    return (a->st_ino > b->st_ino) - (a->st_ino < b->st_ino);
}

static int note(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)place;
    expect(kind != FTW_NS && (kind != FTW_DNR || !as_root), "%s cannot be looked at", path);
    equal(status->st_dev, walked_device);
    walked++;
    if (status->st_nlink > 1 && !S_ISDIR(status->st_mode))
        return 0;
    struct stat *mine = malloc(sizeof *mine);
    *mine = *status;
    const struct stat *found = *(struct stat **)tsearch(mine, &seen, compare);
    expect(found == mine, "%s has the inode %lu of another", path, (unsigned long)status->st_ino);
    return 0;
}

static void one_inode_for_each(void)
{
    struct stat root;
    ok(fstat(tree, &root));
    walked_device = root.st_dev;
    if (!as_root)
        skip("a user cannot walk everywhere");
    ok(nftw(tree_path, note, 20, FTW_PHYS));
    expect(walked > BIG_COUNT + MANY_COUNT, "the tree has %d entries", walked);
}

// In a listing every entry has the number and the type that stat(2) gives it.
static void listings_agree(void)
{
    static const char *const paths[] = { "content", "links", "special", "attributes", "names", "many", "switch", "permissions" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        for (int round = 0; round < 2; round++) {
            DIR *directory = fdopendir(open_in(paths[i]));
            struct dirent *entry;
            while ((entry = readdir(directory))) {
                struct stat status;
                expect(fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0, "%s/%s: %s", paths[i], entry->d_name, strerror(errno));
                expect(entry->d_ino == status.st_ino, "%s/%s is listed with inode %lu and has %lu", paths[i], entry->d_name, (unsigned long)entry->d_ino,
                    (unsigned long)status.st_ino);
                expect(entry->d_type == IFTODT(status.st_mode), "%s/%s is listed with type %d", paths[i], entry->d_name, entry->d_type);
            }

            closedir(directory);
        }
}

// One, or two and one more for each directory in it: programs that walk trees believe it.
static void links_of_directories(void)
{
    static const struct { const char *path; unsigned directories; } directories[] = { { "empty", 0 }, { "content", 0 }, { "parents", 3 }, { "deep", 1 } };
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        struct stat status;
        ok(fstatat(tree, directories[i].path, &status, 0));
        expect(status.st_nlink == 1 || status.st_nlink == 2 + directories[i].directories, "%s has %lu links and %u directories", directories[i].path,
            (unsigned long)status.st_nlink, directories[i].directories);
    }
}

// A handle need not exist; where it does, it names this mount.
static void handles(void)
{
    struct { struct file_handle handle; unsigned char bytes[128]; } room;
    room.handle.handle_bytes = sizeof room.bytes;
    int mount = -1;
    if (name_to_handle_at(tree, "content/whole", &room.handle, &mount, 0) < 0)
        expect(errno == EOPNOTSUPP || errno == EOVERFLOW, "name_to_handle_at: %s", strerror(errno));
    struct statx extended;
    ok(statx(tree, "content/whole", 0, STATX_MNT_ID, &extended));
    if (mount >= 0)
        equal(extended.stx_mnt_id, mount);
}

static void the_file_system(void)
{
    struct statfs status, other;
    ok(statfs(tree_path, &status));
    equal(status.f_namelen, 255);
    expect(status.f_bsize > 0 && status.f_blocks >= status.f_bfree && status.f_bfree >= status.f_bavail, "blocks: %lld, %lld free, %lld available",
        (long long)status.f_blocks, (long long)status.f_bfree, (long long)status.f_bavail);
    expect(status.f_files >= status.f_ffree, "%lld of %lld inodes are free", (long long)status.f_ffree, (long long)status.f_files);
    ok(fstatfs(open_in("content/whole"), &other));
    equal(other.f_files, status.f_files);
    equal(other.f_type, status.f_type);
    ok(statfs(at("links/relative"), &other));
    equal(other.f_type, status.f_type);
    struct statvfs flags;
    ok(statvfs(tree_path, &flags));
    expect(flags.f_flag & ST_RDONLY, "it is not mounted read-only");
    expect(flags.f_flag & ST_NOSUID, "it is not mounted nosuid");
    expect(flags.f_flag & ST_NODEV, "it is not mounted nodev");
}

const struct topic describing = { "describing", (const struct check[]) {
    { "every field", every_field },
    { "all calls agree", all_calls_agree },
    { "one inode for each", one_inode_for_each },
    { "listings agree", listings_agree },
    { "links of directories", links_of_directories },
    { "handles", handles },
    { "the file system", the_file_system },
    { NULL, NULL },
} };
