#include "tests/support/fault_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"

/* A write, or a truncation when data is NULL. */
struct change {
    uint8_t *data;
    size_t bytes;
    size_t at;
};

/* What the disk has of a file, and what it has been given since. */
struct shadow {
    char *path;
    uint8_t *durable;
    size_t bytes;
    struct change *pending;
    size_t changes, room;
};

struct fault_file {
    sqlite3_file base;
    struct shadow *shadow; /* NULL: a temporary file */
    sqlite3_file *real;
};

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    struct shadow *shadow[64];
    size_t shadows;
    unsigned operations, writes, syncs;
    unsigned power_off_at, full_from, sync_fails_at;
    uint32_t seed;
} disk;

/* ---- what is durable ---- */

static void apply(struct shadow *s, const struct change *c)
{
    size_t end = c->at + c->bytes;

    if (c->data == NULL) {
        s->bytes = c->at < s->bytes ? c->at : s->bytes;
        return;
    }
    if (end > s->bytes) {
        s->durable = mem_grow(s->durable, end, 1);
        memset(s->durable + s->bytes, 0, end - s->bytes);
        s->bytes = end;
    }
    memcpy(s->durable + c->at, c->data, c->bytes);
}

static void drop_pending(struct shadow *s)
{
    for (size_t i = 0; i < s->changes; i++)
        free(s->pending[i].data);
    s->changes = 0;
}

static void note(struct shadow *s, const void *data, size_t bytes, size_t at)
{
    if (s == NULL)
        return;
    s->pending = mem_room(s->pending, s->changes, &s->room, sizeof *s->pending);
    s->pending[s->changes++] = (struct change){
        .data = data == NULL ? NULL : (uint8_t *)mem_dup_bytes(data, bytes), .bytes = bytes, .at = at};
}

static bool survives(void)
{
    if (disk.seed == 0)
        return false;
    disk.seed = disk.seed * 1664525u + 1013904223u;
    return disk.seed >> 31;
}

static void power_off(void)
{
    for (size_t i = 0; i < disk.shadows; i++) {
        struct shadow *s = disk.shadow[i];
        char *shm = mem_printf("%s-shm", s->path);
        int fd;

        for (size_t c = 0; c < s->changes; c++)
            if (survives())
                apply(s, &s->pending[c]);
        (void)unlink(shm);
        fd = open(s->path, O_WRONLY | O_TRUNC);
        if (fd < 0)
            continue; /* it was deleted */
        if (write(fd, s->durable == NULL ? (uint8_t *)"" : s->durable, s->bytes) != (ssize_t)s->bytes)
            abort();
        (void)close(fd);
        free(shm);
    }
    _exit(FAULT_EXIT);
}

static void operation(void)
{
    disk.operations++;
    if (disk.power_off_at != 0 && disk.operations == disk.power_off_at)
        power_off();
}

static struct shadow *shadow_of(const char *path)
{
    struct shadow *s;
    struct stat is;
    FILE *f;

    for (size_t i = 0; i < disk.shadows; i++)
        if (strcmp(disk.shadow[i]->path, path) == 0)
            return disk.shadow[i];
    if (disk.shadows == sizeof disk.shadow / sizeof *disk.shadow)
        abort();
    s = mem_alloc(1, sizeof *s);
    s->path = mem_dup(path);
    f = stat(path, &is) == 0 && S_ISREG(is.st_mode) ? fopen(path, "rb") : NULL;
    if (f != NULL) {
        (void)fseek(f, 0, SEEK_END);
        s->bytes = (size_t)ftell(f);
        (void)fseek(f, 0, SEEK_SET);
        s->durable = mem_alloc(s->bytes + 1, 1);
        s->bytes = fread(s->durable, 1, s->bytes, f);
        (void)fclose(f);
    }
    disk.shadow[disk.shadows++] = s;
    return s;
}

static void forget(const char *path)
{
    for (size_t i = 0; i < disk.shadows; i++)
        if (path == NULL || strcmp(disk.shadow[i]->path, path) == 0) {
            struct shadow *s = disk.shadow[i];

            drop_pending(s);
            free(s->pending);
            free(s->durable);
            free(s->path);
            free(s);
            disk.shadow[i--] = disk.shadow[--disk.shadows];
        }
}

/* ---- a file ---- */

static struct fault_file *of(sqlite3_file *f)
{
    return (struct fault_file *)f;
}
#define REAL(f) (of(f)->real->pMethods)

static int x_close(sqlite3_file *f)
{
    return REAL(f)->xClose(of(f)->real);
}

static int x_read(sqlite3_file *f, void *to, int bytes, sqlite3_int64 at)
{
    return REAL(f)->xRead(of(f)->real, to, bytes, at);
}

