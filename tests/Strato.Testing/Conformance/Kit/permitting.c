// Who may do what: mode bits, owners and groups, for root and for a user; and what the mount takes away.
#include "kit.h"

#include <dirent.h>
#include <grp.h>
#include <sys/xattr.h>

struct permission {
    const char *path;
    int mode; // of access(2)
    int error; // zero where it is allowed
};

// KIT_USER is neither root nor 1000 and is in the group KIT_GROUP.
static const struct permission of_users[] = {
    { "permissions/600", R_OK, EACCES }, { "permissions/644", R_OK, 0 }, { "permissions/644", X_OK, EACCES }, { "permissions/755", R_OK | X_OK, 0 },
    { "permissions/711", X_OK, 0 }, { "permissions/711", R_OK, EACCES }, { "permissions/600", F_OK, 0 }, { "permissions/0", F_OK, 0 }, { "permissions/0", R_OK, EACCES },
    { "permissions/of-group-640", R_OK, 0 }, { "permissions/of-group-604", R_OK, EACCES }, { "permissions/of-other-group-640", R_OK, EACCES },
    { "permissions/of-user-600", R_OK, 0 }, { "permissions/of-user-066", R_OK, EACCES },
    { "permissions/directory-700", R_OK, EACCES }, { "permissions/directory-700/file", F_OK, EACCES }, { "permissions/directory-700/nothing", F_OK, EACCES },
    { "permissions/directory-711", X_OK, 0 }, { "permissions/directory-711", R_OK, EACCES }, { "permissions/directory-711/file", R_OK, 0 },
    { "permissions/directory-711/nothing", F_OK, ENOENT }, { "permissions/directory-744", R_OK, 0 }, { "permissions/directory-744", X_OK, EACCES },
    { "permissions/directory-744/file", F_OK, EACCES }, { "permissions/directory-of-group-750/file", R_OK, 0 },
    { "permissions/link-to-600", R_OK, EACCES }, { "special/null", R_OK | W_OK, 0 }, { NULL, 0, 0 },
};

static const struct permission of_root[] = {
    { "permissions/600", R_OK, 0 }, { "permissions/0", R_OK, 0 }, { "permissions/0", X_OK, EACCES }, { "permissions/644", X_OK, EACCES },
    { "permissions/711", R_OK | X_OK, 0 }, { "permissions/of-user-600", R_OK, 0 }, { "permissions/directory-700", R_OK | X_OK, 0 },
    { "permissions/directory-700/file", R_OK, 0 }, { "permissions/directory-744/file", R_OK, 0 }, { "permissions/directory-0/file", R_OK, 0 }, { NULL, 0, 0 },
};

static void expect_permissions(const struct permission *list)
{
    for (; list->path; list++)
        for (int flags = 0; flags <= AT_EACCESS; flags += AT_EACCESS) {
            errno = 0;
            int result = faccessat(tree, list->path, list->mode, flags);
            expect(errno == list->error && (result == 0) == (list->error == 0), "access %s for %d: %s and not %s", list->path, list->mode, strerror(errno), strerror(list->error));
            if (list->mode != R_OK)
                continue;
            int opened = openat(tree, list->path, O_RDONLY | O_NONBLOCK);
            expect((opened >= 0) == (list->error == 0), "opening %s: %s", list->path, opened < 0 ? strerror(errno) : "allowed");
            if (opened >= 0)
                close(opened);
        }
}

static void as_a_user(void)
{
    become_user();
    expect_permissions(of_users);
}

static void a_user(void)
{
    in_child(as_a_user);
}

static void root(void)
{
    if (!as_root)
        skip("the kit does not run as root");
    expect_permissions(of_root);
    // What root may, a user may not even after it.
    in_child(as_a_user);
    expect_permissions(of_root);
}

static void without_the_group(void)
{
    if (!as_root)
        skip("a user cannot leave a group");
    gid_t none = 12345;
    ok(setresgid(none, none, none));
    ok(setgroups(0, NULL));
    ok(setresuid(KIT_USER, KIT_USER, KIT_USER));
    refused(openat(tree, "permissions/of-group-640", O_RDONLY), EACCES);
    ok(openat(tree, "permissions/of-group-604", O_RDONLY));
    refused(openat(tree, "permissions/directory-of-group-750/file", O_RDONLY), EACCES);
}

