// Bytes that go from a file elsewhere without passing through the caller: splice, sendfile, copy_file_range, asynchronous reads.
#include "kit.h"

#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static void drain(int source, int64_t length, int64_t offset, int variant)
{
    char buffer[65536];
    while (length > 0) {
        ssize_t count = ok(read(source, buffer, length < (int64_t)sizeof buffer ? (size_t)length : sizeof buffer));
        expect(count > 0, "%lld bytes are missing", (long long)length);
        expect_pattern(buffer, count, offset, variant, "what came");
        offset += count;
        length -= count;
    }
}

static void splice_to_a_pipe(void)
{
    int ends[2], file = open_in("content/chunked");
    ok(pipe(ends));
    for (int64_t offset = 0; offset < CHUNKED_LENGTH;) {
        ssize_t count = ok(splice(file, NULL, ends[1], NULL, 65536, 0));
        expect(count > 0, "the file ends at %lld", (long long)offset);
        drain(ends[0], count, offset, 5);
        offset += count;
    }

    equal(ok(splice(file, NULL, ends[1], NULL, 65536, 0)), 0);
}

static void splice_from_a_position(void)
{
    static const char *const paths[] = { "content/whole", "content/chunked" };
    for (int i = 0; i < 2; i++) {
        int ends[2], file = open_in(paths[i]);
        ok(pipe(ends));
        loff_t offset = 12345;
        ssize_t count = ok(splice(file, &offset, ends[1], NULL, 20000, SPLICE_F_MOVE | SPLICE_F_MORE));
        expect(count > 0, "nothing is spliced");
        equal(offset, 12345 + count);
        equal(lseek(file, 0, SEEK_CUR), 0);
        drain(ends[0], count, 12345, 4 + i);
    }
}

static void splice_and_tee(void)
{
    int first[2], second[2];
    ok(pipe(first));
    ok(pipe(second));
    ssize_t count = ok(splice(open_in("content/whole"), NULL, first[1], NULL, 3 * PAGE, 0));
    equal(ok(tee(first[0], second[1], count, 0)), count);
    drain(first[0], count, 0, 4);
    drain(second[0], count, 0, 4);
}

static void splice_is_refused(void)
{
    int ends[2], file = open_in("content/whole");
    ok(pipe(ends));
    refused(splice(file, NULL, open_in("content/one"), NULL, 100, 0), EBADF);
    refused(splice(ends[0], NULL, file, NULL, 100, 0), EBADF);
    refused_either(splice(open_in("content"), NULL, ends[1], NULL, 100, 0), EISDIR, EINVAL);
}

static void sendfile_to_a_socket(void)
{
    int ends[2], file = open_in("content/chunked");
    ok(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
    for (off_t offset = 0; offset < CHUNKED_LENGTH;) {
        off_t before = offset;
        ssize_t count = ok(sendfile(ends[0], file, &offset, 30000));
        equal(offset, before + count);
        drain(ends[1], count, before, 5);
    }

    equal(lseek(file, 0, SEEK_CUR), 0);
}

static void sendfile_to_a_file(void)
{
    int target = ok(memfd_create("kit", 0)), source = open_in("content/chunked");
    for (int64_t done = 0; done < CHUNKED_LENGTH;)
        done += ok(sendfile(target, source, NULL, 300000));
    equal(ok(sendfile(target, source, NULL, 300000)), 0);
    ok(lseek(target, 0, SEEK_SET));
    expect_file(target, CHUNKED_LENGTH, 5, 65536);
}

// Between file systems of different kinds the kernel says EXDEV, and programs copy by hand.
static void copying_ranges(void)
{
    int target = ok(memfd_create("kit", 0)), source = open_in("content/chunked");
    loff_t offset = 100;
    ssize_t count = copy_file_range(source, &offset, target, NULL, 5000, 0);
    if (count < 0)
        expect(errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP, "copy_file_range: %s", strerror(errno));
    else {
        ok(lseek(target, 0, SEEK_SET));
        drain(target, count, 100, 5);
    }

    refused(copy_file_range(source, NULL, open_in("content/one"), NULL, 10, 0), EBADF);
    refused_either(ioctl(target, FICLONE, source), EXDEV, EOPNOTSUPP);
}

static void asynchronous_reading(void)
{
    aio_context_t context = 0;
    if (syscall(SYS_io_setup, 8, &context) < 0)
        skip("the kernel has no asynchronous input and output");
    static char buffers[8][PAGE] __attribute__((aligned(PAGE)));
    struct iocb requests[8] = { 0 }, *list[8];
    struct io_event events[8];
    int file = open_in("content/chunked");
    for (int i = 0; i < 8; i++) {
        requests[i] = (struct iocb) { .aio_fildes = file, .aio_lio_opcode = IOCB_CMD_PREAD, .aio_buf = (uintptr_t)buffers[i], .aio_nbytes = PAGE, .aio_offset = i * 100000 };
        list[i] = &requests[i];
    }

    equal(ok(syscall(SYS_io_submit, context, 8, list)), 8);
    equal(ok(syscall(SYS_io_getevents, context, 8, 8, events, NULL)), 8);
    for (int i = 0; i < 8; i++) {
        equal(events[i].res, PAGE);
        expect_pattern(buffers[i], PAGE, i * 100000, 5, "asynchronously");
    }

    ok(syscall(SYS_io_destroy, context));
}

const struct topic splicing = { "splicing", (const struct check[]) {
    { "splice to a pipe", splice_to_a_pipe },
    { "splice from a position", splice_from_a_position },
    { "splice and tee", splice_and_tee },
    { "splice into the tree is refused", splice_is_refused },
    { "sendfile to a socket", sendfile_to_a_socket },
    { "sendfile to a file", sendfile_to_a_file },
    { "copy_file_range and clones", copying_ranges },
    { "asynchronous reading", asynchronous_reading },
    { NULL, NULL },
} };
