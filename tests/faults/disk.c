/*
 * A disk that loses power, refuses to sync, or is full: preloaded (LD_PRELOAD) into the real collector.
 *
 * TLD_DISK_DIR names a folder. For each file whose name has ".db" in it and is no ".db-shm", what a power cut
 * would leave is kept there under the same base name: only what fsync or fdatasync has confirmed. The test
 * kills the process and puts those files in place of the real ones. While the folder holds a file
 * "fsync-fails", syncing such a file fails with EIO; while it holds "disk-full", writing one fails with
 * ENOSPC.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FD_MAX = 65536, RANGES_MAX = 65536 };

struct range {
    off_t from, to;
};

/* One per path, shared by all descriptors of it. */
struct disk_file {
    char *name; /* base name */
    int durable;
    struct range dirty[RANGES_MAX];
    size_t ranges;
    struct disk_file *next;
};

static struct disk_file *files;
static struct disk_file *of_fd[FD_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *real(const char *name)
{
    void *f = dlsym(RTLD_NEXT, name);

    if (f == NULL)
        abort();
    return f;
}

static bool asked_for(const char *what)
{
    const char *dir = getenv("TLD_DISK_DIR");
    char path[4096];

    if (dir == NULL)
        return false;
    (void)snprintf(path, sizeof path, "%s/%s", dir, what);
    return access(path, F_OK) == 0;
}

static struct disk_file *file_for(const char *name)
{
    static int (*real_open)(const char *, int, ...);
    const char *dir = getenv("TLD_DISK_DIR");
    char path[4096];
    struct disk_file *f;

    if (real_open == NULL)
        real_open = (int (*)(const char *, int, ...))real("open");
    for (f = files; f != NULL; f = f->next)
        if (strcmp(f->name, name) == 0)
            return f;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    f = calloc(1, sizeof *f);
    if (f == NULL)
        abort();
    f->name = strdup(name);
    f->durable = real_open(path, O_RDWR | O_CREAT, 0600);
    f->next = files;
    files = f;
    return f;
}

static void opened(int fd, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;

    if (fd < 0 || fd >= FD_MAX || getenv("TLD_DISK_DIR") == NULL)
        return;
    pthread_mutex_lock(&lock);
    of_fd[fd] = NULL;
    if (strstr(name, ".db") != NULL && strstr(name, "-shm") == NULL && strstr(name, ".key") == NULL &&
        strstr(name, ".lock") == NULL && strstr(path, getenv("TLD_DISK_DIR")) == NULL)
        of_fd[fd] = file_for(name);
    pthread_mutex_unlock(&lock);
}

static struct disk_file *tracked(int fd)
{
    return fd >= 0 && fd < FD_MAX ? of_fd[fd] : NULL;
}

static void dirtied(struct disk_file *f, off_t from, off_t to)
{
    pthread_mutex_lock(&lock);
    if (f->ranges > 0 && f->dirty[f->ranges - 1].to == from) {
        f->dirty[f->ranges - 1].to = to;
    } else {
        if (f->ranges == RANGES_MAX)
            abort();
        f->dirty[f->ranges++] = (struct range){from, to};
    }
    pthread_mutex_unlock(&lock);
}

/* What is dirty becomes durable: from the file as it is now, cut to its present length. */
static void made_durable(struct disk_file *f, int fd)
{
    static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
    char block[65536];
    struct stat st;

    if (real_pwrite == NULL)
        real_pwrite = (ssize_t(*)(int, const void *, size_t, off_t))real("pwrite");
    pthread_mutex_lock(&lock);
    if (fstat(fd, &st) != 0 || ftruncate(f->durable, st.st_size) != 0)
        abort();
    for (size_t i = 0; i < f->ranges; i++) {
        for (off_t at = f->dirty[i].from; at < f->dirty[i].to && at < st.st_size;) {
            size_t want = (size_t)(f->dirty[i].to - at);
            ssize_t n = pread(fd, block, want < sizeof block ? want : sizeof block, at);

            if (n <= 0)
                break;
            if (real_pwrite(f->durable, block, (size_t)n, at) != n)
                abort();
            at += n;
        }
    }
    f->ranges = 0;
    pthread_mutex_unlock(&lock);
}

#define OPEN_WRAPPER(symbol)                                                                                 \
    int symbol(const char *path, int flags, ...)                                                             \
    {                                                                                                        \
        static int (*next)(const char *, int, ...);                                                          \
        mode_t mode = 0;                                                                                     \
        va_list ap;                                                                                          \
        int fd;                                                                                              \
                                                                                                             \
        if (next == NULL)                                                                                    \
            next = (int (*)(const char *, int, ...))real(#symbol);                                           \
        va_start(ap, flags);                                                                                 \
        if (flags & O_CREAT)                                                                                 \
            mode = (mode_t)va_arg(ap, int);                                                                  \
        va_end(ap);                                                                                          \
        fd = next(path, flags, mode);                                                                        \
        opened(fd, path);                                                                                    \
        return fd;                                                                                           \
    }

OPEN_WRAPPER(open)
OPEN_WRAPPER(open64)

#define PWRITE_WRAPPER(symbol, type)                                                                         \
    ssize_t symbol(int fd, const void *p, size_t n, type at)                                                 \
    {                                                                                                        \
        static ssize_t (*next)(int, const void *, size_t, type);                                             \
        ssize_t done;                                                                                        \
                                                                                                             \
        if (next == NULL)                                                                                    \
            next = (ssize_t(*)(int, const void *, size_t, type))real(#symbol);                               \
        if (tracked(fd) != NULL && asked_for("disk-full")) {                                                 \
            errno = ENOSPC;                                                                                  \
            return -1;                                                                                       \
        }                                                                                                    \
        done = next(fd, p, n, at);                                                                           \
        if (done > 0 && tracked(fd) != NULL)                                                                 \
            dirtied(tracked(fd), (off_t)at, (off_t)at + done);                                               \
        return done;                                                                                         \
    }

PWRITE_WRAPPER(pwrite, off_t)
PWRITE_WRAPPER(pwrite64, off64_t)

#define SYNC_WRAPPER(symbol)                                                                                 \
    int symbol(int fd)                                                                                       \
    {                                                                                                        \
        static int (*next)(int);                                                                             \
        int r;                                                                                               \
                                                                                                             \
        if (next == NULL)                                                                                    \
            next = (int (*)(int))real(#symbol);                                                              \
        if (tracked(fd) != NULL && asked_for("fsync-fails")) {                                               \
            errno = EIO;                                                                                     \
            return -1;                                                                                       \
        }                                                                                                    \
        r = next(fd);                                                                                        \
        if (r == 0 && tracked(fd) != NULL)                                                                   \
            made_durable(tracked(fd), fd);                                                                   \
        return r;                                                                                            \
    }

SYNC_WRAPPER(fsync)
SYNC_WRAPPER(fdatasync)

int close(int fd)
{
    static int (*next)(int);

    if (next == NULL)
        next = (int (*)(int))real("close");
    if (fd >= 0 && fd < FD_MAX) {
        pthread_mutex_lock(&lock);
        of_fd[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return next(fd);
}

int unlink(const char *path)
{
    static int (*next)(const char *);
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    char kept[4096];

    if (next == NULL)
        next = (int (*)(const char *))real("unlink");
    pthread_mutex_lock(&lock);
    for (struct disk_file *f = files; f != NULL; f = f->next) {
        if (strcmp(f->name, name) != 0)
            continue;
        f->name[0] = '\0'; /* a new file of this name starts anew */
        (void)snprintf(kept, sizeof kept, "%s/%s", getenv("TLD_DISK_DIR"), name);
        (void)next(kept);
    }
    pthread_mutex_unlock(&lock);
    return next(path);
}
