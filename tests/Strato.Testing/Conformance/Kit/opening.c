// open(2) in all its ways, and descriptors that share.
#include "kit.h"

#include <linux/openat2.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static int open_how(int directory, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = resolve };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

static void directories_and_files(void)
{
    char byte;
    int directory = ok(openat(tree, "content", O_RDONLY | O_DIRECTORY));
    refused(read(directory, &byte, 1), EISDIR);
    refused(pread(directory, &byte, 1, 0), EISDIR);
    refused(openat(tree, "content/whole", O_RDONLY | O_DIRECTORY), ENOTDIR);
    refused(openat(tree, "content", O_RDWR), EISDIR);
    refused(openat(directory, "nothing", O_RDONLY), ENOENT);
    refused(openat(open_in("content/whole"), "x", O_RDONLY), ENOTDIR);
    refused(openat(tree, "content/whole/", O_RDONLY), ENOTDIR);
    ok(openat(directory, "whole", O_RDONLY));
    ok(openat(directory, "../content/./whole", O_RDONLY));
}

static void paths_without_access(void)
{
    char byte;
    struct stat status;
    int path = ok(openat(tree, "content/whole", O_PATH));
    refused(read(path, &byte, 1), EBADF);
    refused(fchmod(path, 0600), EBADF);
    refused(lseek(path, 0, SEEK_CUR), EBADF);
    ok(fstat(path, &status));
    equal(status.st_size, WHOLE_LENGTH);
    ok(fstatat(path, "", &status, AT_EMPTY_PATH));
    int link = ok(openat(tree, "links/relative", O_PATH | O_NOFOLLOW));
    ok(fstat(link, &status));
    expect(S_ISLNK(status.st_mode), "a link opened by O_PATH has mode %o", status.st_mode);
    int directory = ok(openat(tree, "content", O_PATH | O_DIRECTORY));
    expect_file(ok(openat(directory, "one", O_RDONLY)), 1, 1, 10);
}

static void opening_again(void)
{
    char name[64];
    static const int flags[] = { O_PATH, O_RDONLY };
    for (int i = 0; i < 2; i++) {
        int first = ok(openat(tree, "content/chunked", flags[i]));
        snprintf(name, sizeof name, "/proc/self/fd/%d", first);
        int second = ok(open(name, O_RDONLY));
        expect_file(second, CHUNKED_LENGTH, 5, 100000);
        refused(open(name, O_RDWR), EROFS);
    }

    char target[PAGE];
    int file = open_in("content/whole");
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    target[ok(readlink(name, target, sizeof target - 1))] = 0;
    expect(strcmp(target, at("content/whole")) == 0, "%s leads to %s", name, target);
}

static void links_at_the_end(void)
{
    refused(openat(tree, "links/relative", O_RDONLY | O_NOFOLLOW), ELOOP);
    expect_file(ok(openat(tree, "links/relative", O_RDONLY)), WHOLE_LENGTH, 4, 65536);
    refused(openat(tree, "links/relative", O_RDONLY | O_DIRECTORY), ENOTDIR);
    refused(openat(tree, "links/to-directory", O_RDONLY | O_NOFOLLOW | O_DIRECTORY), ENOTDIR);
    ok(openat(tree, "links/to-directory/whole", O_RDONLY | O_NOFOLLOW));
}

