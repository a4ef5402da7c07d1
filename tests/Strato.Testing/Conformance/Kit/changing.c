// Everything that would change the tree is refused, with the error that the kernel gives for a read-only file system.
#include "kit.h"

#include <linux/fs.h>
#include <linux/falloc.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/xattr.h>

static void opening_to_write(void)
{
    static const int flags[] = { O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_RDONLY | O_TRUNC, O_WRONLY | O_APPEND, O_RDWR | O_CREAT };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        refused(openat(tree, "content/whole", flags[i], 0644), EROFS);
        refused(openat(tree, "content/chunked", flags[i], 0644), EROFS);
        refused(openat(tree, "links/relative", flags[i], 0644), EROFS);
    }

    refused(openat(tree, "content/new", O_WRONLY | O_CREAT, 0644), EROFS);
    refused(openat(tree, "content/new", O_RDONLY | O_CREAT, 0644), EROFS);
    refused(openat(tree, "content/new", O_WRONLY | O_CREAT | O_EXCL, 0644), EROFS);
    refused(openat(tree, "content", O_RDWR | O_TMPFILE, 0644), EROFS);
    refused(openat(tree, "content/nothing", O_WRONLY), ENOENT);
    refused(openat(tree, "nothing/new", O_WRONLY | O_CREAT, 0644), ENOENT);
    refused(creat(at("links/dangling"), 0644), EROFS);
}

static void making_entries(void)
{
    refused(mkdirat(tree, "new", 0755), EROFS);
    refused(mkdirat(tree, "content", 0755), EEXIST);
    refused(symlinkat("target", tree, "new"), EROFS);
    refused(symlinkat("target", tree, "content"), EEXIST);
    refused(linkat(tree, "content/whole", tree, "new", 0), EROFS);
    refused(linkat(tree, "content/whole", tree, "content/one", 0), EEXIST);
    refused(linkat(tree, "content/nothing", tree, "new", 0), ENOENT);
    refused(mknodat(tree, "new", S_IFREG | 0644, 0), EROFS);
    refused(mkfifoat(tree, "new", 0644), EROFS);
    refused(mknodat(tree, "new", S_IFSOCK | 0644, 0), EROFS);
    refused(mknodat(tree, "content/new", S_IFREG | 0644, 0), EROFS);
}

static void removing_entries(void)
{
    refused(unlinkat(tree, "content/whole", 0), EROFS);
    refused(unlinkat(tree, "content/empty", 0), EROFS);
    refused(unlinkat(tree, "links/relative", 0), EROFS);
    refused(unlinkat(tree, "special/fifo", 0), EROFS);
    refused(unlinkat(tree, "content", AT_REMOVEDIR), EROFS);
    refused(unlinkat(tree, "empty", AT_REMOVEDIR), EROFS);
    ok(fstatat(tree, "content/whole", &(struct stat) { 0 }, 0));
}

static void renaming(void)
{
    refused(renameat(tree, "content/whole", tree, "content/other"), EROFS);
    refused(renameat(tree, "content/whole", tree, "content/one"), EROFS);
    refused(renameat(tree, "empty", tree, "moved"), EROFS);
    refused(renameat2(tree, "content/whole", tree, "content/one", RENAME_EXCHANGE), EROFS);
    refused(renameat2(tree, "content/whole", tree, "content/one", RENAME_NOREPLACE), EROFS);
    // Nothing can be moved into the tree, either.
    refused(rename("/proc/self/comm", at("content/new")), EXDEV);
}

static void attributes_by_path(void)
{
    static const char *const paths[] = { "content/whole", "content", "special/fifo", "content/empty" };
    struct timespec now[] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } }, omit[] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        refused(fchmodat(tree, paths[i], 0600, 0), EROFS);
        refused(fchownat(tree, paths[i], 1, 1, AT_SYMLINK_NOFOLLOW), EROFS);
        refused(fchownat(tree, paths[i], -1, -1, 0), EROFS);
        refused(utimensat(tree, paths[i], now, AT_SYMLINK_NOFOLLOW), EROFS);
        refused(utimensat(tree, paths[i], NULL, 0), EROFS);
        ok(utimensat(tree, paths[i], omit, 0));
    }

    refused(utimensat(tree, "links/relative", now, AT_SYMLINK_NOFOLLOW), EROFS);
    refused(fchownat(tree, "links/relative", 1, 1, AT_SYMLINK_NOFOLLOW), EROFS);
    refused(fchmodat(tree, "content/nothing", 0600, 0), ENOENT);
    refused(utimes(at("content/whole"), (struct timeval[]) { { 1, 1 }, { 1, 1 } }), EROFS);
}

