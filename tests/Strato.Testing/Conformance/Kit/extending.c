// Extended attributes.
#include "kit.h"

#include <sys/xattr.h>

#define LONGEST 255

// The names of a list, each to be found once.
static void expect_names(const char *path, ssize_t (*list)(const char *, char *, size_t), const char *const *names)
{
    char text[4096];
    ssize_t length = ok(list(path, text, sizeof text)), expected = 0;
    for (; *names; names++) {
        int found = 0;
        for (char *name = text; name < text + length; name += strlen(name) + 1)
            found += !strcmp(name, *names);
        expect(found == 1, "%s is listed %d times for %s", *names, found, path);
        expected += (ssize_t)strlen(*names) + 1;
    }

    for (char *name = text; length > expected && name < text + length; name += strlen(name) + 1)
        if (!strncmp(name, "system.posix_acl", 16) || !strcmp(name, "security.selinux"))
            expected += (ssize_t)strlen(name) + 1;
    expect(length == expected, "%zd bytes of names are listed for %s and not %zd", length, path, expected);
    equal(ok(list(path, NULL, 0)), length);
    if (length > 0)
        refused(list(path, text, length - 1), ERANGE);
    equal(ok(list(path, text, length ? length : 1)), length);
}

static void listing_names(void)
{
    static const char *const file[] = { "user.short", "user.empty", "user.binary", "user.longest", "user.\xc3\xa4 odd=name", NULL };
    static const char *const one[] = { "user.kind", NULL }, *const none[] = { NULL };
    expect_names(at("xattrs/file"), listxattr, file);
    expect_names(at("xattrs/directory"), listxattr, one);
    expect_names(at("xattrs/chunked"), listxattr, one);
    expect_names(at("xattrs/none"), listxattr, none);
    expect_names(at("content/whole"), listxattr, none);
    expect_names(at("special/fifo"), listxattr, none);
    expect_names(at("links/relative"), llistxattr, none);
    refused(listxattr(at("xattrs/nothing"), NULL, 0), ENOENT);
}

// Names in trusted. are root's alone.
static void trusted_names(void)
{
    static const char *const of_root[] = { "trusted.kind", "user.kind", NULL }, *const of_user[] = { "user.kind", NULL };
    static const char *const of_link[] = { "trusted.kind", NULL }, *const none[] = { NULL };
    char value[64];
    expect_names(at("xattrs/trusted"), listxattr, as_root ? of_root : of_user);
    expect_names(at("xattrs/link"), llistxattr, as_root ? of_link : none);
    if (as_root) {
        equal(ok(getxattr(at("xattrs/trusted"), "trusted.kind", value, sizeof value)), 4);
        equal(ok(lgetxattr(at("xattrs/link"), "trusted.kind", value, sizeof value)), 4);
    } else {
        refused(getxattr(at("xattrs/trusted"), "trusted.kind", value, sizeof value), ENODATA);
        refused(lgetxattr(at("xattrs/link"), "trusted.kind", value, sizeof value), ENODATA);
    }
}

static void a_user_is_no_root(void)
{
    become_user();
    as_root = false;
    trusted_names();
}

static void trusted_names_of_a_user(void)
{
    in_child(a_user_is_no_root);
}

static void values(void)
{
    static const unsigned char binary[] = { 0, 1, 2, 0xff, 0xfe, '\n', 0 };
    char value[1024];
    equal(ok(getxattr(at("xattrs/file"), "user.short", value, sizeof value)), 5);
    expect(!memcmp(value, "value", 5), "a value is wrong");
    equal(ok(getxattr(at("xattrs/file"), "user.empty", value, sizeof value)), 0);
    equal(ok(getxattr(at("xattrs/file"), "user.binary", value, sizeof value)), (ssize_t)sizeof binary);
    expect(!memcmp(value, binary, sizeof binary), "a value of any bytes is wrong");
    equal(ok(getxattr(at("xattrs/file"), "user.longest", value, sizeof value)), LONGEST);
    expect_pattern(value, LONGEST, 0, 9, "the longest value");
    equal(ok(getxattr(at("xattrs/file"), "user.\xc3\xa4 odd=name", value, sizeof value)), 3);
    equal(ok(getxattr(at("xattrs/chunked"), "user.kind", value, sizeof value)), 7);
    equal(ok(getxattr(at("xattrs/directory"), "user.kind", value, sizeof value)), 9);
}

