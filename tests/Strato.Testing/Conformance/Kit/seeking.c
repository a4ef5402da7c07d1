// Places in directories: telldir(3), seekdir(3), rewinddir(3), and descriptors that share one.
#include "directory.h"

struct place {
    off_t before; // where the entry is read
    char name[16];
};

static struct place places[BIG_COUNT + 2];

// Remembers for each entry the place before it.
static int remember(const char *path, size_t size)
{
    struct lister *lister = list(open_in(path), size);
    struct dirent64 *entry;
    int count = 0;
    off_t before = 0;
    while ((entry = next_entry(lister))) {
        places[count].before = before;
        snprintf(places[count].name, sizeof places->name, "%s", entry->d_name);
        before = entry->d_off;
        count++;
    }

    close(lister->descriptor);
    return count;
}

static void expect_at(int directory, const struct place *place)
{
    char buffer[PAGE] __attribute__((aligned(8)));
    equal(ok(lseek(directory, place->before, SEEK_SET)), place->before);
    ssize_t length = ok(getdents64(directory, buffer, 600));
    expect(length > 0, "nothing is behind the place before %s", place->name);
    struct dirent64 *entry = (struct dirent64 *)buffer;
    expect(!strcmp(entry->d_name, place->name), "%s is behind the place before %s", entry->d_name, place->name);
}

static void every_place(void)
{
    int count = remember("many", 65536), directory = open_in("many");
    equal(count, MANY_COUNT + 2);
    for (int i = 0; i < count; i++)
        expect_at(directory, &places[i]);
    for (int i = count - 1; i >= 0; i--)
        expect_at(directory, &places[i]);
}

static void places_at_random(void)
{
    int count = remember("big", 1 << 20), directory = open_in("big");
    equal(count, BIG_COUNT + 2);
    srandom(2);
    for (int round = 0; round < 300; round++)
        expect_at(directory, &places[random() % count]);
}

static int compare(const void *left, const void *right)
{
    off_t a = *(const off_t *)left, b = *(const off_t *)right;
    return (a > b) - (a < b);
}

static void places_are_different(void)
{
    int count = remember("big", 32768);
    static off_t sorted[BIG_COUNT + 2];
    for (int i = 0; i < count; i++) {
        sorted[i] = places[i].before;
        expect(sorted[i] >= 0, "a place is %lld", (long long)sorted[i]);
    }

    qsort(sorted, count, sizeof *sorted, compare);
    for (int i = 1; i < count; i++)
        expect(sorted[i] != sorted[i - 1], "two entries have the place %lld", (long long)sorted[i]);
}

// A place that was told in one call is good in a later one, and for the rest of the listing.
static void going_on_from_a_place(void)
{
    int count = remember("many", 2000);
    for (int start = 0; start < count; start += 301) {
        int directory = open_in("many");
        ok(lseek(directory, places[start].before, SEEK_SET));
        struct lister *lister = list(directory, 5000);
        struct dirent64 *entry;
        int at_entry = start;
        while ((entry = next_entry(lister)))
            expect(!strcmp(entry->d_name, places[at_entry++].name), "after the place before %s comes %s", places[start].name, entry->d_name);
        equal(at_entry, count);
        free(lister);
        close(directory);
    }
}

static void by_the_library(void)
{
    static long told[MANY_COUNT + 2];
    static char names[MANY_COUNT + 2][16];
    DIR *directory = opendir(at("many"));
    int count = 0;
    struct dirent *entry;
    while (told[count] = telldir(directory), (entry = readdir(directory)))
        snprintf(names[count++], sizeof *names, "%s", entry->d_name);
    equal(count, MANY_COUNT + 2);
    for (int i = 0; i < count; i += 7) {
        int which = (int)((long)i * 1237 % count);
        seekdir(directory, told[which]);
        equal(telldir(directory), told[which]);
        entry = readdir(directory);
        expect(entry && !strcmp(entry->d_name, names[which]), "seekdir leads to %s and not %s", entry ? entry->d_name : "the end", names[which]);
    }

    rewinddir(directory);
    entry = readdir(directory);
    expect(entry && !strcmp(entry->d_name, names[0]), "rewinddir leads elsewhere");
    closedir(directory);
}

static void rewinding(void)
{
    static unsigned char seen[MANY_COUNT];
    int directory = open_in("many");
    struct lister *lister = list(directory, 1000);
    for (int i = 0; i < 700; i++)
        expect(next_entry(lister), "it ends after %d", i);
    for (int round = 0; round < 3; round++) {
        memset(seen, 0, sizeof seen);
        equal(ok(lseek(directory, 0, SEEK_SET)), 0);
        free(lister);
        lister = list(directory, 700);
        expect_rest(lister, MANY_COUNT, seen);
    }
}

static void the_own_position(void)
{
    int directory = open_in("many");
    struct lister *lister = list(directory, 280);
    equal(lseek(directory, 0, SEEK_CUR), 0);
    for (int i = 0; i < 200; i++) {
        struct dirent64 *entry = next_entry(lister);
        if (lister->position == lister->filled)
            equal(lseek(directory, 0, SEEK_CUR), entry->d_off);
    }

    refused(lseek(directory, -1, SEEK_SET), EINVAL);
}

static int shared, results;

// Lists by one call and tells what came.
static void list_a_part(void)
{
    struct lister *lister = list(shared, 1000);
    int dots = 0;
    for (struct dirent64 *entry = next_entry(lister); entry; entry = lister->position < lister->filled ? next_entry(lister) : NULL) {
        int number = number_of(entry->d_name, &dots);
        if (number >= 0)
            equal(write(results, &number, sizeof number), sizeof number);
    }
}

// Processes with one descriptor share its position: each entry comes to one of them.
static void by_processes_with_one_descriptor(void)
{
    static unsigned char seen[MANY_COUNT];
    int ends[2], number, count = 0, before;
    ok(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
    results = ends[1];
    shared = open_in("many");
    do {
        before = count;
        in_child(list_a_part);
        for (; read(ends[0], &number, sizeof number) == sizeof number; count++)
            expect(!seen[number]++, "e%05d comes twice", number);
    } while (count > before);

    equal(count, MANY_COUNT);
}

static void while_the_kernel_forgets(void)
{
    if (!as_root)
        skip("only root has the kernel forget");
    static unsigned char seen[MANY_COUNT];
    struct lister *lister = list(open_in("many"), 500);
    int dots = 0;
    for (int i = 0; i < 1500; i++) {
        struct dirent64 *entry = next_entry(lister);
        int number = number_of(entry->d_name, &dots);
        if (number >= 0)
            seen[number] = 1;
        if (i % 500 == 499) {
            int drop = ok(open("/proc/sys/vm/drop_caches", O_WRONLY));
            equal(write(drop, "3", 1), 1);
            close(drop);
        }
    }

    expect_rest(lister, MANY_COUNT, seen);
}

const struct topic seeking = { "seeking", (const struct check[]) {
    { "every place, forwards and backwards", every_place },
    { "places at random among 100,000", places_at_random },
    { "places are different", places_are_different },
    { "going on from a place", going_on_from_a_place },
    { "telldir, seekdir, rewinddir", by_the_library },
    { "rewinding", rewinding },
    { "the own position", the_own_position },
    { "processes with one descriptor", by_processes_with_one_descriptor },
    { "while the kernel forgets", while_the_kernel_forgets },
    { NULL, NULL },
} };
