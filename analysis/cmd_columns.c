#include <string.h>

#include "analysis/cmd.h"
#include "analysis/compare.h"
#include "analysis/progression_columns.h"
#include "core/base/buf.h"
#include "core/base/file.h"

static const struct {
    const char *table;
    const struct column *columns;
    const size_t *count;
} TABLES[] = {{"progression", PROGRESSION_COLUMNS, &PROGRESSION_COLUMN_COUNT},
              {"compare", COMPARE_COLUMNS, &COMPARE_COLUMN_COUNT}};

static bool print(const struct column *columns, size_t count, struct err *e)
{
    struct buf text = BUF_INIT;
    bool ok;

    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "%-19s %s\n", columns[i].name, columns[i].help);
    ok = file_write("-", buf_str(&text), text.bytes, e);
    buf_fini(&text);
    return ok;
}

bool cmd_columns(const struct args *a, struct err *e)
{
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        if (strcmp(TABLES[i].table, args_operand(a, 0)) == 0)
            return print(TABLES[i].columns, *TABLES[i].count, e);
    }
    return err_set(e, ERR_NOT_FOUND, "there is no table %s: progression or compare", args_operand(a, 0));
}
