/* Units and groups. */

#include "core/store/sqlite/db.h"

#include <string.h>

static void read_unit(sqlite3_stmt *st, void *item)
{
    struct unit *u = item;

    memset(u, 0, sizeof *u);
    db_copy_text(st, 1, u->code, sizeof u->code);
    db_copy_text(st, 2, u->name, sizeof u->name);
    db_copy_text(st, 3, u->area, sizeof u->area);
    u->school_forms = (unsigned)sqlite3_column_int64(st, 4);
}

static bool find_unit(struct store *s, const char *code, struct unit *out, bool *found, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_UNIT_GET, &st, e))
        return false;
    db_text(st, 1, code);
    if (!db_step(s, st, found, e))
        return false;
    if (*found) {
        read_unit(st, out);
        db_done(st);
    }
    return true;
}

bool store_unit_get(struct store *s, const char *code, struct unit *out, struct err *e)
{
    bool found;

    if (!find_unit(s, code, out, &found, e))
        return false;
    return found || err_set(e, ERR_NOT_FOUND, "there is no unit with the code \"%s\"", code);
}

bool store_unit_put(struct store *s, const struct unit *u, enum store_change *change, struct err *e)
{
    struct unit old;
    sqlite3_stmt *st;
    bool own;
    bool ok = false;
    bool found;

    if (!db_enter(s, &own, e))
        return false;
    if (!find_unit(s, u->code, &old, &found, e))
        goto out;
    *change = !found ? STORE_ADDED : STORE_CHANGED;
    if (found && strcmp(old.name, u->name) == 0 && strcmp(old.area, u->area) == 0 &&
        old.school_forms == u->school_forms)
        *change = STORE_SAME;
    if (*change != STORE_SAME) {
        if (!db_statement(s, found ? SQL_UNIT_CHANGE : SQL_UNIT_ADD, &st, e))
            goto out;
        db_text(st, 1, u->code);
        db_text(st, 2, u->name);
        db_text(st, 3, u->area);
        db_int(st, 4, u->school_forms);
        if (!db_run(s, st, e))
            goto out;
    }
    ok = true;
out:
    return db_leave(s, own, ok, e);
}

bool store_unit_list(struct store *s, struct unit **out, size_t *count, struct err *e)
{
    sqlite3_stmt *st;
    void *list;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, SQL_UNIT_LIST, &st, e) || !db_list(s, st, sizeof **out, read_unit, &list, count, e))
        return false;
    *out = list;
    return true;
}

/* ---- groups
 * ------------------------------------------------------------------------------------------------ */

static void read_group(sqlite3_stmt *st, void *item)
{
    struct group *g = item;

    memset(g, 0, sizeof *g);
    g->id = sqlite3_column_int64(st, 0);
    db_copy_text(st, 1, g->unit_code, sizeof g->unit_code);
    g->school_year = sqlite3_column_int(st, 2);
    db_copy_text(st, 3, g->name, sizeof g->name);
    g->school_form = (enum school_form)sqlite3_column_int(st, 4);
    g->grade = sqlite3_column_type(st, 5) == SQLITE_NULL ? GRADE_NONE : sqlite3_column_int(st, 5);
    g->enrolled = sqlite3_column_int(st, 6);
}

bool store_group_get(struct store *s, int64_t id, struct group *out, struct err *e)
{
    sqlite3_stmt *st;
    bool row;

    if (!db_statement(s, SQL_GROUP_GET, &st, e))
        return false;
    db_int(st, 1, id);
    if (!db_step(s, st, &row, e))
        return false;
    if (!row)
        return err_set(e, ERR_NOT_FOUND, "there is no class with the number %lld", (long long)id);
    read_group(st, out);
    db_done(st);
    return true;
}

static bool find_group(struct store *s, const char *unit_code, int school_year, const char *name,
                       struct group *out, bool *found, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_GROUP_FIND, &st, e))
        return false;
    db_text(st, 1, unit_code);
    db_int(st, 2, school_year);
    db_text(st, 3, name);
    if (!db_step(s, st, found, e))
        return false;
    if (*found) {
        read_group(st, out);
        db_done(st);
    }
    return true;
}

