// Programs, scripts and libraries that are run from the tree.
#include "kit.h"

#include <dlfcn.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char output[4096];

static void programs(void)
{
    equal(run_program(at("programs/probe"), (char *[]) { "name", "echo", "one", "two three", NULL }, output, sizeof output), 0);
    expect(!strcmp(output, "one\ntwo three\n"), "it says %s", output);
    equal(run_program(at("programs/probe"), (char *[]) { "name", "exit", "42", NULL }, output, sizeof output), 42);
    equal(run_program(at("programs/link-to-probe"), (char *[]) { "name", "exit", "3", NULL }, output, sizeof output), 3);
    equal(run_program(at("permissions/711"), (char *[]) { "name", "exit", "4", NULL }, output, sizeof output), 4);
}

static void scripts(void)
{
    equal(run_program(at("programs/script"), (char *[]) { "name", "a", "b c", NULL }, output, sizeof output), 7);
    expect(!strcmp(output, "script a b c\n"), "it says %s", output);
    equal(run_program(at("programs/script-without-interpreter"), (char *[]) { "name", NULL }, output, sizeof output), 128 + ENOENT);
}

static void what_is_no_program(void)
{
    char *const arguments[] = { "name", NULL };
    equal(run_program(at("programs/not-executable"), arguments, output, sizeof output), 128 + EACCES);
    equal(run_program(at("programs/garbage"), arguments, output, sizeof output), 128 + ENOEXEC);
    equal(run_program(at("content/empty"), arguments, output, sizeof output), 128 + EACCES);
    equal(run_program(at("programs"), arguments, output, sizeof output), 128 + EACCES);
    equal(run_program(at("special/null"), arguments, output, sizeof output), 128 + EACCES);
    equal(run_program(at("programs/nothing"), arguments, output, sizeof output), 128 + ENOENT);
    equal(run_program(at("programs/probe/x"), arguments, output, sizeof output), 128 + ENOTDIR);
    equal(run_program(at("links/loop"), arguments, output, sizeof output), 128 + ELOOP);
}

static void run_opened(void)
{
    int file = ok(openat(tree, "programs/probe", O_PATH | O_CLOEXEC));
    syscall(SYS_execveat, file, "", (char *[]) { "name", "exit", "0", NULL }, (char *[]) { NULL }, AT_EMPTY_PATH);
    fail(__FILE__, __LINE__, "execveat: %s", strerror(errno));
}

static void run_by_descriptor(void)
{
    fexecve(open_in("programs/probe"), (char *[]) { "name", "exit", "0", NULL }, (char *[]) { NULL });
    fail(__FILE__, __LINE__, "fexecve: %s", strerror(errno));
}

static void by_descriptor(void)
{
    in_child(run_opened);
    in_child(run_by_descriptor);
}

static void spawning(void)
{
    pid_t child;
    int status;
    equal(posix_spawn(&child, at("programs/probe"), NULL, NULL, (char *[]) { "name", "exit", "5", NULL }, (char *[]) { NULL }), 0);
    ok(waitpid(child, &status, 0));
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 5, "it ends with %x", status);
    equal(posix_spawn(&child, at("programs/not-executable"), NULL, NULL, (char *[]) { "name", NULL }, (char *[]) { NULL }), EACCES);
}

static void own_path(void)
{
    equal(run_program(at("programs/probe"), (char *[]) { "name", "self", NULL }, output, sizeof output), 0);
    output[strcspn(output, "\n")] = 0;
    expect(!strcmp(output, at("programs/probe")), "a program is told that it is %s", output);
}

static void libraries(void)
{
    void *library = dlopen(at("programs/library.so"), RTLD_NOW);
    expect(library, "%s", dlerror());
    int (*answer)(void) = (int (*)(void))dlsym(library, "strato_conformance_answer");
    expect(answer, "%s", dlerror());
    equal(answer(), 4711);
    equal(dlclose(library), 0);
    expect(!dlopen(at("programs/garbage"), RTLD_NOW), "garbage is a library");
}

static void many_at_once(void)
{
    pid_t children[20];
    for (int i = 0; i < 20; i++)
        if ((children[i] = ok(fork())) == 0) {
            execv(at("programs/probe"), (char *[]) { "name", "exit", "9", NULL });
            _exit(128 + errno);
        }

    for (int i = 0; i < 20; i++) {
        int status;
        ok(waitpid(children[i], &status, 0));
        expect(WIFEXITED(status) && WEXITSTATUS(status) == 9, "one ends with %x", status);
    }
}

// A program that runs is mapped, and cannot be written to.
static void while_it_runs(void)
{
    int ends[2];
    ok(pipe2(ends, O_CLOEXEC));
    pid_t child = ok(fork());
    if (child == 0) {
        dup2(ends[0], STDIN_FILENO);
        execv(at("programs/probe"), (char *[]) { "name", "wait", NULL });
        _exit(128 + errno);
    }

    refused_either(openat(tree, "programs/probe", O_WRONLY), EROFS, ETXTBSY);
    close(ends[1]);
    int status;
    ok(waitpid(child, &status, 0));
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "it ends with %x", status);
}

static void in_its_directory(void)
{
    ok(chdir(at("programs")));
    equal(run_program("./probe", (char *[]) { "name", "exit", "6", NULL }, output, sizeof output), 6);
    equal(run_program("./script", (char *[]) { "name", NULL }, output, sizeof output), 7);
}

const struct topic executing = { "executing", (const struct check[]) {
    { "programs", programs },
    { "scripts", scripts },
    { "what is no program", what_is_no_program },
    { "by descriptor", by_descriptor },
    { "posix_spawn", spawning },
    { "the own path", own_path },
    { "libraries", libraries },
    { "many at once", many_at_once },
    { "while it runs", while_it_runs },
    { "in its directory", in_its_directory },
    { NULL, NULL },
} };
