#include "collector/import_successions.h"

#include <string.h>

#include "collector/import_rows.h"

enum { PREDECESSOR, SUCCESSOR, FROM };

static const struct import_column columns[] = {
    [PREDECESSOR] = {.name = "predecessor_code", .required = true},
    [SUCCESSOR] = {.name = "successor_code", .required = true},
    [FROM] = {.name = "from", .required = true},
};

static bool set_from(struct succession *s, const char *from, struct err *e)
{
    if (strcmp(from, IMPORT_REMOVE) == 0)
        return true;
    if (!round_code_check(from, e))
        return err_prefix(e, "from");
    memcpy(s->from, from, sizeof s->from);
    return true;
}

static void on_succession(int line, const char *const *cells, void *arg)
{
    struct import_rows *r = arg;
    struct import_succession s = {.line = line, .whole = true};
    struct unit from = {.code = ""}, to = {.code = ""};
    struct err e = ERR_INIT;

    if (!unit_set_code(&from, cells[PREDECESSOR], &e))
        import_rows_wrong(r, line, &e), s.whole = false;
    if (!unit_set_code(&to, cells[SUCCESSOR], &e))
        import_rows_wrong(r, line, &e), s.whole = false;
    if (!set_from(&s.succession, cells[FROM], &e))
        import_rows_wrong(r, line, &e), s.whole = false;
    if (*from.code != '\0' && strcmp(from.code, to.code) == 0) {
        faults_add(r->faults, r->name, line, 0, "unit %s can not carry on itself", to.code);
        s.whole = false;
    }
    memcpy(s.succession.predecessor, from.code, sizeof from.code);
    memcpy(s.succession.successor, to.code, sizeof to.code);
    import_rows_add(r, &s, sizeof s);
}

static int compare(const struct succession *a, const struct succession *b)
{
    int c = strcmp(a->predecessor, b->predecessor);

    return c != 0 ? c : strcmp(a->successor, b->successor);
}

static int by_pair(const void *pa, const void *pb)
{
    const struct import_succession *const *a = pa;
    const struct import_succession *const *b = pb;
    int c = compare(&(*a)->succession, &(*b)->succession);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static bool same_pair(const void *pa, const void *pb)
{
    const struct import_succession *a = pa;
    const struct import_succession *b = pb;

    return *a->succession.predecessor != '\0' && *a->succession.successor != '\0' &&
           compare(&a->succession, &b->succession) == 0;
}

static void tell_pair(struct import_rows *r, const void *row, const void *earlier)
{
    const struct import_succession *s = row;

    faults_add(r->faults, r->name, s->line, 0, "that unit %s carries on unit %s stands already in line %d",
               s->succession.successor, s->succession.predecessor,
               ((const struct import_succession *)earlier)->line);
}

static void find_doubles(struct import_rows *r)
{
    import_rows_doubles(r, sizeof(struct import_succession), by_pair, same_pair, tell_pair);
}

bool import_successions_file(const char *path, struct import_succession **out, size_t *count,
                             struct faults *faults, struct err *e)
{
    static const struct import_rows_kind successions = {.columns = columns,
                                                        .column_count = sizeof columns / sizeof *columns,
                                                        .record = on_succession,
                                                        .find_doubles = find_doubles};
    struct import_rows r = {.faults = faults};
    bool ok = import_rows_read(path, &successions, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}
