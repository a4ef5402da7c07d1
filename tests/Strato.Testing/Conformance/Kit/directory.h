// getdents64(2) as the kernel gives it, for checks of listings.
#ifndef DIRECTORY_H
#define DIRECTORY_H

#include "kit.h"

#include <dirent.h>

struct lister {
    int descriptor;
    size_t size;     // of the buffer that the kernel is given
    ssize_t filled;
    ssize_t position;
    char buffer[1 << 20] __attribute__((aligned(8)));
};

// Begins to list an open directory, with a buffer of this size.
struct lister *list(int descriptor, size_t size);

// The next entry, NULL at the end; a failure is the check's.
struct dirent64 *next_entry(struct lister *lister);

// The number in a name such as e01234; negative for . and .., which are counted in `dots`.
int number_of(const char *name, int *dots);

// Expects the rest of a listing of numbered names to have each number below `count` once that `seen` has not yet.
void expect_rest(struct lister *lister, int count, unsigned char *seen);

#endif
