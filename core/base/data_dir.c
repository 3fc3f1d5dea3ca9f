#include "core/base/data_dir.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

#ifndef TLD_DATA_DIR
#define TLD_DATA_DIR "/usr/share/tld"
#endif

/* The folder `up` levels above the running program, or NULL. */
static char *above_program(int up)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    if (n <= 0)
        return NULL;
    path[n] = '\0';
    for (int i = 0; i <= up; i++) {
        char *slash = strrchr(path, '/');

        if (slash == NULL || slash == path)
            return NULL;
        *slash = '\0';
    }
    return mem_dup(path);
}

/* build/release/tld-collector and build/release/tests/test_x both find the tree above them. */
static char *source_tree(void)
{
    for (int up = 2; up <= 4; up++) {
        char *dir = above_program(up);
        char *probe = dir == NULL ? NULL : mem_printf("%s/views", dir);
        char *build = dir == NULL ? NULL : mem_printf("%s/build", dir);
        bool found = probe != NULL && access(probe, R_OK) == 0 && access(build, R_OK) == 0;

        free(probe);
        free(build);
        if (found)
            return dir;
        free(dir);
    }
    return NULL;
}

/* PREFIX/bin/tld-collector has its data in PREFIX/share/tld, wherever PREFIX is now. */
static char *beside_program(void)
{
    char *prefix = above_program(1);
    char *dir = prefix == NULL ? NULL : mem_printf("%s/share/tld", prefix);

    free(prefix);
    if (dir != NULL && access(dir, R_OK) == 0)
        return dir;
    free(dir);
    return NULL;
}

char *data_path(const char *name)
{
    const char *set = getenv("TLD_DATA");
    char *dir = set != NULL ? mem_dup(set) : source_tree();
    char *path;

    if (dir == NULL)
        dir = beside_program();
    path = mem_printf("%s/%s", dir != NULL ? dir : TLD_DATA_DIR, name);
    free(dir);
    return path;
}
