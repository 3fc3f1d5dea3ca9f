#define _XOPEN_SOURCE 700 /* realpath */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/secret.h"

static bool read_all(int fd, const char *path, size_t max_bytes, struct buf *b, struct err *e)
{
    enum { PIECE_BYTES = 65536 };
    char *piece = mem_alloc(PIECE_BYTES, 1);
    bool ok = false;

    for (;;) {
        ssize_t n = read(fd, piece, PIECE_BYTES);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            err_set_errno(e, errno, "can not read %s", path);
            break;
        }
        if (n == 0) {
            ok = true;
            break;
        }
        buf_add(b, piece, (size_t)n);
        if (b->bytes > max_bytes) {
            err_set(e, ERR_LIMIT, "%s is larger than %zu bytes", path, max_bytes);
            break;
        }
    }
    free(piece);
    return ok;
}

bool file_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool file_read(const char *path, size_t max_bytes, char **text, size_t *bytes, struct err *e)
{
    struct buf b = BUF_INIT;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok;

    *text = NULL;
    *bytes = 0;
    if (fd < 0 && errno == ENOENT)
        return err_set(e, ERR_NOT_FOUND, "there is no file %s", path);
    if (fd < 0)
        return err_set_errno(e, errno, "can not open %s", path);
    ok = read_all(fd, is_stdin ? "standard input" : path, max_bytes, &b, e);
    if (!is_stdin)
        (void)close(fd);
    if (ok) {
        *bytes = b.bytes;
        *text = buf_take(&b);
    }
    buf_fini(&b);
    return ok;
}

static bool write_all(int fd, const char *path, const char *data, size_t bytes, struct err *e)
{
    while (bytes > 0) {
        ssize_t n = write(fd, data, bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(e, errno, "can not write %s", path);
        data += n;
        bytes -= (size_t)n;
    }
    return true;
}

/* The new name is on disk only when the folder is. */
static bool sync_folder(const char *path, struct err *e)
{
    char *copy = mem_dup(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

    if (!ok)
        err_set_errno(e, errno, "can not sync the folder of %s", path);
    if (fd >= 0)
        (void)close(fd);
    free(copy);
    return ok;
}

/* What is no plain file (/dev/stdout, a named pipe) is written as it stands. */
static bool write_in_place(const char *path, const void *data, size_t bytes, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0)
        return err_set_errno(e, errno, "can not write %s", path);
    ok = write_all(fd, path, data, bytes, e);
    if (close(fd) != 0 && ok)
        ok = err_set_errno(e, errno, "can not write %s", path);
    return ok;
}

/* Writes a new file beside `path` and syncs it; its name, the caller's, or NULL when that failed. */
static char *write_temp(const char *path, mode_t mode, const void *data, size_t bytes, struct err *e)
{
    uint32_t mark = 0;
    char *beside;
    int fd;
    bool ok;

    secret_random(&mark, sizeof mark);
    beside = mem_printf("%s.%08x.part", path, mark);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        err_set_errno(e, errno, "can not write %s", path);
        free(beside);
        return NULL;
    }
    ok = write_all(fd, path, data, bytes, e);
    if (ok && fsync(fd) != 0)
        ok = err_set_errno(e, errno, "can not write %s", path);
    if (close(fd) != 0 && ok)
        ok = err_set_errno(e, errno, "can not write %s", path);
    if (ok)
        return beside;
    (void)unlink(beside);
    free(beside);
    return NULL;
}

static bool write_beside(const char *path, mode_t mode, const void *data, size_t bytes, struct err *e)
{
    char *beside = write_temp(path, mode, data, bytes, e);
    bool ok;

    if (beside == NULL)
        return false;
    ok = rename(beside, path) == 0;
    if (!ok) {
        err_set_errno(e, errno, "can not write %s", path);
        (void)unlink(beside);
    }
    free(beside);
    return ok && sync_folder(path, e);
}

/* "-", or another name of it: /dev/stdout is a link to whatever file the shell has opened, and renaming over
 * it would take it away from everybody. */
static bool is_stdout(const char *path, const struct stat *st)
{
    struct stat out;

    return strcmp(path, "-") == 0 || (st != NULL && fstat(STDOUT_FILENO, &out) == 0 &&
                                      out.st_dev == st->st_dev && out.st_ino == st->st_ino);
}

