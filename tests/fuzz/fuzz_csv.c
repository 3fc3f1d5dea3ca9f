/* Goal: no bytes make the table reader crash, leak or hang; records are well-formed text without NUL, their
 * lines rise and lie in the file, and a table is taken exactly when nothing was wrong with it. */

#include <string.h>

#include "collector/import_csv.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

static const struct import_column columns[] = {
    {.name = "unit_code", .required = true},
    {.name = "group", .required = false},
    {.name = "a", .required = false},
};

/* What on_record checks against. */
struct seen {
    int lines; /* in the file, at most */
    int last;
    size_t records;
};

static void on_record(int line, const char *const *cells, void *arg)
{
    struct seen *s = arg;
    bool any = false;

    FUZZ_CHECK(line > s->last && line <= s->lines);
    s->last = line;
    s->records++;
    for (size_t i = 0; i < 3; i++) {
        size_t bytes = strlen(cells[i]);

        FUZZ_CHECK(text_is_utf8(cells[i], bytes) && bytes <= IMPORT_RECORD_MAX_BYTES);
        FUZZ_CHECK(bytes == 0 || (cells[i][0] != ' ' && cells[i][bytes - 1] != ' '));
        any = any || bytes > 0;
    }
    FUZZ_CHECK(any);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen s = {.lines = 1};
    const struct import_table t = {.columns = columns, .count = 3, .record = on_record, .arg = &s};
    struct faults faults;
    struct err e = ERR_INIT;
    bool ok;

    for (size_t i = 0; i < size; i++)
        s.lines += data[i] == '\n' || data[i] == '\r';
    faults_init(&faults);
    ok = import_csv_parse("f.csv", (const char *)data, size, &t, &faults, &e);
    FUZZ_CHECK(ok == !faults_any(&faults) && ok == (e.kind == ERR_NONE));
    for (size_t i = 0; i < faults.count; i++) {
        FUZZ_CHECK(faults.at[i].line >= 0 && faults.at[i].line <= s.lines && faults.at[i].column >= 0);
        FUZZ_CHECK(text_is_utf8(faults.at[i].text, strlen(faults.at[i].text)));
    }
    faults_fini(&faults);
    return 0;
}
