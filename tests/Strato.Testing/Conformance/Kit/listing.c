// Directories, listed as a whole.
#include "directory.h"

#include <ftw.h>
#include <sys/wait.h>

struct lister *list(int descriptor, size_t size)
{
    struct lister *lister = malloc(sizeof *lister);
    lister->descriptor = descriptor;
    lister->size = size;
    lister->filled = lister->position = 0;
    return lister;
}

struct dirent64 *next_entry(struct lister *lister)
{
    if (lister->position >= lister->filled) {
        lister->filled = getdents64(lister->descriptor, lister->buffer, lister->size);
        expect(lister->filled >= 0, "getdents: %s", strerror(errno));
        lister->position = 0;
        if (lister->filled == 0)
            return NULL;
    }

    struct dirent64 *entry = (struct dirent64 *)(lister->buffer + lister->position);
    lister->position += entry->d_reclen;
    return entry;
}

int number_of(const char *name, int *dots)
{
    if (!strcmp(name, ".") || !strcmp(name, "..")) {
        (*dots)++;
        return -1;
    }

    expect(name[0] == 'e', "%s is listed", name);
    return atoi(name + 1);
}

void expect_rest(struct lister *lister, int count, unsigned char *seen)
{
    struct dirent64 *entry;
    int dots = 0;
    while ((entry = next_entry(lister))) {
        int number = number_of(entry->d_name, &dots);
        expect(number < count, "%s is listed", entry->d_name);
        if (number >= 0)
            expect(!seen[number]++, "%s is listed twice", entry->d_name);
    }

    for (int i = 0; i < count; i++)
        expect(seen[i], "e%05d is not listed", i);
}

static void list_big(size_t size)
{
    static unsigned char seen[BIG_COUNT];
    memset(seen, 0, sizeof seen);
    int directory = open_in("big");
    expect_rest(list(directory, size), BIG_COUNT, seen);
    close(directory);
}

static void smallest_buffers(void)
{
    list_big(280);
}

static void usual_buffers(void)
{
    list_big(PAGE);
    list_big(32768);
}

static void large_buffers(void)
{
    list_big(1 << 20);
    list_big(1 << 20);
}

static void by_the_library(void)
{
    int count = 0, dots = 0;
    DIR *directory = opendir(at("big"));
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(directory)))
        count += number_of(entry->d_name, &dots) >= 0;
    equal(errno, 0);
    equal(count, BIG_COUNT);
    equal(dots, 2);
    closedir(directory);
}

static void kinds_in_a_big_directory(void)
{
    struct lister *lister = list(open_in("big"), 65536);
    struct dirent64 *entry;
    int dots = 0;
    while ((entry = next_entry(lister))) {
        int number = number_of(entry->d_name, &dots);
        int type = number < 0 || number % 1000 == 0 ? DT_DIR : number % 100 == 1 ? DT_LNK : DT_REG;
        expect(entry->d_type == type, "%s is listed with type %d", entry->d_name, entry->d_type);
        expect(entry->d_ino != 0, "%s is listed without an inode", entry->d_name);
    }
}

static void every_listed_entry_is_found(void)
{
    int directory = open_in("big");
    for (int i = 0; i < BIG_COUNT; i += 37) {
        char name[16];
        struct stat status;
        snprintf(name, sizeof name, "e%05d", i);
        expect(fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, "%s: %s", name, strerror(errno));
    }
}

static void buffers_that_are_too_small(void)
{
    char buffer[64] __attribute__((aligned(8)));
    int directory = open_in("many");
    refused(getdents64(directory, buffer, 16), EINVAL);
    refused(getdents64(directory, (void *)8, PAGE), EFAULT);
    refused(getdents64(open_in("content/whole"), buffer, sizeof buffer), ENOTDIR);
    refused(getdents64(ok(openat(tree, "many", O_PATH)), buffer, sizeof buffer), EBADF);
}

static void empty_directories(void)
{
    int dots = 0, count = 0;
    struct lister *lister = list(open_in("empty"), PAGE);
    struct dirent64 *entry;
    while ((entry = next_entry(lister))) {
        number_of(entry->d_name, &dots);
        count++;
    }

    equal(count, 2);
    equal(dots, 2);
    expect(!next_entry(lister), "the end is not the end");
}

static void the_dots(void)
{
    struct stat own, parent;
    ok(fstatat(tree, "parents/b", &own, 0));
    ok(fstatat(tree, "parents", &parent, 0));
    struct lister *lister = list(open_in("parents/b"), PAGE);
    struct dirent64 *entry;
    while ((entry = next_entry(lister)))
        if (!strcmp(entry->d_name, "."))
            equal(entry->d_ino, own.st_ino);
        else if (!strcmp(entry->d_name, ".."))
            equal(entry->d_ino, parent.st_ino);
    struct stat above;
    ok(fstatat(tree, "parents/b/..", &above, 0));
    equal(above.st_ino, parent.st_ino);
}

static void several_at_once(void)
{
    static unsigned char seen[4][MANY_COUNT];
    struct lister *listers[4];
    for (int i = 0; i < 4; i++)
        listers[i] = list(open_in("many"), 300 << i);
    int ended = 0, dots = 0;
    while (ended != 15)
        for (int i = 0; i < 4; i++) {
            struct dirent64 *entry = ended & (1 << i) ? NULL : next_entry(listers[i]);
            if (!entry)
                ended |= 1 << i;
            else if (number_of(entry->d_name, &dots) >= 0)
                seen[i][atoi(entry->d_name + 1)]++;
        }

    for (int i = 0; i < 4; i++)
        for (int number = 0; number < MANY_COUNT; number++)
            equal(seen[i][number], 1);
}

static void by_several_processes(void)
{
    pid_t children[6];
    for (int i = 0; i < 6; i++)
        if ((children[i] = ok(fork())) == 0) {
            list_big(4096 << (i % 4));
            _exit(0);
        }

    for (int i = 0; i < 6; i++) {
        int status;
        ok(waitpid(children[i], &status, 0));
        if (status)
            _exit(1);
    }
}

static int counted;

static int count_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)path, (void)status, (void)kind, (void)place;
    counted++;
    return 0;
}

// With directories opened one after the other, and few at a time.
static void walking(void)
{
    ok(nftw(at("deep"), count_entry, 3, FTW_PHYS));
    equal(counted, 62);
    counted = 0;
    ok(nftw(at("parents"), count_entry, 20, FTW_PHYS | FTW_DEPTH | FTW_CHDIR));
    equal(counted, 5);
}

const struct topic listing = { "listing", (const struct check[]) {
    { "100,000 entries, the smallest buffers", smallest_buffers },
    { "100,000 entries, usual buffers", usual_buffers },
    { "100,000 entries, large buffers, twice", large_buffers },
    { "100,000 entries, by the library", by_the_library },
    { "kinds in a big directory", kinds_in_a_big_directory },
    { "entries of a big directory are found", every_listed_entry_is_found },
    { "buffers that are too small", buffers_that_are_too_small },
    { "empty directories", empty_directories },
    { "the dots", the_dots },
    { "several at once", several_at_once },
    { "by several processes", by_several_processes },
    { "walking", walking },
    { NULL, NULL },
} };
