// A new revision of the tree: what paths, directories and listings show after it (ConformanceTree.Change).
#include "directory.h"


#define LISTED_COUNT 2000

static void expect_text(int directory, const char *path, const char *text)
{
    char content[256];
    int file = openat(directory, path, O_RDONLY);
    expect(file >= 0, "open %s: %s", path, strerror(errno));
    ssize_t length = ok(read(file, content, sizeof content - 1));
    content[length] = 0;
    expect(!strcmp(content, text), "%s says %s and not %s", path, content, text);
    close(file);
}

static void contents_by_path(void)
{
    expect_text(tree, "switch/changed", "old");
    expect_file(open_in("switch/changed-chunked"), CHUNKED_LENGTH, 10, 65536);
    expect_text(tree, "switch/same", "same");
    await_switch();
    expect_text(tree, "switch/changed", "new and longer");
    expect_file(open_in("switch/changed-chunked"), CHUNKED_LENGTH, 11, 65536);
    expect_text(tree, "switch/same", "same");
}

static void entries_that_go_and_come(void)
{
    static const char *const going[] = { "switch/gone", "switch/gone-chunked", "switch/gone-link", "switch/gone-directory", "switch/gone-directory/sub/c" };
    static const char *const coming[] = { "switch/come", "switch/come-directory", "switch/come-directory/file" };
    for (int i = 0; i < 5; i++)
        ok(faccessat(tree, going[i], F_OK, AT_SYMLINK_NOFOLLOW));
    for (int i = 0; i < 3; i++)
        refused(faccessat(tree, coming[i], F_OK, AT_SYMLINK_NOFOLLOW), ENOENT);
    await_switch();
    for (int i = 0; i < 5; i++)
        refused(faccessat(tree, going[i], F_OK, AT_SYMLINK_NOFOLLOW), ENOENT);
    for (int i = 0; i < 3; i++)
        ok(faccessat(tree, coming[i], F_OK, AT_SYMLINK_NOFOLLOW));
    expect_text(tree, "switch/come-directory/file", "come");
}

static void entries_of_another_kind(void)
{
    char target[64];
    struct stat status;
    expect_text(tree, "switch/file-to-directory", "file");
    expect_text(tree, "switch/directory-to-file/inside", "inside");
    equal(ok(readlinkat(tree, "switch/link", target, sizeof target)), 4);
    await_switch();
    expect_text(tree, "switch/file-to-directory/inside", "inside");
    expect_text(tree, "switch/directory-to-file", "file");
    ok(fstatat(tree, "switch/file-to-directory", &status, 0));
    expect(S_ISDIR(status.st_mode), "it has mode %o", status.st_mode);
    equal(ok(readlinkat(tree, "switch/link", target, sizeof target)), 7);
    expect_text(tree, "switch/link", "new and longer");
}

static void attributes(void)
{
    struct stat before, after;
    ok(fstatat(tree, "switch/touched", &before, 0));
    equal(before.st_mode & 0777, 0644);
    await_switch();
    ok(fstatat(tree, "switch/touched", &after, 0));
    equal(after.st_mode & 0777, 0755);
    expect(after.st_mtime != before.st_mtime, "its time is the same");
    expect_text(tree, "switch/touched", "touched");
}

static void inodes(void)
{
    struct stat directory, same, after;
    ok(fstatat(tree, "switch/same-directory", &directory, 0));
    ok(fstatat(tree, "switch/same", &same, 0));
    int held = open_in("switch/changed");
    struct stat changed;
    ok(fstat(held, &changed));
    await_switch();
    ok(fstatat(tree, "switch/same-directory", &after, 0));
    equal(after.st_ino, directory.st_ino);
    ok(fstatat(tree, "switch/same", &after, 0));
    equal(after.st_ino, same.st_ino);
    ok(fstatat(tree, "switch/changed", &after, 0));
    expect(after.st_ino != changed.st_ino, "a file that was replaced has the inode of the one before");
}

static void working_directories(void)
{
    char place[4096];
    ok(chdir(at("switch/same-directory")));
    expect_text(AT_FDCWD, "file", "old in it");
    await_switch();
    expect_text(AT_FDCWD, "file", "new in it");
    expect_text(AT_FDCWD, "../same", "same");
    expect(getcwd(place, sizeof place) && !strcmp(place, at("switch/same-directory")), "the working directory is %s", place);
}

