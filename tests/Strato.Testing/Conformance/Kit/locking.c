// Locks, leases and watches, which the kernel keeps by itself for a file system of one machine.
#include "kit.h"

#include <sys/file.h>
#include <sys/inotify.h>

static const char *locked;
static int expected_error;

static void try_exclusive(void)
{
    int file = open_in(locked);
    int result = flock(file, LOCK_EX | LOCK_NB);
    expect((result == 0) == (expected_error == 0) && (result == 0 || errno == expected_error), "flock in another process gives %d, %s", result, strerror(errno));
}

static void whole_file_locks(void)
{
    static const char *const paths[] = { "content/whole", "content/chunked", "content", "content/empty" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        locked = paths[i];
        int first = open_in(locked), second = open_in(locked);
        ok(flock(first, LOCK_EX));
        refused(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
        refused(flock(second, LOCK_SH | LOCK_NB), EWOULDBLOCK);
        expected_error = EWOULDBLOCK;
        in_child(try_exclusive);
        ok(flock(first, LOCK_SH));
        ok(flock(second, LOCK_SH | LOCK_NB));
        in_child(try_exclusive);
        ok(flock(first, LOCK_UN));
        close(second);
        expected_error = 0;
        in_child(try_exclusive);
        close(first);
    }
}

static void locks_of_two_names(void)
{
    int first = open_in("links/hard-a"), second = open_in("links/hard-b");
    ok(flock(first, LOCK_EX));
    refused(flock(second, LOCK_EX | LOCK_NB), EWOULDBLOCK);
}

static void record_locks(void)
{
    int file = open_in("content/whole");
    struct flock reading = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 100 };
    struct flock writing = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 100 };
    ok(fcntl(file, F_SETLK, &reading));
    ok(fcntl(file, F_SETLKW, &reading));
    refused(fcntl(file, F_SETLK, &writing), EBADF);
    refused(fcntl(file, F_SETLKW, &writing), EBADF);
    struct flock asked = writing;
    ok(fcntl(file, F_GETLK, &asked));
    equal(asked.l_type, F_UNLCK);
    reading.l_type = F_UNLCK;
    ok(fcntl(file, F_SETLK, &reading));
    refused(lockf(file, F_TLOCK, 10), EBADF);
    struct flock wrong = { .l_type = 77 };
    refused(fcntl(file, F_SETLK, &wrong), EINVAL);
}

static void read_lock_is_seen(void)
{
    int file = open_in("content/whole");
    struct flock asked = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    ok(fcntl(file, F_GETLK, &asked));
    equal(asked.l_type, F_RDLCK);
    equal(asked.l_start, 10);
    equal(asked.l_len, 100);
    equal(asked.l_pid, getppid());
    struct flock reading = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
    ok(fcntl(file, F_SETLK, &reading));
}

static void record_lock_is_gone(void)
{
    int file = open_in("content/whole");
    struct flock asked = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    ok(fcntl(file, F_GETLK, &asked));
    equal(asked.l_type, F_UNLCK);
}

static void record_locks_of_processes(void)
{
    int file = open_in("content/whole");
    struct flock reading = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 100 };
    ok(fcntl(file, F_SETLK, &reading));
    in_child(read_lock_is_seen);
    // Closing any descriptor of the file ends a process's locks.
    close(open_in("content/whole"));
    in_child(record_lock_is_gone);
}

static void locks_of_openings(void)
{
    int first = open_in("content/whole"), second = open_in("content/whole");
    struct flock reading = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 100 }, writing = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    ok(fcntl(first, F_OFD_SETLK, &reading));
    ok(fcntl(second, F_OFD_SETLK, &reading));
    struct flock asked = writing;
    ok(fcntl(second, F_OFD_GETLK, &asked));
    equal(asked.l_type, F_RDLCK);
    equal(asked.l_pid, -1);
    refused(fcntl(first, F_OFD_SETLK, &writing), EBADF);
    close(first);
    asked = writing;
    ok(fcntl(second, F_OFD_GETLK, &asked));
    equal(asked.l_type, F_UNLCK);
}

// A lease can be had of the file's owner or root, where the file system gives any.
static void leases(void)
{
    int file = open_in("content/whole");
    equal(ok(fcntl(file, F_GETLEASE)), F_UNLCK);
    if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) {
        equal(ok(fcntl(file, F_GETLEASE)), F_RDLCK);
        ok(fcntl(file, F_SETLEASE, F_UNLCK));
    } else
        expect(errno == EINVAL || (!as_root && errno == EACCES), "F_SETLEASE: %s", strerror(errno));
    refused(fcntl(file, F_SETLEASE, 77), EINVAL);
}

static void watches(void)
{
    char events[4096] __attribute__((aligned(8)));
    int watcher = ok(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    ok(inotify_add_watch(watcher, at("content/page"), IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE));
    int directory = ok(inotify_add_watch(watcher, at("empty"), IN_OPEN));
    int file = open_in("content/page");
    expect_file(file, PAGE, 2, PAGE);
    close(file);
    close(open_in("empty"));
    ssize_t length = ok(read(watcher, events, sizeof events));
    unsigned mask = 0;
    bool opened = false;
    for (char *place = events; place < events + length;) {
        struct inotify_event *event = (struct inotify_event *)place;
        if (event->wd == directory)
            opened = event->mask & IN_OPEN;
        else
            mask |= event->mask;
        place += sizeof *event + event->len;
    }

    equal(mask, IN_OPEN | IN_ACCESS | IN_CLOSE_NOWRITE);
    expect(opened, "opening a directory is not told");
    refused(inotify_add_watch(watcher, at("nothing"), IN_OPEN), ENOENT);
}

static void flags_of_descriptors(void)
{
    int file = open_in("content/whole");
    equal(ok(fcntl(file, F_GETFL)) & O_ACCMODE, O_RDONLY);
    ok(fcntl(file, F_SETFL, O_NONBLOCK | O_APPEND));
    equal(ok(fcntl(file, F_GETFL)) & (O_NONBLOCK | O_APPEND), O_NONBLOCK | O_APPEND);
    expect_file(file, WHOLE_LENGTH, 4, 65536);
    refused(fcntl(file, 7777), EINVAL);
    ok(fcntl(file, F_DUPFD_CLOEXEC, 100));
}

const struct topic locking = { "locking", (const struct check[]) {
    { "flock", whole_file_locks },
    { "flock of two names", locks_of_two_names },
    { "record locks", record_locks },
    { "record locks of processes", record_locks_of_processes },
    { "record locks of openings", locks_of_openings },
    { "leases", leases },
    { "inotify", watches },
    { "flags of descriptors", flags_of_descriptors },
    { NULL, NULL },
} };
