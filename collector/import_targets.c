#include "collector/import_targets.h"

#include <string.h>

#include "collector/import_rows.h"

enum { UNIT, FORM, DIMENSION, QUESTION, MEASURE, DIRECTION, VALUE, ROUND };

static const struct import_column columns[] = {
    [UNIT] = {.name = "unit_code", .required = true},
    [FORM] = {.name = "form", .required = true},
    [DIMENSION] = {.name = "dimension", .required = true},
    [QUESTION] = {.name = "question", .required = true},
    [MEASURE] = {.name = "measure", .required = true},
    [DIRECTION] = {.name = "direction", .required = true},
    [VALUE] = {.name = "value", .required = true},
    [ROUND] = {.name = "round", .required = true},
};

static bool set_unit(struct target *t, const char *code, struct err *e)
{
    struct unit u;

    if (!unit_set_code(&u, code, e))
        return false;
    memcpy(t->unit_code, u.code, sizeof u.code);
    return true;
}

static bool set_round(struct target *t, const char *code, struct err *e)
{
    if (!round_code_check(code, e))
        return false;
    memcpy(t->round, code, sizeof t->round);
    return true;
}

/* Each cell's check, in the order of the columns. */
typedef bool set_fn(struct target *t, const char *cell, struct err *e);
static set_fn *const setters[] = {
    [UNIT] = set_unit,
    [FORM] = target_set_form,
    [DIMENSION] = target_set_dimension,
    [QUESTION] = target_set_question,
    [MEASURE] = target_set_measure,
    [DIRECTION] = target_set_direction,
    [VALUE] = target_set_value,
    [ROUND] = set_round,
};

static void on_target(int line, const char *const *cells, void *arg)
{
    struct import_rows *r = arg;
    struct import_target t = {
        .line = line, .remove = strcmp(cells[VALUE], IMPORT_REMOVE) == 0, .whole = true};

    for (size_t i = 0; i < sizeof setters / sizeof *setters; i++) {
        struct err e = ERR_INIT;

        if (t.remove && (i == MEASURE || i == DIRECTION || i == VALUE))
            continue;
        if (!setters[i](&t.target, cells[i], &e)) {
            import_rows_wrong(r, line, &e);
            t.whole = false;
        }
    }
    import_rows_add(r, &t, sizeof t);
}

static int by_target(const void *pa, const void *pb)
{
    const struct import_target *const *a = pa;
    const struct import_target *const *b = pb;
    int c = target_compare(&(*a)->target, &(*b)->target);

    return c != 0 ? c : ((*a)->line > (*b)->line) - ((*a)->line < (*b)->line);
}

static bool same_target(const void *pa, const void *pb)
{
    const struct import_target *a = pa;
    const struct import_target *b = pb;

    return a->whole && b->whole && target_compare(&a->target, &b->target) == 0;
}

static void tell_target(struct import_rows *r, const void *row, const void *earlier)
{
    const struct import_target *t = row;

    faults_add(r->faults, r->name, t->line, 0,
               "the target of unit %s for %s %s in %s stands already in line %d", t->target.unit_code,
               t->target.form, *t->target.question != '\0' ? t->target.question : t->target.dimension,
               t->target.round, ((const struct import_target *)earlier)->line);
}

static void find_doubles(struct import_rows *r)
{
    import_rows_doubles(r, sizeof(struct import_target), by_target, same_target, tell_target);
}

bool import_targets_file(const char *path, struct import_target **out, size_t *count, struct faults *faults,
                         struct err *e)
{
    static const struct import_rows_kind targets = {.columns = columns,
                                                    .column_count = sizeof columns / sizeof *columns,
                                                    .record = on_target,
                                                    .find_doubles = find_doubles};
    struct import_rows r = {.faults = faults};
    bool ok = import_rows_read(path, &targets, &r, e);

    *out = r.at;
    *count = r.count;
    return ok;
}
