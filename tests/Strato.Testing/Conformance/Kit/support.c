// What many checks need.
#include "kit.h"

#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

static sigjmp_buf fault;

const char *at(const char *path)
{
    static char buffers[8][8192];
    static int next;
    char *buffer = buffers[next++ % 8];
    snprintf(buffer, sizeof *buffers, "%s/%s", tree_path, path);
    return buffer;
}

int open_in(const char *path)
{
    int descriptor = openat(tree, path, O_RDONLY | O_CLOEXEC);
    expect(descriptor >= 0, "open %s: %s", path, strerror(errno));
    return descriptor;
}

unsigned char pattern(int64_t offset, int variant)
{
    return (unsigned char)(offset ^ (offset >> 8) ^ (offset >> 16) ^ (offset >> 24) ^ (offset >> 32) ^ variant);
}

void expect_pattern(const void *bytes, size_t length, int64_t offset, int variant, const char *what)
{
    const unsigned char *read = bytes;
    for (size_t i = 0; i < length; i++)
        expect(read[i] == pattern(offset + (int64_t)i, variant), "%s: byte %lld is %d and not %d", what, (long long)(offset + (int64_t)i), read[i],
            pattern(offset + (int64_t)i, variant));
}

void expect_file(int descriptor, int64_t length, int variant, size_t call_size)
{
    char *buffer = malloc(call_size);
    int64_t offset = 0;
    ssize_t count;
    while ((count = ok(read(descriptor, buffer, call_size))) > 0) {
        expect(offset + count <= length, "it is longer than %lld", (long long)length);
        expect_pattern(buffer, count, offset, variant, "read");
        offset += count;
    }

    equal(offset, length);
    free(buffer);
}

void in_child(void (*run)(void))
{
    fflush(NULL);
    pid_t child = ok(fork());
    if (child == 0) {
        run();
        _exit(0);
    }

    // A failed expectation has said already what is wrong.
    int status;
    ok(waitpid(child, &status, 0));
    expect(!WIFSIGNALED(status), "a child was ended by signal %d", WTERMSIG(status));
    if (WEXITSTATUS(status))
        _exit(WEXITSTATUS(status));
}

void become_user(void)
{
    gid_t group = KIT_GROUP;
    if (geteuid() != 0)
        return;
    ok(setgroups(1, &group));
    ok(setresgid(KIT_USER, KIT_USER, KIT_USER));
    ok(setresuid(KIT_USER, KIT_USER, KIT_USER));
}

int run_program(const char *path, char *const arguments[], char *output, size_t room)
{
    int ends[2];
    ok(pipe2(ends, O_CLOEXEC));
    fflush(NULL);
    pid_t child = ok(fork());
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(path, arguments);
        _exit(128 + errno);
    }

    close(ends[1]);
    size_t length = 0;
    ssize_t more;
    while (length + 1 < room && (more = read(ends[0], output + length, room - 1 - length)) > 0)
        length += more;
    output[length] = 0;
    close(ends[0]);
    int status;
    ok(waitpid(child, &status, 0));
    expect(WIFEXITED(status), "%s was ended by signal %d", path, WTERMSIG(status));
    return WEXITSTATUS(status);
}

static void on_fault(int signal)
{
    (void)signal;
    siglongjmp(fault, 1);
}

bool faults(const volatile char *address)
{
    struct sigaction action = { .sa_handler = on_fault }, before;
    sigaction(SIGBUS, &action, &before);
    bool faulted = sigsetjmp(fault, 1) != 0;
    if (!faulted)
        (void)*address;
    sigaction(SIGBUS, &before, NULL);
    return faulted;
}