static void lengths_by_path(void)
{
    refused(truncate(at("content/whole"), 0), EROFS);
    refused(truncate(at("content/whole"), WHOLE_LENGTH), EROFS);
    refused(truncate(at("content/whole"), -1), EINVAL);
    refused(truncate(at("content"), 0), EISDIR);
    refused(truncate(at("content/nothing"), 0), ENOENT);
}

static void by_descriptor(void)
{
    int file = open_in("content/whole"), directory = open_in("content"), flags = 0;
    refused(write(file, "x", 1), EBADF);
    refused(pwrite(file, "x", 1, 0), EBADF);
    refused(ftruncate(file, 0), EINVAL);
    refused(fallocate(file, 0, 0, 100), EBADF);
    refused(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 100), EBADF);
    refused(fchmod(file, 0600), EROFS);
    refused(fchmod(directory, 0700), EROFS);
    refused(fchown(file, 1, 1), EROFS);
    refused(futimens(file, NULL), EROFS);
    refused(futimens(directory, NULL), EROFS);
    refused(fsetxattr(file, "user.new", "x", 1, 0), EROFS);
    refused(write(directory, "x", 1), EBADF);
    // Only some file systems have flags of inodes.
    refused_either(ioctl(file, FS_IOC_SETFLAGS, &flags), EROFS, ENOTTY);
}

static void extended_attributes(void)
{
    refused(setxattr(at("xattrs/file"), "user.new", "x", 1, 0), EROFS);
    refused(setxattr(at("xattrs/file"), "user.short", "x", 1, XATTR_REPLACE), EROFS);
    refused(setxattr(at("xattrs"), "user.new", "x", 1, XATTR_CREATE), EROFS);
    refused(setxattr(at("xattrs/file"), "trusted.new", "x", 1, 0), EROFS);
    refused(setxattr(at("xattrs/file"), "security.capability", "x", 1, 0), EROFS);
    refused(lsetxattr(at("links/relative"), "trusted.new", "x", 1, 0), EROFS);
    refused(removexattr(at("xattrs/file"), "user.short"), EROFS);
    refused(removexattr(at("xattrs/file"), "user.absent"), EROFS);
}

static void asking_whether_writing_is_allowed(void)
{
    static const char *const paths[] = { "content/whole", "content", "links/relative", "empty", "content/empty" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        refused(faccessat(tree, paths[i], W_OK, 0), EROFS);
        refused(faccessat(tree, paths[i], R_OK | W_OK, AT_EACCESS), EROFS);
    }

    refused(faccessat(tree, "content/nothing", W_OK, 0), ENOENT);
    // What is written to a pipe or a device does not change the file system.
    ok(faccessat(tree, "special/fifo-666", W_OK, 0));
    ok(faccessat(tree, "special/null", W_OK, 0));
}

static void pipes_work(void)
{
    char byte = 0;
    int both = ok(openat(tree, "special/fifo-666", O_RDWR | O_NONBLOCK));
    equal(ok(write(both, "x", 1)), 1);
    equal(ok(read(both, &byte, 1)), 1);
    equal(byte, 'x');
    int reader = ok(openat(tree, "special/fifo-666", O_RDONLY | O_NONBLOCK)), writer = ok(openat(tree, "special/fifo-666", O_WRONLY | O_NONBLOCK));
    equal(ok(write(writer, "y", 1)), 1);
    equal(ok(read(reader, &byte, 1)), 1);
    equal(byte, 'y');
}

static void nothing_has_changed(void)
{
    struct stat status;
    ok(fstatat(tree, "content/whole", &status, 0));
    equal(status.st_size, WHOLE_LENGTH);
    equal(status.st_mode, S_IFREG | 0644);
    expect_file(open_in("content/whole"), WHOLE_LENGTH, 4, 65536);
    refused(fstatat(tree, "new", &status, AT_SYMLINK_NOFOLLOW), ENOENT);
    refused(fstatat(tree, "content/new", &status, AT_SYMLINK_NOFOLLOW), ENOENT);
}

const struct topic changing = { "changing", (const struct check[]) {
    { "opening to write", opening_to_write },
    { "making entries", making_entries },
    { "removing entries", removing_entries },
    { "renaming", renaming },
    { "attributes by path", attributes_by_path },
    { "lengths by path", lengths_by_path },
    { "by descriptor", by_descriptor },
    { "extended attributes", extended_attributes },
    { "asking whether writing is allowed", asking_whether_writing_is_allowed },
    { "pipes work", pipes_work },
    { "nothing has changed", nothing_has_changed },
    { NULL, NULL },
} };