// access(2) asks for the real user, AT_EACCESS and opening for the effective one.
static void real_and_effective(void)
{
    if (!as_root)
        skip("a user has one identity only");
    ok(setresuid(-1, KIT_USER, -1));
    ok(faccessat(tree, "permissions/600", R_OK, 0));
    refused(faccessat(tree, "permissions/600", R_OK, AT_EACCESS), EACCES);
    refused(openat(tree, "permissions/600", O_RDONLY), EACCES);
    ok(setresuid(KIT_USER, 0, -1));
    refused(faccessat(tree, "permissions/600", R_OK, 0), EACCES);
    ok(faccessat(tree, "permissions/600", R_OK, AT_EACCESS));
}

static void list_and_enter(void)
{
    become_user();
    char name[512] __attribute__((aligned(8)));
    refused(openat(tree, "permissions/directory-711", O_RDONLY | O_DIRECTORY), EACCES);
    int listed = ok(openat(tree, "permissions/directory-744", O_RDONLY | O_DIRECTORY));
    expect(getdents64(listed, name, sizeof name) > 0, "a directory that may be read cannot be listed: %s", strerror(errno));
    refused(fstatat(listed, "file", &(struct stat) { 0 }, 0), EACCES);
    refused(fchdir(listed), EACCES);
    ok(chdir(at("permissions/directory-711")));
    ok(faccessat(AT_FDCWD, "file", R_OK, 0));
    refused(chdir(at("permissions/directory-700")), EACCES);
}

static void directories(void)
{
    in_child(list_and_enter);
}

// A descriptor stays what it was opened as.
static void opened_before(void)
{
    if (!as_root)
        skip("the kit does not run as root");
    char byte, name[64];
    int file = open_in("permissions/600"), directory = open_in("permissions/directory-700");
    become_user();
    equal(ok(read(file, &byte, 1)), 1);
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    refused(open(name, O_RDONLY), EACCES);
    refused(openat(directory, "file", O_RDONLY), EACCES);
}

static void no_lists_of_permissions(void)
{
    char value[256];
    refused_either(getxattr(at("permissions/644"), "system.posix_acl_access", value, sizeof value), ENODATA, EOPNOTSUPP);
    refused_either(getxattr(at("permissions"), "system.posix_acl_default", value, sizeof value), ENODATA, EOPNOTSUPP);
}

static void run_as_set_user(void)
{
    char output[256];
    become_user();
    equal(run_program(at("programs/set-user-id"), (char *[]) { "probe", "ids", NULL }, output, sizeof output), 0);
    expect(!strcmp(output, "65534 65534\n"), "a set-user-id program ran as %s", output);
    equal(run_program(at("programs/capable"), (char *[]) { "probe", "capabilities", NULL }, output, sizeof output), 0);
    expect(!strcmp(output, "0\n"), "a program with capabilities had %s", output);
}

static void nosuid(void)
{
    in_child(run_as_set_user);
}

static void nodev(void)
{
    refused(openat(tree, "special/null", O_RDONLY), EACCES);
    refused(openat(tree, "special/null", O_WRONLY), EACCES);
    refused(openat(tree, "special/block", O_RDONLY), EACCES);
    ok(openat(tree, "special/null", O_PATH));
    refused(openat(tree, "special/socket", O_RDONLY), ENXIO);
}

static void another_root(void)
{
    if (!as_root)
        skip("only root may change the root");
    ok(chroot(tree_path));
    ok(chdir("/"));
    expect_file(ok(open("/content/whole", O_RDONLY)), WHOLE_LENGTH, 4, 65536);
    expect_file(ok(open("/../links/relative", O_RDONLY)), WHOLE_LENGTH, 4, 65536);
    refused(open("/links/absolute", O_RDONLY), ENOENT);
}

const struct topic permitting = { "permitting", (const struct check[]) {
    { "a user", a_user },
    { "root", root },
    { "without the group", without_the_group },
    { "real and effective users", real_and_effective },
    { "listing and entering directories", directories },
    { "opened before", opened_before },
    { "no access control lists", no_lists_of_permissions },
    { "nosuid", nosuid },
    { "nodev", nodev },
    { "another root", another_root },
    { NULL, NULL },
} };