static int x_write(sqlite3_file *f, const void *from, int bytes, sqlite3_int64 at)
{
    int rc;

    operation();
    disk.writes++;
    if (disk.full_from != 0 && disk.writes >= disk.full_from)
        return SQLITE_FULL;
    rc = REAL(f)->xWrite(of(f)->real, from, bytes, at);
    if (rc == SQLITE_OK)
        note(of(f)->shadow, from, (size_t)bytes, (size_t)at);
    return rc;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc;

    operation();
    rc = REAL(f)->xTruncate(of(f)->real, size);
    if (rc == SQLITE_OK)
        note(of(f)->shadow, NULL, 0, (size_t)size);
    return rc;
}

static int x_sync(sqlite3_file *f, int flags)
{
    struct shadow *s = of(f)->shadow;
    bool fails;

    (void)flags; /* the real disk need not be waited for */
    operation();
    disk.syncs++;
    fails = disk.sync_fails_at != 0 && disk.syncs == disk.sync_fails_at;
    if (s != NULL && !fails)
        for (size_t i = 0; i < s->changes; i++)
            apply(s, &s->pending[i]);
    if (s != NULL)
        drop_pending(s);
    return fails ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int x_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return REAL(f)->xFileSize(of(f)->real, size);
}

static int x_lock(sqlite3_file *f, int how)
{
    return REAL(f)->xLock(of(f)->real, how);
}

static int x_unlock(sqlite3_file *f, int how)
{
    return REAL(f)->xUnlock(of(f)->real, how);
}

static int x_reserved(sqlite3_file *f, int *out)
{
    return REAL(f)->xCheckReservedLock(of(f)->real, out);
}

/* A size hint would make the file longer behind our back. */
static int x_control(sqlite3_file *f, int what, void *arg)
{
    if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return REAL(f)->xFileControl(of(f)->real, what, arg);
}

static int x_sector(sqlite3_file *f)
{
    return REAL(f)->xSectorSize(of(f)->real);
}

static int x_device(sqlite3_file *f)
{
    return REAL(f)->xDeviceCharacteristics(of(f)->real);
}

static int x_shm_map(sqlite3_file *f, int page, int bytes, int extend, void volatile **out)
{
    return REAL(f)->xShmMap(of(f)->real, page, bytes, extend, out);
}

static int x_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return REAL(f)->xShmLock(of(f)->real, at, n, flags);
}

static void x_shm_barrier(sqlite3_file *f)
{
    REAL(f)->xShmBarrier(of(f)->real);
}

static int x_shm_unmap(sqlite3_file *f, int remove)
{
    return REAL(f)->xShmUnmap(of(f)->real, remove);
}

/* Version 2: without memory mapping, so that every read and write passes here. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_reserved,
    .xFileControl = x_control,
    .xSectorSize = x_sector,
    .xDeviceCharacteristics = x_device,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

/* ---- the disk ---- */

static int x_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct fault_file *file = of(f);
    const int watched = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
    int rc;

    (void)v;
    memset(file, 0, sizeof *file);
    file->real = (sqlite3_file *)(file + 1);
    if (name != NULL && (flags & watched) != 0)
        file->shadow = shadow_of(name);
    rc = disk.real->xOpen(disk.real, name, file->real, flags, out);
    if (rc == SQLITE_OK)
        file->base.pMethods = &methods;
    return rc;
}

static int x_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    operation();
    forget(name);
    return disk.real->xDelete(disk.real, name, sync);
}

void fault_install(void)
{
    if (disk.real != NULL)
        return;
    disk.real = sqlite3_vfs_find(NULL);
    disk.vfs = *disk.real;
    disk.vfs.pNext = NULL;
    disk.vfs.zName = "fault";
    disk.vfs.szOsFile = (int)sizeof(struct fault_file) + disk.real->szOsFile;
    disk.vfs.xOpen = x_open;
    disk.vfs.xDelete = x_delete;
    if (sqlite3_vfs_register(&disk.vfs, 1) != SQLITE_OK)
        abort();
}

void fault_reset(void)
{
    forget(NULL);
    disk.operations = disk.writes = disk.syncs = 0;
    disk.power_off_at = disk.full_from = disk.sync_fails_at = 0;
    disk.seed = 0;
}

unsigned fault_operations(void)
{
    return disk.operations;
}

void fault_power_off_at(unsigned nth, uint32_t seed)
{
    disk.power_off_at = disk.operations + nth;
    disk.seed = seed;
}

void fault_full_from(unsigned nth)
{
    disk.full_from = nth == 0 ? 0 : disk.writes + nth;
}

void fault_sync_fails_at(unsigned nth)
{
    disk.sync_fails_at = nth == 0 ? 0 : disk.syncs + nth;
}
