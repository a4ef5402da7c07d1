// read(2) and its relatives, positions, and what is asked of a descriptor beside its bytes.
#include "kit.h"

#include <linux/fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/uio.h>

static const struct { const char *path; int64_t length; int variant; } files[] = {
    { "content/empty", 0, 0 }, { "content/one", 1, 1 }, { "content/page", PAGE, 2 }, { "content/page-and-one", PAGE + 1, 3 },
    { "content/whole", WHOLE_LENGTH, 4 }, { "content/chunked", CHUNKED_LENGTH, 5 },
};

static void every_byte_by_calls_of_any_size(void)
{
    static const size_t sizes[] = { 1, 7, 512, PAGE - 1, PAGE, 65536, 1 << 20, 3 << 20 };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t s = files[i].length > 100000 ? 2 : 0; s < sizeof sizes / sizeof *sizes; s++) {
            int file = open_in(files[i].path);
            expect_file(file, files[i].length, files[i].variant, sizes[s]);
            close(file);
        }
}

static void positions_at_random(void)
{
    char buffer[70000];
    srandom(1);
    for (size_t i = 4; i < sizeof files / sizeof *files; i++) {
        int file = open_in(files[i].path);
        for (int round = 0; round < 500; round++) {
            int64_t offset = random() % (files[i].length + 1000), left = files[i].length - offset;
            ssize_t size = 1 + random() % sizeof buffer, expected = left < 0 ? 0 : left < size ? left : size;
            equal(ok(pread(file, buffer, size, offset)), expected);
            expect_pattern(buffer, expected, offset, files[i].variant, files[i].path);
        }

        equal(lseek(file, 0, SEEK_CUR), 0);
        close(file);
    }
}

static void end_of_file(void)
{
    char byte;
    int file = open_in("content/page");
    equal(ok(pread(file, &byte, 1, PAGE - 1)), 1);
    equal(ok(pread(file, &byte, 1, PAGE)), 0);
    equal(ok(pread(file, &byte, 1, 1LL << 40)), 0);
    equal(ok(pread(file, &byte, 0, 0)), 0);
    equal(ok(pread(open_in("content/empty"), &byte, 1, 0)), 0);
    refused(pread(file, &byte, 1, -1), EINVAL);
    refused(pread(file, &byte, 1, INT64_MIN), EINVAL);
}

static void seeking_in_files(void)
{
    int file = open_in("content/whole");
    equal(lseek(file, 0, SEEK_END), WHOLE_LENGTH);
    equal(lseek(file, -1, SEEK_CUR), WHOLE_LENGTH - 1);
    equal(lseek(file, 1LL << 33, SEEK_SET), 1LL << 33);
    refused(lseek(file, -1, SEEK_SET), EINVAL);
    refused(lseek(file, -WHOLE_LENGTH - 1, SEEK_END), EINVAL);
    refused_either(lseek(file, INT64_MAX, SEEK_END), EINVAL, EOVERFLOW);
    refused(lseek(file, 0, 99), EINVAL);
    equal(lseek(file, 0, SEEK_CUR), 1LL << 33);
}

// A file system that keeps no holes shows all of a file as data, up to one hole at its end.
static void data_and_holes(void)
{
    int file = open_in("content/chunked");
    equal(lseek(file, 0, SEEK_DATA), 0);
    equal(lseek(file, 12345, SEEK_DATA), 12345);
    equal(lseek(file, 0, SEEK_HOLE), CHUNKED_LENGTH);
    equal(lseek(file, CHUNKED_LENGTH - 1, SEEK_HOLE), CHUNKED_LENGTH);
    refused(lseek(file, CHUNKED_LENGTH, SEEK_DATA), ENXIO);
    refused(lseek(file, CHUNKED_LENGTH, SEEK_HOLE), ENXIO);
    refused(lseek(file, -1, SEEK_DATA), ENXIO);
    file = open_in("content/large");
    off_t hole = ok(lseek(file, 0, SEEK_HOLE));
    expect(hole > 0 && hole <= LARGE_LENGTH, "the first hole is at %lld", (long long)hole);
    equal(lseek(file, LARGE_LENGTH - 1, SEEK_DATA), LARGE_LENGTH - 1);
}

static void vectors(void)
{
    char first[10], second[PAGE], third[1];
    struct iovec parts[] = { { first, sizeof first }, { second, sizeof second }, { third, 1 } };
    int file = open_in("content/whole");
    equal(ok(readv(file, parts, 3)), 10 + PAGE + 1);
    expect_pattern(first, 10, 0, 4, "first");
    expect_pattern(second, PAGE, 10, 4, "second");
    expect_pattern(third, 1, 10 + PAGE, 4, "third");
    equal(ok(preadv(file, parts, 3, WHOLE_LENGTH - 20)), 20);
    expect_pattern(second, 10, WHOLE_LENGTH - 10, 4, "after the first ten");
    equal(ok(preadv2(file, parts, 1, -1, 0)), 10);
    expect_pattern(first, 10, 10 + PAGE + 1, 4, "at the position");
    equal(ok(readv(file, parts, 0)), 0);
    refused(readv(file, parts, -1), EINVAL);
    refused(readv(file, parts, 1025), EINVAL);
    refused(preadv2(file, parts, 1, 0, 1 << 30), EOPNOTSUPP);
}