static void sizes(void)
{
    char value[1024];
    equal(ok(getxattr(at("xattrs/file"), "user.longest", NULL, 0)), LONGEST);
    equal(ok(getxattr(at("xattrs/file"), "user.longest", value, LONGEST)), LONGEST);
    refused(getxattr(at("xattrs/file"), "user.longest", value, LONGEST - 1), ERANGE);
    refused(getxattr(at("xattrs/file"), "user.short", value, 1), ERANGE);
    equal(ok(getxattr(at("xattrs/file"), "user.empty", NULL, 0)), 0);
    equal(ok(getxattr(at("xattrs/file"), "user.short", value, sizeof value)), 5);
}

static void absent_names(void)
{
    char value[64], name[300];
    static const char *const paths[] = { "xattrs/file", "xattrs/none", "content/whole", "content" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        refused(getxattr(at(paths[i]), "user.absent", value, sizeof value), ENODATA);
        refused(getxattr(at(paths[i]), "user.shor", value, sizeof value), ENODATA);
        refused(getxattr(at(paths[i]), "user.SHORT", value, sizeof value), ENODATA);
        refused(getxattr(at(paths[i]), "trusted.absent", value, sizeof value), ENODATA);
        refused(getxattr(at(paths[i]), "security.capability", value, sizeof value), ENODATA);
        // A file system that has no kind of names beside these need not know that others have.
        refused_either(getxattr(at(paths[i]), "strange.name", value, sizeof value), EOPNOTSUPP, ENODATA);
        refused_either(getxattr(at(paths[i]), "user.", value, sizeof value), EINVAL, ENODATA);
    }

    memset(name, 'n', sizeof name);
    memcpy(name, "user.", 5);
    name[256] = 0;
    refused(getxattr(at("xattrs/file"), name, value, sizeof value), ERANGE);
    name[255] = 0;
    refused(getxattr(at("xattrs/file"), name, value, sizeof value), ENODATA);
    refused(getxattr(at("xattrs/file"), "", value, sizeof value), ERANGE);
    refused(getxattr(at("xattrs/nothing"), "user.short", value, sizeof value), ENOENT);
}

// Names in user. belong to files and directories alone.
static void other_kinds(void)
{
    char value[64];
    refused(getxattr(at("special/fifo"), "user.kind", value, sizeof value), ENODATA);
    refused(lgetxattr(at("links/relative"), "user.kind", value, sizeof value), ENODATA);
    refused(getxattr(at("special/null"), "user.kind", value, sizeof value), ENODATA);
    refused(listxattr(at("links/dangling"), NULL, 0), ENOENT);
    equal(ok(getxattr(at("xattrs/link"), "user.short", value, sizeof value)), 5);
}

static void by_descriptor(void)
{
    char value[64];
    int file = open_in("xattrs/file"), directory = open_in("xattrs/directory");
    equal(ok(fgetxattr(file, "user.short", value, sizeof value)), 5);
    equal(ok(fgetxattr(directory, "user.kind", value, sizeof value)), 9);
    equal(ok(flistxattr(file, NULL, 0)), ok(listxattr(at("xattrs/file"), NULL, 0)));
    refused(fgetxattr(openat(tree, "xattrs/file", O_PATH), "user.short", value, sizeof value), EBADF);
}

static void read_as_user(void)
{
    char value[64];
    become_user();
    equal(ok(getxattr(at("programs/capable"), "security.capability", value, sizeof value)), 20);
    // To read an attribute takes the right to read the file.
    refused(getxattr(at("permissions/600"), "user.kind", value, sizeof value), EACCES);
    expect(listxattr(at("permissions/600"), NULL, 0) >= 0, "names may be listed by all: %s", strerror(errno));
}

static void permissions(void)
{
    in_child(read_as_user);
}

const struct topic extending = { "extending", (const struct check[]) {
    { "listing names", listing_names },
    { "trusted names", trusted_names },
    { "trusted names of a user", trusted_names_of_a_user },
    { "values", values },
    { "sizes", sizes },
    { "absent names", absent_names },
    { "other kinds of files", other_kinds },
    { "by descriptor", by_descriptor },
    { "permissions", permissions },
    { NULL, NULL },
} };
