#include "core/store/durable.h"

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

bool durable_sync_folder_of(const char *path, struct err *e)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? mem_dup(".") : mem_dup_bytes(path, slash == path ? 1 : (size_t)(slash - path));
    bool ok = sync_opened(folder, O_RDONLY | O_DIRECTORY, e);

    free(folder);
    return ok;
}

char *durable_temp_beside(const char *path, struct err *e)
{
    char *temp = mem_printf("%s.tmp-XXXXXX", path);
    int fd = mkstemp(temp);

    if (fd < 0) {
        (void)fail(errno, temp, "can not be made", e);
        free(temp);
        return NULL;
    }
    (void)close(fd);
    return temp;
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
