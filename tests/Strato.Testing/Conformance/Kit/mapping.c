// mmap(2) and what is done to mappings.
#include "kit.h"

#include <sys/mman.h>

static char *map(const char *path, size_t length, int protection, int flags, off_t offset)
{
    int file = open_in(path);
    char *mapped = ok(mmap(NULL, length, protection, flags, file, offset));
    close(file);
    return mapped;
}

static void shared_reading(void)
{
    expect_pattern(map("content/whole", WHOLE_LENGTH, PROT_READ, MAP_SHARED, 0), WHOLE_LENGTH, 0, 4, "whole");
    expect_pattern(map("content/chunked", CHUNKED_LENGTH, PROT_READ, MAP_SHARED, 0), CHUNKED_LENGTH, 0, 5, "chunked");
    expect_pattern(map("content/chunked", PAGE, PROT_READ, MAP_SHARED, 100 * PAGE), PAGE, 100 * PAGE, 5, "a page of chunked");
}

static void private_writing(void)
{
    int file = open_in("content/chunked");
    char *mine = ok(mmap(NULL, CHUNKED_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0));
    for (int offset = 0; offset < CHUNKED_LENGTH; offset += 50000)
        mine[offset] = (char)~mine[offset];
    expect_file(file, CHUNKED_LENGTH, 5, 65536);
    expect_pattern(map("content/chunked", CHUNKED_LENGTH, PROT_READ, MAP_PRIVATE, 0), CHUNKED_LENGTH, 0, 5, "another mapping");
    equal((unsigned char)mine[50000], (unsigned char)~pattern(50000, 5));
}

static void shared_writing_is_refused(void)
{
    int file = open_in("content/whole");
    refused((intptr_t)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), EACCES);
    char *mapped = map("content/whole", PAGE, PROT_READ, MAP_SHARED, 0);
    refused(mprotect(mapped, PAGE, PROT_READ | PROT_WRITE), EACCES);
    ok(mprotect(mapped, PAGE, PROT_NONE));
    ok(mprotect(mapped, PAGE, PROT_READ));
    expect_pattern(mapped, PAGE, 0, 4, "after mprotect");
}

static void behind_the_end(void)
{
    static const int flags[] = { MAP_SHARED, MAP_PRIVATE };
    for (int i = 0; i < 2; i++) {
        char *mapped = map("content/page-and-one", 4 * PAGE, PROT_READ, flags[i], 0);
        expect_pattern(mapped, PAGE + 1, 0, 3, "page-and-one");
        for (int offset = PAGE + 1; offset < 2 * PAGE; offset++)
            equal(mapped[offset], 0);
        expect(faults(mapped + 2 * PAGE), "a page behind the end can be read");
        expect(faults(mapped + 4 * PAGE - 1), "a page behind the end can be read");
        expect(faults(map("content/empty", PAGE, PROT_READ, flags[i], 0)), "a page of an empty file can be read");
    }
}

static void what_cannot_be_mapped(void)
{
    int file = open_in("content/whole");
    refused((intptr_t)mmap(NULL, 0, PROT_READ, MAP_SHARED, file, 0), EINVAL);
    refused((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 100), EINVAL);
    refused((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, open_in("content"), 0), ENODEV);
    refused((intptr_t)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, openat(tree, "content/whole", O_PATH), 0), EBADF);
}

static void executable_mapping(void)
{
    char *mapped = map("programs/probe", PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, 0);
    expect(memcmp(mapped, "\177ELF", 4) == 0, "a program does not begin like one");
}

static void mapping_beyond_four_gigabytes(void)
{
    char *mapped = map("content/large", 2 * PAGE, PROT_READ, MAP_SHARED, (1LL << 32) - PAGE);
    expect_pattern(mapped, 2 * PAGE, (1LL << 32) - PAGE, 6, "large");
    mapped = map("content/large", (1UL << 32) + 65536, PROT_READ, MAP_SHARED | MAP_NORESERVE, 0);
    expect_pattern(mapped + (1LL << 31) - 100, 200, (1LL << 31) - 100, 6, "all of large");
    equal(mapped[3LL << 30], 0);
}

