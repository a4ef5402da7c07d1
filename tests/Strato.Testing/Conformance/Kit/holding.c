// A new revision of the tree: what was opened before it stays what it was. No ESTALE, whatever is asked.
#include "kit.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>

struct held {
    const char *path;
    int64_t length;
    int variant;
    int descriptor;
};

static struct held files[] = {
    { "switch/changed-whole", WHOLE_LENGTH, 12, -1 }, { "switch/changed-chunked", CHUNKED_LENGTH, 10, -1 }, { "switch/gone", WHOLE_LENGTH, 13, -1 },
    { "switch/gone-chunked", CHUNKED_LENGTH, 14, -1 }, { "switch/gone-directory/a", WHOLE_LENGTH, 15, -1 }, { "switch/touched-chunked", CHUNKED_LENGTH, 16, -1 },
};

#define FILE_COUNT ((int)(sizeof files / sizeof *files))

static void open_all(int flags)
{
    for (int i = 0; i < FILE_COUNT; i++)
        files[i].descriptor = ok(openat(tree, files[i].path, flags));
}

static int again(int descriptor)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    return open(name, O_RDONLY);
}

static void unread_files(void)
{
    open_all(O_RDONLY);
    await_switch();
    for (int i = 0; i < FILE_COUNT; i++)
        expect_file(files[i].descriptor, files[i].length, files[i].variant, 65536);
}

static void half_read_files(void)
{
    char byte;
    open_all(O_RDONLY);
    for (int i = 0; i < FILE_COUNT; i++)
        equal(ok(pread(files[i].descriptor, &byte, 1, files[i].length / 2)), 1);
    await_switch();
    for (int i = 0; i < FILE_COUNT; i++)
        expect_file(files[i].descriptor, files[i].length, files[i].variant, 12345);
}

static void attributes(void)
{
    struct stat before[FILE_COUNT], after;
    open_all(O_RDONLY);
    for (int i = 0; i < FILE_COUNT; i++)
        ok(fstat(files[i].descriptor, &before[i]));
    await_switch();
    for (int i = 0; i < FILE_COUNT; i++) {
        ok(fstat(files[i].descriptor, &after));
        equal(after.st_size, files[i].length);
        equal(after.st_ino, before[i].st_ino);
        ok(fstatat(files[i].descriptor, "", &after, AT_EMPTY_PATH));
        equal(lseek(files[i].descriptor, 0, SEEK_END), files[i].length);
    }
}

static void mapped_files(void)
{
    char *mapped[FILE_COUNT];
    open_all(O_RDONLY);
    for (int i = 0; i < FILE_COUNT; i++) {
        mapped[i] = ok(mmap(NULL, files[i].length, PROT_READ, i % 2 ? MAP_SHARED : MAP_PRIVATE, files[i].descriptor, 0));
        (void)*(volatile char *)mapped[i];
        close(files[i].descriptor);
    }

    await_switch();
    for (int i = 0; i < FILE_COUNT; i++)
        expect_pattern(mapped[i], files[i].length, 0, files[i].variant, files[i].path);
}

static void open_again_what_was_open(void)
{
    open_all(O_RDONLY);
    await_switch();
    for (int i = 0; i < FILE_COUNT; i++) {
        int opened = again(files[i].descriptor);
        expect(opened >= 0, "opening %s again: %s", files[i].path, strerror(errno));
        expect_file(opened, files[i].length, files[i].variant, 65536);
    }
}

// Nobody has read a byte of it, or opened it for that.
static void open_again_what_was_a_path(void)
{
    open_all(O_PATH);
    await_switch();
    for (int i = 0; i < FILE_COUNT; i++) {
        struct stat status;
        ok(fstat(files[i].descriptor, &status));
        equal(status.st_size, files[i].length);
        int opened = again(files[i].descriptor);
        expect(opened >= 0, "opening %s: %s", files[i].path, strerror(errno));
        expect_file(opened, files[i].length, files[i].variant, 65536);
    }
}

static void links(void)
{
    char target[64];
    int link = ok(openat(tree, "switch/link", O_PATH | O_NOFOLLOW)), gone = ok(openat(tree, "switch/gone-link", O_PATH | O_NOFOLLOW));
    await_switch();
    ssize_t length = readlinkat(link, "", target, sizeof target);
    expect(length == 4 && !memcmp(target, "same", 4), "a link that was opened leads to %.*s: %s", (int)(length < 0 ? 0 : length), target, strerror(errno));
    length = readlinkat(gone, "", target, sizeof target);
    expect(length == 7 && !memcmp(target, "changed", 7), "a link that has gone leads to %.*s: %s", (int)(length < 0 ? 0 : length), target, strerror(errno));
}

