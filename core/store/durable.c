#include "core/store/durable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

/* A full disk is something that the operator can mend. */
static bool fail(int why, const char *path, const char *what, struct err *e)
{
    if (why == ENOSPC || why == EDQUOT)
        return err_set(e, ERR_LIMIT, "%s: %s: the disk is full: make room and try again", path, what);
    return err_set_errno(e, why, "%s: %s", path, what);
}

static bool sync_opened(const char *path, int flags, struct err *e)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        return fail(errno, path, "can not be opened", e);
    if (fsync(fd) != 0) {
        int why = errno;

        (void)close(fd);
        return fail(why, path, "can not be made durable", e);
    }
    (void)close(fd);
    return true;
}

bool durable_sync(const char *path, struct err *e)
{
    return sync_opened(path, O_RDONLY, e);
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? mem_dup(".") : mem_dup_bytes(path, slash == path ? 1 : (size_t)(slash - path));
}

bool durable_sync_folder_of(const char *path, struct err *e)
{
    char *folder = folder_of(path);
    bool ok = sync_opened(folder, O_RDONLY | O_DIRECTORY, e);

    free(folder);
    return ok;
}

char *durable_temp_beside(const char *path, struct err *e)
{
    char *temp = mem_printf("%s.unfinished-XXXXXX", path);
    int fd = mkstemp(temp);

    if (fd < 0) {
        (void)fail(errno, temp, "can not be made", e);
        free(temp);
        return NULL;
    }
    (void)close(fd);
    return temp;
}

/* "NAME.unfinished-XXXXXX" or one of its logs, of the file NAME. */
static bool is_temp_of(const char *entry, const char *name)
{
    static const char MARK[] = ".unfinished-";
    enum { RANDOM = 6 };
    const size_t bytes = strlen(name);

    if (strncmp(entry, name, bytes) != 0 || strncmp(entry + bytes, MARK, sizeof MARK - 1) != 0)
        return false;
    const char *rest = entry + bytes + sizeof MARK - 1;
    if (strlen(rest) < RANDOM)
        return false;
    rest += RANDOM;
    return *rest == '\0' || strcmp(rest, "-journal") == 0 || strcmp(rest, "-wal") == 0 ||
           strcmp(rest, "-shm") == 0;
}

bool durable_temps_remove(const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');
    char *folder = folder_of(path);
    DIR *dir = opendir(folder);
    bool ok = dir != NULL || fail(errno, folder, "can not be read", e);

    for (struct dirent *entry; ok && dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (is_temp_of(entry->d_name, slash == NULL ? path : slash + 1) &&
            unlinkat(dirfd(dir), entry->d_name, 0) != 0 && errno != ENOENT)
            ok = fail(errno, entry->d_name, "can not be removed", e);
    }
    if (dir != NULL)
        (void)closedir(dir);
    free(folder);
    return ok;
}

bool durable_write(const char *path, const void *bytes, size_t count, struct err *e)
{
    const char *at = bytes;
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    bool ok = false;

    if (fd < 0)
        return fail(errno, path, "can not be opened", e);
    while (count > 0) {
        ssize_t n = write(fd, at, count);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            (void)fail(n < 0 ? errno : ENOSPC, path, "can not be written", e);
            goto out;
        }
        at += n;
        count -= (size_t)n;
    }
    if (fsync(fd) != 0) {
        (void)fail(errno, path, "can not be made durable", e);
        goto out;
    }
    ok = true;
out:
    (void)close(fd);
    return ok;
}

bool durable_publish(const char *temp, const char *path, struct err *e)
{
    if (link(temp, path) != 0) {
        if (errno == EEXIST)
            return err_set(e, ERR_CONFLICT, "%s: exists already", path);
        return fail(errno, path, "can not be made", e);
    }
    (void)unlink(temp);
    return durable_sync_folder_of(path, e);
}

bool durable_replace(const char *temp, const char *path, struct err *e)
{
    if (rename(temp, path) != 0)
        return fail(errno, path, "can not be replaced", e);
    return durable_sync_folder_of(path, e);
}
