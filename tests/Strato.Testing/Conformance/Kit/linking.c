// Symbolic and hard links.
#include "kit.h"

#include <limits.h>

static void targets(void)
{
    static const struct { const char *path, *target; } links[] = {
        { "links/relative", "../content/whole" }, { "links/absolute", "/usr/bin/env" }, { "links/dangling", "no such \xff target\n" },
        { "links/to-directory", "../content" }, { "links/loop", "loop" }, { "links/chain-1", "../content/whole" },
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char target[PATH_MAX];
        struct stat status;
        ssize_t length = ok(readlinkat(tree, links[i].path, target, sizeof target));
        expect((size_t)length == strlen(links[i].target) && !memcmp(target, links[i].target, length), "%s leads elsewhere", links[i].path);
        ok(fstatat(tree, links[i].path, &status, AT_SYMLINK_NOFOLLOW));
        expect(S_ISLNK(status.st_mode), "%s has mode %o", links[i].path, status.st_mode);
        equal(status.st_size, length);
        equal(status.st_mode & 07777, 0777);
    }
}

static void short_buffers(void)
{
    char target[64];
    memset(target, '#', sizeof target);
    equal(ok(readlinkat(tree, "links/relative", target, 5)), 5);
    expect(!memcmp(target, "../co#", 6), "five bytes are asked for and given is %.6s", target);
    equal(ok(readlinkat(tree, "links/relative", target, 1)), 1);
    equal(ok(readlinkat(tree, "links/relative", target, 16)), 16);
    refused(readlinkat(tree, "links/relative", target, 0), EINVAL);
    refused(readlinkat(tree, "content/whole", target, sizeof target), EINVAL);
    refused(readlinkat(tree, "content", target, sizeof target), EINVAL);
    refused(readlinkat(tree, "links/nothing", target, sizeof target), ENOENT);
    refused(readlinkat(tree, "links/relative", (char *)8, 10), EFAULT);
}

static void the_longest_target(void)
{
    char target[PATH_MAX];
    struct stat status;
    equal(ok(readlinkat(tree, "links/longest", target, sizeof target)), 4000);
    for (int i = 0; i < 4000; i++)
        equal(target[i], i % 100 == 99 ? '/' : 't');
    ok(fstatat(tree, "links/longest", &status, AT_SYMLINK_NOFOLLOW));
    equal(status.st_size, 4000);
    refused(openat(tree, "links/longest", O_RDONLY), ENOENT);
}

static void following(void)
{
    struct stat linked, status;
    ok(fstatat(tree, "content/whole", &linked, 0));
    static const char *const paths[] = { "links/relative", "links/chain-1", "links/chain-40", "links/to-directory/whole", "links/to-directory/../content/whole" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        expect(fstatat(tree, paths[i], &status, 0) == 0, "%s: %s", paths[i], strerror(errno));
        equal(status.st_ino, linked.st_ino);
    }

    ok(fstatat(tree, "links/to-directory/", &status, AT_SYMLINK_NOFOLLOW));
    expect(S_ISDIR(status.st_mode), "a link with a slash behind it is no directory");
    refused(fstatat(tree, "links/relative/", &status, 0), ENOTDIR);
}

static void not_following(void)
{
    struct stat status;
    refused(fstatat(tree, "links/chain-41", &status, 0), ELOOP);
    refused(fstatat(tree, "links/loop", &status, 0), ELOOP);
    refused(fstatat(tree, "links/ping/x", &status, 0), ELOOP);
    refused(openat(tree, "links/pong", O_RDONLY), ELOOP);
    refused(fstatat(tree, "links/dangling", &status, 0), ENOENT);
    refused(openat(tree, "links/dangling", O_RDONLY), ENOENT);
    ok(fstatat(tree, "links/loop", &status, AT_SYMLINK_NOFOLLOW));
}

static void opened_links(void)
{
    char target[64];
    struct stat status;
    int link = ok(openat(tree, "links/relative", O_PATH | O_NOFOLLOW));
    equal(ok(readlinkat(link, "", target, sizeof target)), 16);
    expect(!memcmp(target, "../content/whole", 16), "it leads elsewhere");
    ok(fstatat(link, "", &status, AT_EMPTY_PATH));
    equal(status.st_size, 16);
}

static void hard_links(void)
{
    struct stat first, other;
    static const char *const names[] = { "links/hard-b", "links/hard-c" };
    ok(fstatat(tree, "links/hard-a", &first, 0));
    equal(first.st_nlink, 3);
    for (int i = 0; i < 2; i++) {
        ok(fstatat(tree, names[i], &other, 0));
        equal(other.st_ino, first.st_ino);
        equal(other.st_nlink, 3);
        equal(other.st_size, first.st_size);
        expect_file(open_in(names[i]), WHOLE_LENGTH, 7, 65536);
    }

    ok(fstatat(tree, "links/hard-chunked-a", &first, 0));
    ok(fstatat(tree, "links/hard-chunked-b", &other, 0));
    equal(other.st_ino, first.st_ino);
    equal(other.st_nlink, 2);
    expect_file(open_in("links/hard-chunked-b"), CHUNKED_LENGTH, 8, 65536);
    // Equal content does not make one file of two.
    ok(fstatat(tree, "links/equal-a", &first, 0));
    ok(fstatat(tree, "links/equal-b", &other, 0));
    expect(first.st_ino != other.st_ino, "two files are one");
    equal(first.st_nlink, 1);
}

const struct topic linking = { "linking", (const struct check[]) {
    { "targets", targets },
    { "short buffers", short_buffers },
    { "the longest target", the_longest_target },
    { "following", following },
    { "not following", not_following },
    { "opened links", opened_links },
    { "hard links", hard_links },
    { NULL, NULL },
} };