/* A link stays one: what it leads to is replaced. */
static bool write_regular(const char *path, mode_t mode, const void *data, size_t bytes, struct err *e)
{
    struct stat st;
    char *target = lstat(path, &st) == 0 && S_ISLNK(st.st_mode) ? realpath(path, NULL) : NULL;
    bool ok = write_beside(target != NULL ? target : path, mode, data, bytes, e);

    free(target);
    return ok;
}

/* With the mode of the file that was there, or that of a new one; no more than `most`. */
static bool write_file(const char *path, mode_t most, const void *data, size_t bytes, struct err *e)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;

    if (is_stdout(path, exists ? &st : NULL)) {
        (void)fflush(stdout);
        return write_all(STDOUT_FILENO, "standard output", data, bytes, e);
    }
    if (exists && !S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? err_set(e, ERR_INPUT, "%s is a folder: name a file", path)
                                   : write_in_place(path, data, bytes, e);
    return write_regular(path, (exists ? st.st_mode & 0777 : 0666) & most, data, bytes, e);
}

bool file_write(const char *path, const void *data, size_t bytes, struct err *e)
{
    return write_file(path, 0777, data, bytes, e);
}

bool file_write_private(const char *path, const void *data, size_t bytes, struct err *e)
{
    return write_file(path, 0600, data, bytes, e);
}

/* ---- all or none --------------------------------------------------------------------------------------- */

/* A file of many on its way. */
struct part {
    char *path, *beside;
    bool is_new; /* nothing had its name */
    bool named;  /* it has its name now */
};

/* Makes the folder and what is missing above it. *made: the bytes of the first path that was not there; 0:
 * all were. */
static bool make_folder(const char *dir, size_t *made, struct err *e)
{
    char *path = mem_dup(dir);
    size_t bytes = strlen(dir);
    struct stat st;
    bool ok = true;

    *made = 0;
    for (size_t i = 1; ok && i <= bytes; i++) {
        if (i < bytes && dir[i] != '/')
            continue;
        path[i] = '\0';
        if (mkdir(path, 0777) == 0)
            *made = *made == 0 ? i : *made;
        else if (errno != EEXIST)
            ok = err_set_errno(e, errno, "can not make the folder %s", path);
        path[i] = dir[i];
    }
    if (ok && stat(dir, &st) != 0)
        ok = err_set_errno(e, errno, "can not look at %s", dir);
    else if (ok && !S_ISDIR(st.st_mode))
        ok = err_set(e, ERR_INPUT, "%s is a file: name a folder", dir);
    free(path);
    return ok;
}

/* Takes away what make_folder has made, as far as it is empty. */
static void drop_folders(const char *dir, size_t made)
{
    char *path = mem_dup(dir);

    for (size_t i = strlen(dir); made > 0 && i >= made; i--) {
        if (dir[i] != '/' && dir[i] != '\0')
            continue;
        path[i] = '\0';
        (void)rmdir(path);
    }
    free(path);
}

static bool write_part(const char *dir, const struct file_content *f, struct part *p, struct err *e)
{
    struct stat st;
    mode_t mode = 0666;

    p->path = mem_printf("%s/%s", dir, f->name);
    p->is_new = lstat(p->path, &st) != 0;
    if (!p->is_new && !S_ISREG(st.st_mode))
        return err_set(e, ERR_INPUT, "%s is no plain file, and is not replaced", p->path);
    if (!p->is_new)
        mode = st.st_mode & 0777;
    p->beside = write_temp(p->path, mode, f->data, f->bytes, e);
    return p->beside != NULL;
}

static bool name_part(struct part *p, struct err *e)
{
    p->named = rename(p->beside, p->path) == 0;
    return p->named || err_set_errno(e, errno, "can not write %s", p->path);
}

bool file_write_all(const char *dir, const struct file_content *files, size_t count, struct err *e)
{
    struct part *parts = mem_alloc(count, sizeof *parts);
    size_t made = 0;
    bool ok = make_folder(dir, &made, e);

    for (size_t i = 0; ok && i < count; i++)
        ok = write_part(dir, &files[i], &parts[i], e);
    for (size_t i = 0; ok && i < count; i++)
        ok = name_part(&parts[i], e);
    ok = ok && (count == 0 || sync_folder(parts[0].path, e));
    for (size_t i = 0; i < count; i++) {
        if (!ok && parts[i].beside != NULL && !parts[i].named)
            (void)unlink(parts[i].beside);
        if (!ok && parts[i].named && parts[i].is_new)
            (void)unlink(parts[i].path);
        free(parts[i].beside);
        free(parts[i].path);
    }
    if (!ok)
        drop_folders(dir, made);
    free(parts);
    return ok;
}