static void bounded_resolution(void)
{
    ok(open_how(tree, "content/whole", O_RDONLY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV));
    refused(open_how(tree, "../x", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    refused(open_how(tree, "links/relative", O_RDONLY, RESOLVE_NO_SYMLINKS), ELOOP);
    refused(open_how(tree, "links/absolute", O_RDONLY, RESOLVE_BENEATH), EXDEV);
    struct stat here, above;
    ok(fstat(tree, &here));
    ok(fstatat(tree, "..", &above, 0));
    // A tree that is not the mount's root has its parent in the same mount.
    if (here.st_dev == above.st_dev)
        ok(open_how(tree, "..", O_RDONLY, RESOLVE_NO_XDEV));
    else
        refused(open_how(tree, "..", O_RDONLY, RESOLVE_NO_XDEV), EXDEV);
    ok(open_how(tree, "../../content/whole", O_RDONLY, RESOLVE_IN_ROOT));
    ok(open_how(tree, "links/relative", O_RDONLY, RESOLVE_IN_ROOT));
    refused(open_how(tree, "content/whole", 1ULL << 40, 0), EINVAL);
    // What needs no request may be given, the rest says that it would wait.
    ok(openat(tree, "content/whole", O_PATH));
    int cached = open_how(tree, "content/whole", O_PATH, RESOLVE_CACHED);
    expect(cached >= 0 || errno == EAGAIN, "RESOLVE_CACHED: %s", strerror(errno));
}

static void creating_what_is_there(void)
{
    expect_file(ok(openat(tree, "content/one", O_RDONLY | O_CREAT, 0644)), 1, 1, 8);
    refused(openat(tree, "content/one", O_RDONLY | O_CREAT | O_EXCL, 0644), EEXIST);
    refused(openat(tree, "content", O_RDONLY | O_CREAT, 0644), EISDIR);
}

// Not every file system can read past the page cache; where it takes the flag, it gives right bytes.
static void direct_reading(void)
{
    static const struct { const char *path; int variant; ssize_t rest; } files[] = { { "content/whole", 4, WHOLE_LENGTH - 49152 }, { "content/chunked", 5, PAGE } };
    char *buffer = aligned_alloc(PAGE, PAGE);
    for (int i = 0; i < 2; i++) {
        int file = openat(tree, files[i].path, O_RDONLY | O_DIRECT);
        if (file < 0) {
            equal(errno, EINVAL);
            continue;
        }

        equal(ok(pread(file, buffer, PAGE, 0)), PAGE);
        expect_pattern(buffer, PAGE, 0, files[i].variant, files[i].path);
        equal(ok(pread(file, buffer, PAGE, 49152)), files[i].rest);
        expect_pattern(buffer, files[i].rest, 49152, files[i].variant, files[i].path);
        // The page cache of the same file agrees.
        int cached = open_in(files[i].path);
        equal(ok(pread(cached, buffer, PAGE, PAGE)), PAGE);
        expect_pattern(buffer, PAGE, PAGE, files[i].variant, files[i].path);
        equal(ok(pread(file, buffer, PAGE, PAGE)), PAGE);
        expect_pattern(buffer, PAGE, PAGE, files[i].variant, files[i].path);
        close(file);
        close(cached);
    }
}

static void other_flags(void)
{
    static const int flags[] = { O_NONBLOCK, O_SYNC, O_DSYNC, O_APPEND, O_NOCTTY, O_ASYNC, O_LARGEFILE };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        int file = ok(openat(tree, "content/one", O_RDONLY | flags[i]));
        expect_file(file, 1, 1, 8);
        close(file);
    }

    // The owner and root may read without moving the access time.
    ok(openat(tree, "permissions/of-user-600", as_root ? O_RDONLY | O_NOATIME : O_RDONLY));
    if (as_root)
        ok(openat(tree, "content/one", O_RDONLY | O_NOATIME));
    else
        refused(openat(tree, "content/one", O_RDONLY | O_NOATIME), EPERM);
}

static void many_openings(void)
{
    int descriptors[300];
    for (int i = 0; i < 300; i++) {
        descriptors[i] = open_in(i % 2 ? "content/chunked" : "content/whole");
        ok(lseek(descriptors[i], i * 100, SEEK_SET));
    }

    for (int i = 299; i >= 0; i--) {
        char bytes[50];
        equal(ok(read(descriptors[i], bytes, sizeof bytes)), 50);
        expect_pattern(bytes, sizeof bytes, i * 100, i % 2 ? 5 : 4, "one of 300");
        close(descriptors[i]);
    }
}

static int shared;

static void read_a_piece(void)
{
    char bytes[1000];
    equal(ok(read(shared, bytes, sizeof bytes)), 1000);
    expect_pattern(bytes, sizeof bytes, 0, 4, "in the child");
}

static void sharing_a_position(void)
{
    shared = open_in("content/whole");
    in_child(read_a_piece);
    equal(lseek(shared, 0, SEEK_CUR), 1000);
    int twin = ok(dup(shared)), other = open_in("content/whole");
    ok(lseek(twin, 5, SEEK_SET));
    equal(lseek(shared, 0, SEEK_CUR), 5);
    equal(lseek(other, 0, SEEK_CUR), 0);
}

static void no_descriptors_left(void)
{
    struct rlimit few = { 32, 32 };
    ok(setrlimit(RLIMIT_NOFILE, &few));
    int last = -1, file;
    while ((file = openat(tree, "content/one", O_RDONLY)) >= 0)
        last = file;
    equal(errno, EMFILE);
    close(last);
    ok(openat(tree, "content/one", O_RDONLY));
}

const struct topic opening = { "opening", (const struct check[]) {
    { "directories and files", directories_and_files },
    { "O_PATH", paths_without_access },
    { "opening again through /proc/self/fd", opening_again },
    { "links at the end of a path", links_at_the_end },
    { "openat2", bounded_resolution },
    { "O_CREAT of what is there", creating_what_is_there },
    { "O_DIRECT", direct_reading },
    { "other flags", other_flags },
    { "300 openings", many_openings },
    { "sharing a position", sharing_a_position },
    { "no descriptors left", no_descriptors_left },
    { NULL, NULL },
} };
