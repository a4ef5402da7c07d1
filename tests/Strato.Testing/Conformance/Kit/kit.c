// usage: kit DIRECTORY [--user] [--only TOPIC] [--go FILE]
// Checks that a prepared tree on a read-only file system behaves as POSIX and Linux promise. Each check says "pass", "fail" or "skip", its topic and
// name and why, parted by tabs; the last line counts them. --user gives up root first. The topics "switching" and "holding" run only where --go names
// a file: they say "ready", and the tree is expected to have been changed when that file is there.
#include "kit.h"

#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/statfs.h>
#include <sys/wait.h>

#define FUSE_MAGIC 0x65735546
#define MESSAGE_ROOM 4096
#define MOST_SECONDS 120
#define MOST_CHECKS 64

int tree;
const char *tree_path;
bool on_fuse, as_root;

static int message_end = -1;
static int ready_end = -1, go_end = -1;
static const char *go_file;
static bool is_ready;

static const struct topic *const topics[] = {
    &reading, &opening, &mapping, &splicing, &changing, &naming, &linking, &describing, &listing, &seeking, &permitting, &extending, &locking, &executing,
};
static const struct topic *const switch_topics[] = { &switching, &holding };

struct run {
    const struct check *check;
    pid_t process;
    int messages;
};

// Every check of a switch says once that it is ready, or that it has ended before that.
static void say_ready(void)
{
    if (ready_end >= 0 && !is_ready && write(ready_end, "r", 1) != 1)
        _exit(3);
    is_ready = true;
}

_Noreturn void fail(const char *file, int line, const char *format, ...)
{
    char text[MESSAGE_ROOM];
    int length = snprintf(text, sizeof text, "%s:%d: ", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + length, sizeof text - length, format, arguments);
    va_end(arguments);
    for (char *mark = text; *mark; mark++)
        if (*mark == '\n' || *mark == '\t')
            *mark = ' ';
    if (write(message_end, text, strlen(text)) < 0)
        _exit(3);
    say_ready();
    _exit(1);
}

_Noreturn void skip(const char *reason)
{
    if (write(message_end, reason, strlen(reason)) < 0)
        _exit(3);
    say_ready();
    _exit(2);
}

void await_switch(void)
{
    char byte = 0;
    say_ready();
    if (read(go_end, &byte, 1) != 0)
        fail(__FILE__, __LINE__, "the word to go on did not come");
}

static struct run start(const struct check *check)
{
    int ends[2];
    struct run run = { .check = check };
    if (pipe2(ends, O_CLOEXEC) < 0)
        abort();
    fflush(stdout);
    run.process = fork();
    if (run.process == 0) {
        message_end = ends[1];
        close(ends[0]);
        alarm(MOST_SECONDS);
        check->run();
        _exit(0);
    }

    close(ends[1]);
    run.messages = ends[0];
    return run;
}

static bool finish(const struct topic *topic, struct run *run)
{
    char text[MESSAGE_ROOM];
    ssize_t length = 0, more;
    while (length < (ssize_t)sizeof text - 1 && (more = read(run->messages, text + length, sizeof text - 1 - length)) > 0)
        length += more;
    text[length] = 0;
    close(run->messages);
    int status;
    waitpid(run->process, &status, 0);
    if (WIFSIGNALED(status))
        snprintf(text, sizeof text, WTERMSIG(status) == SIGALRM ? "it did not end in %d s" : "it was ended by signal %d",
            WTERMSIG(status) == SIGALRM ? MOST_SECONDS : WTERMSIG(status));
    bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool skipped = WIFEXITED(status) && WEXITSTATUS(status) == 2;
    printf("%s\t%s\t%s\t%s\n", passed ? "pass" : skipped ? "skip" : "fail", topic->name, run->check->name, passed ? "" : text);
    return passed;
}

static int run_topic(const struct topic *topic)
{
    int count = 0;
    for (const struct check *check = topic->checks; check->name; check++, count++) {
        struct run run = start(check);
        finish(topic, &run);
    }

    return count;
}

// All checks of all topics get ready; then the tree changes under all of them.
static int run_switch(void)
{
    struct run runs[MOST_CHECKS];
    const struct topic *owners[MOST_CHECKS];
    int ready[2], go[2], count = 0;
    if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
        abort();
    ready_end = ready[1];
    go_end = go[0];
    for (size_t i = 0; i < sizeof switch_topics / sizeof *switch_topics; i++)
        for (const struct check *check = switch_topics[i]->checks; check->name && count < MOST_CHECKS; check++) {
            int ends[2];
            if (pipe2(ends, O_CLOEXEC) < 0)
                abort();
            fflush(stdout);
            pid_t process = fork();
            if (process == 0) {
                // A check must not hold the other end of what it waits for.
                close(go[1]);
                message_end = ends[1];
                alarm(MOST_SECONDS);
                check->run();
                _exit(0);
            }

            close(ends[1]);
            owners[count] = switch_topics[i];
            runs[count++] = (struct run) { check, process, ends[0] };
        }

    close(ready[1]);
    char byte;
    for (int left = count; left > 0 && read(ready[0], &byte, 1) == 1; left--) {
    }

    printf("ready\n");
    fflush(stdout);
    for (int tenths = 0; access(go_file, F_OK) != 0 && tenths < MOST_SECONDS * 10; tenths++)
        usleep(100000);
    close(go[1]);
    for (int i = 0; i < count; i++)
        finish(owners[i], &runs[i]);
    return count;
}

int main(int count, char *arguments[])
{
    const char *only = NULL;
    bool as_user = false;
    for (int i = 2; i < count; i++)
        if (!strcmp(arguments[i], "--user"))
            as_user = true;
        else if (!strcmp(arguments[i], "--only") && i + 1 < count)
            only = arguments[++i];
        else if (!strcmp(arguments[i], "--go") && i + 1 < count)
            go_file = arguments[++i];
        else
            count = 0;
    if (count < 2) {
        fprintf(stderr, "usage: kit DIRECTORY [--user] [--only TOPIC] [--go FILE]\n");
        return 2;
    }

    gid_t group = KIT_GROUP;
    if (as_user && (setgroups(1, &group) || setresgid(KIT_USER, KIT_USER, KIT_USER) || setresuid(KIT_USER, KIT_USER, KIT_USER))) {
        perror("kit: becoming a user");
        return 2;
    }

    as_root = geteuid() == 0;
    tree_path = arguments[1];
    tree = open(tree_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct statfs status;
    if (tree < 0 || fstatfs(tree, &status) < 0) {
        perror(tree_path);
        return 2;
    }

    on_fuse = status.f_type == FUSE_MAGIC;
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    int done = 0;
    for (size_t i = 0; !go_file && i < sizeof topics / sizeof *topics; i++)
        if (!only || !strcmp(only, topics[i]->name))
            done += run_topic(topics[i]);
    if (go_file)
        done += run_switch();
    printf("done\t%d\n", done);
    return 0;
}