// What is cached is given at once; what is not may be refused, never given wrong.
static void reading_without_waiting(void)
{
    char bytes[PAGE];
    struct iovec part = { bytes, sizeof bytes };
    int file = open_in("content/whole");
    for (int round = 0; round < 2; round++) {
        ssize_t count = preadv2(file, &part, 1, PAGE, RWF_NOWAIT);
        expect(count > 0 || (count < 0 && (errno == EAGAIN || errno == EOPNOTSUPP)), "RWF_NOWAIT gives %zd, %s", count, strerror(errno));
        if (count > 0)
            expect_pattern(bytes, count, PAGE, 4, "without waiting");
        equal(ok(pread(file, bytes, PAGE, PAGE)), PAGE);
    }
}

static void bad_memory(void)
{
    int file = open_in("content/whole");
    refused(read(file, (void *)8, 100), EFAULT);
    refused(pread(file, (void *)8, 100, 30000), EFAULT);
    char byte;
    equal(ok(read(file, &byte, 1)), 1);
    equal(byte, (char)pattern(0, 4));
}

static void beyond_four_gigabytes(void)
{
    static const int64_t marks[] = { 0, (1LL << 31) - PAGE, (1LL << 32) - PAGE };
    char buffer[2 * PAGE];
    int file = open_in("content/large");
    struct stat status;
    ok(fstat(file, &status));
    equal(status.st_size, LARGE_LENGTH);
    for (int i = 0; i < 3; i++) {
        equal(ok(pread(file, buffer, sizeof buffer, marks[i])), (ssize_t)sizeof buffer);
        expect_pattern(buffer, sizeof buffer, marks[i], 6, "content/large");
    }

    equal(ok(lseek(file, -100, SEEK_END)), LARGE_LENGTH - 100);
    equal(ok(read(file, buffer, sizeof buffer)), 100);
    expect_pattern(buffer, 100, LARGE_LENGTH - 100, 6, "content/large");
    equal(ok(pread(file, buffer, PAGE, 3LL << 30)), PAGE);
    for (int i = 0; i < PAGE; i++)
        expect(buffer[i] == 0, "a hole has a byte %d", buffer[i]);
}

static void advice(void)
{
    int file = open_in("content/chunked");
    for (int kind = POSIX_FADV_NORMAL; kind <= POSIX_FADV_NOREUSE; kind++)
        equal(posix_fadvise(file, 0, CHUNKED_LENGTH, kind), 0);
    equal(posix_fadvise(file, 0, 0, 99), EINVAL);
    ok(readahead(file, 0, CHUNKED_LENGTH));
    expect_file(file, CHUNKED_LENGTH, 5, 65536);
}

static void synchronizing(void)
{
    int file = open_in("content/whole"), directory = open_in("content");
    ok(fsync(file));
    ok(fdatasync(file));
    ok(fsync(directory));
    ok(syncfs(file));
    ok(sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE));
}

static void requests_for_devices(void)
{
    int file = open_in("content/whole"), left = -1;
    char settings[256];
    refused(ioctl(file, TCGETS, settings), ENOTTY);
    refused(ioctl(file, _IOR('S', 200, char[64]), settings), ENOTTY);
    equal(isatty(file), 0);
    ok(lseek(file, 100, SEEK_SET));
    ok(ioctl(file, FIONREAD, &left));
    equal(left, WHOLE_LENGTH - 100);
    // Flags of inodes are ext4's own.
    if (on_fuse)
        refused(ioctl(file, FS_IOC_GETFLAGS, &left), ENOTTY);
    refused(ioctl(open_in("content"), TCGETS, settings), ENOTTY);
}

static void polling(void)
{
    struct pollfd wanted = { .fd = open_in("content/whole"), .events = POLLIN | POLLOUT };
    equal(ok(poll(&wanted, 1, 0)), 1);
    expect(wanted.revents & POLLIN, "poll gives %x", wanted.revents);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(wanted.fd, &set);
    struct timeval none = { 0, 0 };
    equal(ok(select(wanted.fd + 1, &set, NULL, NULL, &none)), 1);
}

static void reading_moves_no_time(void)
{
    struct stat before, after;
    ok(fstatat(tree, "content/page", &before, 0));
    expect_file(open_in("content/page"), PAGE, 2, 512);
    ok(fstatat(tree, "content/page", &after, 0));
    equal(after.st_atime, before.st_atime);
    equal(after.st_mtime, before.st_mtime);
    equal(after.st_ctime, before.st_ctime);
}

const struct topic reading = { "reading", (const struct check[]) {
    { "every byte, by calls of any size", every_byte_by_calls_of_any_size },
    { "positions at random", positions_at_random },
    { "the end of a file, and before its start", end_of_file },
    { "seeking", seeking_in_files },
    { "data and holes", data_and_holes },
    { "vectors", vectors },
    { "reading without waiting", reading_without_waiting },
    { "memory that is not there", bad_memory },
    { "beyond four gigabytes", beyond_four_gigabytes },
    { "advice and readahead", advice },
    { "synchronizing", synchronizing },
    { "ioctls", requests_for_devices },
    { "poll and select", polling },
    { "reading moves no time", reading_moves_no_time },
    { NULL, NULL },
} };