// A directory that has gone can be left, and has nothing in it any more.
static void working_directories_that_go(void)
{
    struct stat before, after;
    ok(chdir(at("switch/gone-directory/sub")));
    ok(stat(".", &before));
    int held = open_in("switch/gone-directory");
    await_switch();
    ok(stat(".", &after));
    equal(after.st_ino, before.st_ino);
    refused(open("c", O_RDONLY), ENOENT);
    refused(openat(held, "a", O_RDONLY), ENOENT);
    refused_either(mkdir("new", 0755), EROFS, ENOENT);
    ok(lseek(held, 0, SEEK_SET));
    char buffer[PAGE] __attribute__((aligned(8)));
    ssize_t length = getdents64(held, buffer, sizeof buffer);
    // A file system that removes directories itself knows that it is gone; here it is empty.
    expect(length >= 0 || errno == ENOENT, "listing a directory that has gone: %s", strerror(errno));
    for (struct dirent64 *entry = (struct dirent64 *)buffer; (char *)entry < buffer + length; entry = (struct dirent64 *)((char *)entry + entry->d_reclen))
        expect(entry->d_name[0] == '.', "%s is listed in a directory that has gone", entry->d_name);
    ok(fstat(held, &after));
    ok(chdir(tree_path));
    ok(fchdir(held));
}

static void open_directories(void)
{
    int kept = open_in("switch/same-directory"), path = ok(openat(tree, "switch/same-directory", O_PATH));
    await_switch();
    expect_text(kept, "file", "new in it");
    expect_text(path, "file", "new in it");
    expect_text(path, "../changed", "new and longer");
}

// Names that both revisions have come once; those that went or came may come or not.
static void go_on_listing(size_t size, int first)
{
    static unsigned char seen[2 * LISTED_COUNT];
    int directory = open_in("switch/listed"), dots = 0;
    struct lister *lister = list(directory, size);
    struct dirent64 *entry = NULL;
    for (int i = 0; i < first && (entry = next_entry(lister)); i++) {
        int number = number_of(entry->d_name, &dots);
        if (number >= 0)
            seen[number]++;
    }

    await_switch();
    while ((entry = next_entry(lister))) {
        int number = number_of(entry->d_name, &dots);
        if (number >= 0)
            expect(!seen[number]++, "%s is listed twice", entry->d_name);
    }

    for (int i = 0; i < LISTED_COUNT; i++)
        expect(seen[i] || i % 4 == 0, "e%05d is not listed", i);
    // From the start it is the new revision.
    ok(lseek(directory, 0, SEEK_SET));
    memset(seen, 0, sizeof seen);
    lister = list(directory, 4096);
    while ((entry = next_entry(lister))) {
        int number = number_of(entry->d_name, &dots);
        if (number >= 0)
            seen[number]++;
    }

    for (int i = 0; i < LISTED_COUNT * 3 / 2; i++)
        expect(seen[i] == (i >= LISTED_COUNT || i % 4 != 0), "e%05d is listed %d times", i, seen[i]);
}

static void listings_at_their_start(void)
{
    go_on_listing(300, 5);
}

static void listings_half_way(void)
{
    go_on_listing(1000, LISTED_COUNT / 2);
}

static void listings_near_their_end(void)
{
    go_on_listing(300, LISTED_COUNT - 30);
}

// The same where the directory becomes the root of a nested catalog.
static void listings_of_what_is_nested_now(void)
{
    static unsigned char seen[LISTED_COUNT];
    int dots = 0;
    struct lister *lister = list(open_in("switch/nested"), 1000);
    for (int i = 0; i < LISTED_COUNT / 2; i++) {
        int number = number_of(next_entry(lister)->d_name, &dots);
        if (number >= 0)
            seen[number]++;
    }

    await_switch();
    for (struct dirent64 *entry; (entry = next_entry(lister));)
        if (entry->d_name[0] == 'e')
            expect(!seen[atoi(entry->d_name + 1)]++, "%s is listed twice", entry->d_name);
    for (int i = 0; i < LISTED_COUNT; i++)
        expect(seen[i], "e%05d is not listed", i);
}

const struct topic switching = { "switching", (const struct check[]) {
    { "contents by path", contents_by_path },
    { "entries that go and come", entries_that_go_and_come },
    { "entries of another kind", entries_of_another_kind },
    { "attributes", attributes },
    { "inodes", inodes },
    { "working directories", working_directories },
    { "working directories that go", working_directories_that_go },
    { "open directories", open_directories },
    { "listings at their start", listings_at_their_start },
    { "listings half-way", listings_half_way },
    { "listings near their end", listings_near_their_end },
    { "listings of what is nested now", listings_of_what_is_nested_now },
    { NULL, NULL },
} };
