/* Goal: a file is written whole or not at all, and no rest of a failed write stays behind. */

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/secret.h"

static char dir[] = "/tmp/tld-test-file-XXXXXX";

static char *in_dir(const char *name)
{
    return mem_printf("%s/%s", dir, name);
}

static int files_in_dir(void)
{
    DIR *d = opendir(dir);
    int n = 0;

    assert_non_null(d);
    for (struct dirent *at = readdir(d); at != NULL; at = readdir(d))
        n += at->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

static void check_content(const char *path, const char *want)
{
    struct err e = ERR_INIT;
    char *text = NULL;
    size_t bytes = 0;

    assert_true(file_read(path, 100, &text, &bytes, &e));
    assert_int_equal(bytes, strlen(want));
    assert_string_equal(text, want);
    free(text);
}

static void test_write_and_read(void **state)
{
    struct err e = ERR_INIT;
    char *path = in_dir("a.txt");
    char *text = NULL;
    size_t bytes = 0;
    struct stat st;

    (void)state;
    assert_true(file_write(path, "first", 5, &e));
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(file_write(path, "second", 6, &e));
    check_content(path, "second");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600); /* what was private stays so */
    assert_int_equal(chmod(path, 0644), 0);
    assert_true(file_write_private(path, "second", 6, &e));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(files_in_dir(), 1);
    assert_false(file_read(path, 5, &text, &bytes, &e));
    assert_int_equal(e.kind, ERR_LIMIT);
    assert_null(text);
    (void)unlink(path);
    assert_false(file_read(path, 5, &text, &bytes, &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    free(path);
}

/* The file may not grow beyond 4 bytes: the old content stays, and nothing else. */
static void test_failed_write(void **state)
{
    struct rlimit was;
    struct rlimit small;
    struct err e = ERR_INIT;
    char *path = in_dir("b.txt");

    (void)state;
    assert_true(file_write(path, "old", 3, &e));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small = was;
    small.rlim_cur = 4;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(file_write(path, "new content", 11, &e));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(e.kind, ERR_IO);
    check_content(path, "old");
    assert_int_equal(files_in_dir(), 1);
    (void)unlink(path);
    free(path);
}

/* A link to a file, and one as /dev/stdout is when the shell has sent it to a
 * file. */
static void test_links_stay(void **state)
{
    struct err e = ERR_INIT;
    char *file = in_dir("file.txt"), *link = in_dir("link.txt");
    struct stat st;
    int was;
    int fd;

    (void)state;
    assert_true(file_write(file, "old", 3, &e));
    assert_int_equal(symlink("file.txt", link), 0);
    assert_true(file_write(link, "new", 3, &e));
    check_content(file, "new");
    (void)unlink(link);

    was = dup(STDOUT_FILENO);
    fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(symlink("/proc/self/fd/1", link), 0);
    (void)fflush(stdout);
    assert_true(fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    bool ok = file_write(link, ", more", 6, &e);
    (void)dup2(was, STDOUT_FILENO);
    assert_true(ok);
    check_content(file, "new, more");
    assert_int_equal(lstat(link, &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(files_in_dir(), 2);
    (void)close(fd);
    (void)close(was);
    (void)unlink(link);
    (void)unlink(file);
    free(link);
    free(file);
}

static const struct file_content TWO[] = {{"one.txt", "1", 1}, {"two.txt", "two: longer", 11}};

/* In a folder that is made, and again over what it left. */
static void test_all_are_written(void **state)
{
    struct err e = ERR_INIT;
    char *folder = in_dir("new"), *one = in_dir("new/one.txt"), *two = in_dir("new/two.txt");
    char *deep = in_dir("new/and/deep"), *in_deep = in_dir("new/and/deep/two.txt");
    struct file_content other = {"two.txt", "2", 1};

    (void)state;
    assert_false(file_exists(folder));
    assert_true(file_write_all(folder, TWO, 2, &e));
    assert_true(file_exists(one));
    check_content(one, "1");
    check_content(two, "two: longer");
    assert_int_equal(chmod(two, 0600), 0);
    assert_true(file_write_all(folder, &other, 1, &e));
    check_content(one, "1");
    check_content(two, "2");
    (void)unlink(one);
    (void)unlink(two);
    assert_int_equal(rmdir(folder), 0); /* nothing else is in it */
    assert_true(file_write_all(deep, &other, 1, &e));
    check_content(in_deep, "2");
    (void)unlink(in_deep);
    assert_int_equal(rmdir(deep), 0);
    free(deep);
    deep = in_dir("new/and");
    assert_int_equal(rmdir(deep), 0);
    assert_int_equal(rmdir(folder), 0);
    free(in_deep);
    free(deep);
    free(two);
    free(one);
    free(folder);
}

/* The second file does not get room: the first is not written either, and what was there stays. */
static void test_all_or_none(void **state)
{
    struct rlimit was;
    struct rlimit small;
    struct err e = ERR_INIT;
    char *folder = in_dir("none"), *deep = in_dir("none/at/all"), *one = in_dir("one.txt");

    (void)state;
    assert_true(file_write(one, "old", 3, &e));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small = was;
    small.rlim_cur = 4;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(file_write_all(folder, TWO, 2, &e));
    assert_int_equal(e.kind, ERR_IO);
    assert_false(file_exists(folder));
    assert_false(file_write_all(deep, TWO, 2, &e));
    assert_false(file_exists(folder));
    assert_false(file_write_all(dir, TWO, 2, &e));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    check_content(one, "old");
    assert_int_equal(files_in_dir(), 1);
    (void)unlink(one);
    free(one);
    free(deep);
    free(folder);
}

/* A folder has the name of the second file, or a file that of the folder. */
static void test_all_in_wrong_places(void **state)
{
    struct err e = ERR_INIT;
    char *inner = in_dir("two.txt"), *file = in_dir("file"), *deep = in_dir("file/folder/deep");

    (void)state;
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_false(file_write_all(dir, TWO, 2, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    assert_int_equal(files_in_dir(), 1);
    assert_int_equal(rmdir(inner), 0);
    assert_true(file_write(file, "x", 1, &e));
    assert_false(file_write_all(file, TWO, 2, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    check_content(file, "x");
    assert_false(file_write_all(deep, TWO, 2, &e));
    assert_int_equal(e.kind, ERR_IO);
    (void)unlink(file);
    free(deep);
    free(file);
    free(inner);
}

static void test_wrong_places(void **state)
{
    struct err e = ERR_INIT;
    char *path = in_dir("none/b.txt");

    (void)state;
    assert_false(file_write(path, "x", 1, &e));
    assert_false(file_write(dir, "x", 1, &e));
    assert_int_equal(e.kind, ERR_INPUT);
    assert_true(file_write("/dev/null", "x", 1, &e));
    free(path);
}

static int make_dir(void **state)
{
    struct err e = ERR_INIT;

    (void)state;
    return secret_init(&e) && mkdtemp(dir) != NULL ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),      cmocka_unit_test(test_failed_write),
        cmocka_unit_test(test_links_stay),          cmocka_unit_test(test_wrong_places),
        cmocka_unit_test(test_all_are_written),     cmocka_unit_test(test_all_or_none),
        cmocka_unit_test(test_all_in_wrong_places),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
