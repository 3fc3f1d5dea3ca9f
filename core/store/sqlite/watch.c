/* What a serving process asks the store about itself: has another one changed it, does it take writes. */

#include "core/store/sqlite/db.h"

bool store_data_version(struct store *s, int64_t *version, struct err *e)
{
    sqlite3_stmt *st;
    bool row = false;

    if (!db_statement(s, SQL_DATA_VERSION, &st, e) || !db_step(s, st, &row, e))
        return false;
    *version = row ? sqlite3_column_int64(st, 0) : 0;
    db_done(st);
    return true;
}

bool store_probe(struct store *s, struct err *e)
{
    bool own;

    return db_enter(s, &own, e) && db_leave(s, own, db_write_same(s, e), e);
}