static void extended_attributes(void)
{
    char value[64];
    static const char *const paths[] = { "switch/attribute-gone", "switch/attribute-changed", "switch/attribute-same" };
    int held[3];
    for (int i = 0; i < 3; i++)
        held[i] = open_in(paths[i]);
    await_switch();
    for (int i = 0; i < 3; i++) {
        ssize_t length = fgetxattr(held[i], "user.kind", value, sizeof value);
        expect(length == 3, "fgetxattr of %s gives %zd: %s", paths[i], length, strerror(errno));
        // Where the file is the same one, its descriptor shows what it has now.
        expect(!memcmp(value, "old", 3) || (i == 1 && !memcmp(value, "new", 3)), "fgetxattr of %s gives %.3s", paths[i], value);
        length = flistxattr(held[i], value, sizeof value);
        expect(length == 10, "flistxattr of %s gives %zd: %s", paths[i], length, strerror(errno));
        length = fgetxattr(held[i], "user.absent", value, sizeof value);
        expect(length < 0 && errno == ENODATA, "fgetxattr of %s for what it has not: %s", paths[i], strerror(errno));
    }
}

static void locks(void)
{
    int first = open_in("switch/gone"), second = open_in("switch/gone");
    ok(flock(first, LOCK_EX));
    await_switch();
    refused(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    ok(flock(first, LOCK_UN));
    ok(flock(second, LOCK_EX | LOCK_NB));
}

static void the_file_system(void)
{
    struct statfs status;
    int file = open_in("switch/gone");
    await_switch();
    ok(fstatfs(file, &status));
    ok(fstatfs(tree, &status));
    ok(fsync(file));
}

static void programs(void)
{
    int ends[2];
    ok(pipe2(ends, O_CLOEXEC));
    pid_t child = ok(fork());
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        execv(at("switch/program"), (char *[]) { "name", "wait", NULL });
        _exit(128 + errno);
    }

    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/%d/exe", child);
    for (ssize_t length = 0; length < 7 || memcmp(path + length - 7, "program", 7); usleep(1000))
        length = ok(readlink(name, path, sizeof path));
    await_switch();
    close(ends[1]);
    int status;
    ok(waitpid(child, &status, 0));
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a program that was running ends with %x", status);
}

// Until well behind the switch somebody opens, reads, asks and lists, and never gets an error.
static void readers_in_between(void)
{
    int ends[2], status;
    ok(pipe2(ends, O_CLOEXEC));
    pid_t child = ok(fork());
    if (child == 0) {
        char bytes[4096];
        close(ends[1]);
        ok(fcntl(ends[0], F_SETFL, O_NONBLOCK));
        for (int rounds = 0, left = -1; left != 0; rounds++, left -= left > 0) {
            struct stat described;
            if (left < 0 && read(ends[0], bytes, 1) == 0)
                left = 200;
            int file = open_in(rounds % 2 ? "switch/same" : "switch/same-directory/file"), changed = open_in("switch/changed-whole");
            expect(ok(read(file, bytes, sizeof bytes)) > 0, "a file is empty");
            ok(fstat(file, &described));
            equal(ok(read(changed, bytes, sizeof bytes)), (ssize_t)sizeof bytes);
            expect_pattern(bytes, sizeof bytes, 0, (unsigned char)bytes[0] == 12 ? 12 : 17, "switch/changed-whole");
            ok(fstatat(tree, "switch/link", &described, 0));
            expect(readlinkat(tree, "switch/link", bytes, sizeof bytes) > 0, "readlink: %s", strerror(errno));
            expect(getxattr(at("switch/attribute-changed"), "user.kind", bytes, sizeof bytes) == 3, "getxattr: %s", strerror(errno));
            int directory = open_in("switch/same-directory");
            expect(getdents64(directory, bytes, sizeof bytes) > 0, "getdents: %s", strerror(errno));
            close(file), close(changed), close(directory);
        }

        _exit(0);
    }

    close(ends[0]);
    await_switch();
    close(ends[1]);
    ok(waitpid(child, &status, 0));
    if (status)
        _exit(1);
}

const struct topic holding = { "holding", (const struct check[]) {
    { "files that were not read", unread_files },
    { "files that were half read", half_read_files },
    { "attributes", attributes },
    { "mapped files", mapped_files },
    { "opening again what was open", open_again_what_was_open },
    { "opening again what was a path", open_again_what_was_a_path },
    { "links", links },
    { "extended attributes", extended_attributes },
    { "locks", locks },
    { "the file system", the_file_system },
    { "running programs", programs },
    { "readers in between", readers_in_between },
    { NULL, NULL },
} };
