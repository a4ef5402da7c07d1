// What the checks of the file system conformance kit share. A check is a function without arguments that ends normally, with a failed
// expectation or with skip(); it runs in a process of its own, so whatever it opens, becomes or maps goes with it.
#ifndef KIT_H
#define KIT_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

// The user and the supplementary group that checks of permissions become.
#define KIT_USER 65534
#define KIT_GROUP 4242

// Lengths of files in the tree (ConformanceTree).
#define PAGE 4096
#define WHOLE_LENGTH 50000
#define CHUNKED_LENGTH 1000003
#define LARGE_LENGTH ((1LL << 32) + 65536 + 3)
#define BIG_COUNT 100000
#define MANY_COUNT 3000

struct check {
    const char *name;
    void (*run)(void);
};

struct topic {
    const char *name;
    const struct check *checks; // ends with one without a name
};

extern int tree;              // the tree's root, an O_PATH descriptor
extern const char *tree_path; // its path
extern bool on_fuse;          // it is served by FUSE, where some answers differ by nature
extern bool as_root;          // the kit runs as root, not as KIT_USER

_Noreturn void fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
_Noreturn void skip(const char *reason);

// Waits until the tree has been changed under the check; only in the topic "revision".
void await_switch(void);

#define expect(condition, ...) ((condition) ? (void)0 : fail(__FILE__, __LINE__, __VA_ARGS__))

// The value of a call that must not fail.
#define ok(call) ({ errno = 0; __typeof__(call) value_ = (call); \
    value_ == (__typeof__(call))-1 ? fail(__FILE__, __LINE__, "%s: %s", #call, strerror(errno)) : (void)0; value_; })

// A call that must fail with one error, or with one of two.
#define refused(call, error) refused_either(call, error, error)
#define refused_either(call, one, other) ({ errno = 0; long long value_ = (long long)(call); int got_ = errno; \
    value_ != -1 ? fail(__FILE__, __LINE__, "%s gives %lld and not %s", #call, value_, strerror(one)) : (void)0; \
    got_ != (one) && got_ != (other) ? fail(__FILE__, __LINE__, "%s: %s and not %s", #call, strerror(got_), strerror(one)) : (void)0; })

#define equal(left, right) ({ long long left_ = (long long)(left), right_ = (long long)(right); \
    left_ != right_ ? fail(__FILE__, __LINE__, "%s is %lld and not %lld", #left, left_, right_) : (void)0; })

// A path below the tree, in one of a few buffers that take turns.
const char *at(const char *path);

// Opens a path below the tree for reading.
int open_in(const char *path);

// Byte number `offset` of every file of the tree that has a pattern, in its given variant.
unsigned char pattern(int64_t offset, int variant);

// Expects bytes to be the pattern from an offset.
void expect_pattern(const void *bytes, size_t length, int64_t offset, int variant, const char *what);

// Expects a descriptor to give the pattern of this length and no byte more, by calls of this size, from its start.
void expect_file(int descriptor, int64_t length, int variant, size_t call_size);

// Runs a function in a child; its failure is the check's.
void in_child(void (*run)(void));

// Becomes KIT_USER with no group but its own and KIT_GROUP, where the kit runs as root.
void become_user(void);

// Runs a program of the tree with a descriptor as its standard output's reader; gives its exit code, or 128 + errno where it did not start.
int run_program(const char *path, char *const arguments[], char *output, size_t room);

// Sends a signal that is expected to a jump: true where `touch` faulted with SIGBUS.
bool faults(const volatile char *address);

extern const struct topic reading, opening, mapping, splicing, changing, naming, linking, describing, listing, seeking, permitting, extending, locking, executing, switching, holding;

#endif
