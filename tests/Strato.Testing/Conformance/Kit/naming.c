// Names and paths, odd, long and absent.
#include "kit.h"

#include <dirent.h>
#include <limits.h>

#define LONG 255

static char *repeated(char letter, size_t count)
{
    char *text = malloc(count + 1);
    memset(text, letter, count);
    text[count] = 0;
    return text;
}

// Every name that a listing gives leads to the file whose content is the name.
static void odd_names(void)
{
    int count = 0;
    DIR *directory = fdopendir(open_in("names"));
    expect(directory, "names cannot be listed");
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        char content[LONG + 1];
        int file = openat(dirfd(directory), entry->d_name, O_RDONLY);
        expect(file >= 0, "%s is listed and cannot be opened: %s", entry->d_name, strerror(errno));
        ssize_t length = ok(read(file, content, sizeof content));
        expect((size_t)length == strlen(entry->d_name) && !memcmp(content, entry->d_name, length), "%s has the content of another", entry->d_name);
        close(file);
        count++;
    }

    equal(count, 266);
}

static void bytes_of_all_kinds(void)
{
    for (int byte = 1; byte < 256; byte++) {
        char name[] = { 'n', 'a', 'm', 'e', 's', '/', 'b', '-', (char)byte, 0 };
        if (byte != '/')
            expect(faccessat(tree, name, R_OK, 0) == 0, "the name with byte %d: %s", byte, strerror(errno));
    }

    // Neither letters' case nor Unicode's forms are the same name.
    expect(faccessat(tree, "names/b-\xff\xff", F_OK, 0) < 0 && errno == ENOENT, "a longer name is found");
    refused(faccessat(tree, "Names", F_OK, 0), ENOENT);
    refused(faccessat(tree, "content/WHOLE", F_OK, 0), ENOENT);
    ok(faccessat(tree, "names/\xc3\xa4", F_OK, 0));
    refused(faccessat(tree, "names/a\xcc\x88", F_OK, 0), ENOENT);
}

static void long_names(void)
{
    char path[1024];
    snprintf(path, sizeof path, "names/%s", repeated('l', LONG));
    expect(faccessat(tree, path, R_OK, 0) == 0, "the name of 255 bytes: %s", strerror(errno));
    snprintf(path, sizeof path, "names/%s", repeated('m', LONG));
    refused(faccessat(tree, path, R_OK, 0), ENOENT);
    snprintf(path, sizeof path, "names/%s", repeated('l', LONG + 1));
    refused(faccessat(tree, path, R_OK, 0), ENAMETOOLONG);
    refused(openat(tree, path, O_RDONLY), ENAMETOOLONG);
    refused(openat(tree, path, O_WRONLY | O_CREAT, 0644), ENAMETOOLONG);
    refused(mkdirat(tree, path, 0755), ENAMETOOLONG);
    struct stat status;
    refused(fstatat(tree, path, &status, AT_SYMLINK_NOFOLLOW), ENAMETOOLONG);
    equal(fpathconf(open_in("names"), _PC_NAME_MAX), LONG);
}

static void long_paths(void)
{
    char *slashes = repeated('/', PATH_MAX);
    memcpy(slashes, "content", 7);
    slashes[PATH_MAX - 1] = 0;
    memcpy(slashes + PATH_MAX - 6, "whole", 5);
    ok(faccessat(tree, slashes, R_OK, 0));
    char *longer = repeated('/', PATH_MAX);
    memcpy(longer, "content", 7);
    refused(faccessat(tree, longer, R_OK, 0), ENAMETOOLONG);
}

static void deep_paths(void)
{
    int directory = open_in("deep");
    for (int level = 0; level < 60; level++) {
        char name[80];
        snprintf(name, sizeof name, "level-%02d-%s", level, "fifty-letters-in-the-name-of-every-level-of-this-tree");
        int next = ok(openat(directory, name, O_RDONLY | O_DIRECTORY));
        close(directory);
        directory = next;
    }

    expect_file(ok(openat(directory, "bottom", O_RDONLY)), 1, 1, 10);
    ok(fchdir(directory));
    char *place = getcwd(NULL, 0);
    expect(place && strlen(place) > 3500, "the working directory is %s: %s", place, strerror(errno));
    for (int level = 0; level < 61; level++)
        ok(chdir(".."));
    ok(faccessat(AT_FDCWD, "content/whole", R_OK, 0));
}

static void dots_and_slashes(void)
{
    struct stat root, status;
    ok(fstat(tree, &root));
    static const char *const same[] = { ".", "./", "content/..", "content/../.", "content//..", "./././", "deep/../content/..//" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        expect(fstatat(tree, same[i], &status, 0) == 0, "%s: %s", same[i], strerror(errno));
        equal(status.st_ino, root.st_ino);
        equal(status.st_dev, root.st_dev);
    }

    refused(fstatat(tree, "", &status, 0), ENOENT);
    refused(fstatat(tree, "content/whole/", &status, 0), ENOTDIR);
    refused(fstatat(tree, "content/whole/.", &status, 0), ENOTDIR);
    refused(fstatat(tree, "content/whole/..", &status, 0), ENOTDIR);
    refused(fstatat(tree, "content/whole/x", &status, 0), ENOTDIR);
    refused(fstatat(tree, "special/fifo/x", &status, 0), ENOTDIR);
    refused(fstatat(tree, "nothing/..", &status, 0), ENOENT);
    refused(fstatat(tree, "nothing/x", &status, 0), ENOENT);
}

static void absent_names(void)
{
    static const char *const names[] = { "nothing", "content/nothing", "names/....", "content/whole\n", "content/ whole", "many/e0", "many/e03000", "big/e100000", ".Trash", "autorun.inf" };
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            refused(faccessat(tree, names[i], F_OK, AT_SYMLINK_NOFOLLOW), ENOENT);
    char name[64];
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "many/absent-%d", i);
        refused(faccessat(tree, name, F_OK, 0), ENOENT);
    }
}

static void whole_paths(void)
{
    char *path = realpath(at("links/to-directory/../content/whole"), NULL);
    expect(path && !strcmp(path, at("content/whole")), "it is %s", path);
    ok(chdir(at("deep")));
    char *place = getcwd(NULL, 0);
    expect(place && !strcmp(place, at("deep")), "the working directory is %s", place);
    refused(chdir(at("content/whole")), ENOTDIR);
    refused(chdir(at("nothing")), ENOENT);
}

const struct topic naming = { "naming", (const struct check[]) {
    { "odd names", odd_names },
    { "bytes of all kinds", bytes_of_all_kinds },
    { "long names", long_names },
    { "long paths", long_paths },
    { "deep paths", deep_paths },
    { "dots and slashes", dots_and_slashes },
    { "absent names", absent_names },
    { "whole paths", whole_paths },
    { NULL, NULL },
} };