bool store_group_find(struct store *s, const char *unit_code, int school_year, const char *name,
                      struct group *out, struct err *e)
{
    bool found;

    if (!find_group(s, unit_code, school_year, name, out, &found, e))
        return false;
    return found || err_set(e, ERR_NOT_FOUND, "the unit \"%s\" has no class \"%s\" in the school year %d/%d",
                            unit_code, name, school_year, school_year + 1);
}

static void bind_grade(sqlite3_stmt *st, int at, int grade)
{
    if (grade == GRADE_NONE)
        (void)sqlite3_bind_null(st, at);
    else
        db_int(st, at, grade);
}

static bool change_group(struct store *s, const struct group *g, int64_t id, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_GROUP_CHANGE, &st, e))
        return false;
    db_int(st, 1, id);
    db_int(st, 2, g->school_form);
    bind_grade(st, 3, g->grade);
    db_int(st, 4, g->enrolled);
    return db_run(s, st, e);
}

static bool add_group(struct store *s, const struct group *g, struct err *e)
{
    sqlite3_stmt *st;

    if (!db_statement(s, SQL_GROUP_ADD, &st, e))
        return false;
    db_text(st, 1, g->unit_code);
    db_int(st, 2, g->school_year);
    db_text(st, 3, g->name);
    db_int(st, 4, g->school_form);
    bind_grade(st, 5, g->grade);
    db_int(st, 6, g->enrolled);
    if (!db_run(s, st, e))
        return false;
    return sqlite3_changes(s->db) == 1 ||
           err_set(e, ERR_NOT_FOUND, "there is no unit with the code \"%s\"", g->unit_code);
}

bool store_group_put(struct store *s, const struct group *g, enum store_change *change, struct err *e)
{
    struct group old;
    bool own;
    bool ok = false;
    bool found;

    if (!db_enter(s, &own, e))
        return false;
    if (!find_group(s, g->unit_code, g->school_year, g->name, &old, &found, e))
        goto out;
    if (!found) {
        *change = STORE_ADDED;
        ok = add_group(s, g, e);
    } else if (old.school_form == g->school_form && old.grade == g->grade && old.enrolled == g->enrolled) {
        *change = STORE_SAME;
        ok = true;
    } else {
        *change = STORE_CHANGED;
        ok = change_group(s, g, old.id, e);
    }
out:
    return db_leave(s, own, ok, e);
}

static bool list_groups(struct store *s, sqlite3_stmt *st, struct group **out, size_t *count, struct err *e)
{
    void *list;

    if (!db_list(s, st, sizeof **out, read_group, &list, count, e))
        return false;
    *out = list;
    return true;
}

bool store_group_list(struct store *s, const char *unit_code, int school_year, struct group **out,
                      size_t *count, struct err *e)
{
    sqlite3_stmt *st;

    *out = NULL;
    *count = 0;
    if (!db_statement(s, unit_code == NULL ? SQL_GROUP_LIST : SQL_GROUP_LIST_OF_UNIT, &st, e))
        return false;
    if (unit_code != NULL)
        db_text(st, 1, unit_code);
    db_int(st, 2, school_year);
    return list_groups(s, st, out, count, e);
}

bool store_round_groups(struct store *s, const char *round, struct group **out, size_t *count, struct err *e)
{
    struct round r;
    sqlite3_stmt *st;

    *out = NULL;
    *count = 0;
    if (!store_round_get(s, round, &r, e))
        return false;
    if (!db_statement(s, r.state == ROUND_SEALED ? SQL_ROUND_GROUPS : SQL_ROUND_GROUPS_OPEN, &st, e))
        return false;
    db_text(st, 1, round);
    if (r.state != ROUND_SEALED)
        db_int(st, 2, round_school_year(round));
    return list_groups(s, st, out, count, e);
}