static void residence(void)
{
    size_t pages = (CHUNKED_LENGTH + PAGE - 1) / PAGE;
    unsigned char resident[pages];
    char *mapped = map("content/chunked", CHUNKED_LENGTH, PROT_READ, MAP_SHARED | MAP_POPULATE, 0);
    ok(mincore(mapped, CHUNKED_LENGTH, resident));
    for (size_t page = 0; page < pages; page++)
        (void)*(volatile char *)(mapped + page * PAGE);
    ok(mincore(mapped, CHUNKED_LENGTH, resident));
    expect(resident[0] & 1, "a page that was just read is not resident");
    static const int kinds[] = { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_POPULATE_READ };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        ok(madvise(mapped, CHUNKED_LENGTH, kinds[i]));
    ok(msync(mapped, CHUNKED_LENGTH, MS_SYNC));
    ok(msync(mapped, CHUNKED_LENGTH, MS_ASYNC | MS_INVALIDATE));
    ok(mlock(mapped, 8 * PAGE));
    ok(munlock(mapped, 8 * PAGE));
    expect_pattern(mapped, CHUNKED_LENGTH, 0, 5, "after advice");
}

static void moving_a_mapping(void)
{
    char *mapped = map("content/chunked", 10 * PAGE, PROT_READ, MAP_SHARED, 0);
    mapped = ok(mremap(mapped, 10 * PAGE, 200 * PAGE, MREMAP_MAYMOVE));
    expect_pattern(mapped, 200 * PAGE, 0, 5, "a longer mapping");
    ok(munmap(mapped + 50 * PAGE, 50 * PAGE));
    expect_pattern(mapped + 100 * PAGE, 100 * PAGE, 100 * PAGE, 5, "behind a gap");
}

// The page that is read into is one of the file that is read.
static void reading_a_file_into_its_mapping(void)
{
    int file = open_in("content/chunked");
    char *mine = ok(mmap(NULL, CHUNKED_LENGTH, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0));
    ok(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    equal(ok(pread(file, mine, 100 * PAGE, 0)), 100 * PAGE);
    equal(ok(pread(file, mine + 101 * PAGE, 50 * PAGE, 100 * PAGE)), 50 * PAGE);
    expect_pattern(mine, 100 * PAGE, 0, 5, "read into its own mapping");
    expect_pattern(mine + 101 * PAGE, 50 * PAGE, 100 * PAGE, 5, "read into its own mapping elsewhere");
}

static char *inherited;

static void read_inherited(void)
{
    expect_pattern(inherited, CHUNKED_LENGTH, 0, 5, "in the child");
}

static void inheriting(void)
{
    inherited = map("content/chunked", CHUNKED_LENGTH, PROT_READ, MAP_SHARED, 0);
    in_child(read_inherited);
    ok(madvise(inherited, CHUNKED_LENGTH, MADV_DONTFORK));
    expect_pattern(inherited, CHUNKED_LENGTH, 0, 5, "in the parent");
}

const struct topic mapping = { "mapping", (const struct check[]) {
    { "shared, reading", shared_reading },
    { "private, writing", private_writing },
    { "shared, writing, is refused", shared_writing_is_refused },
    { "behind the end", behind_the_end },
    { "what cannot be mapped", what_cannot_be_mapped },
    { "executable", executable_mapping },
    { "beyond four gigabytes", mapping_beyond_four_gigabytes },
    { "residence, advice, msync and mlock", residence },
    { "moving and cutting", moving_a_mapping },
    { "reading a file into its mapping", reading_a_file_into_its_mapping },
    { "inheriting", inheriting },
    { NULL, NULL },
} };
