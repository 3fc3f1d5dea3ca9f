#include "tests/stat/case_json.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/base/mem.h"

void case_counts_read(const json_t *input, const char *key, struct case_counts *out)
{
    const json_t *list = json_object_get(input, key);
    bool nested = json_is_array(json_array_get(list, 0));

    *out = (struct case_counts){.rows = nested ? json_array_size(list) : 1};
    out->size = json_array_size(nested ? json_array_get(list, 0) : list);
    out->n = mem_alloc(out->rows * out->size, sizeof(*out->n));
    out->row = mem_alloc(out->rows, sizeof(*out->row));
    for (size_t i = 0; i < out->rows; i++) {
        const json_t *row = nested ? json_array_get(list, i) : list;

        for (size_t c = 0; c < out->size; c++)
            out->n[i * out->size + c] = (int64_t)json_number_value(json_array_get(row, c));
        out->row[i] = stat_counts_of(out->n + i * out->size, out->size);
    }
}

void case_counts_fini(struct case_counts *c)
{
    free(c->n);
    free(c->row);
}

struct stat_summary *case_summaries(const struct case_counts *c)
{
    struct stat_summary *s = mem_alloc(c->rows, sizeof(*s));

    for (size_t i = 0; i < c->rows; i++)
        s[i] = stat_summary_counts(&c->row[i]);
    return s;
}

size_t case_length(const json_t *list)
{
    return json_is_array(list) ? json_array_size(list) : list != NULL;
}

const json_t *case_at(const json_t *list, size_t i)
{
    return json_is_array(list) ? json_array_get(list, i) : list;
}

int64_t case_int(const json_t *input, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(input, key);

    return json_is_number(v) ? (int64_t)json_number_value(v) : otherwise;
}

double case_number(const json_t *input, const char *key, double otherwise)
{
    const json_t *v = json_object_get(input, key);

    return json_is_number(v) ? json_number_value(v) : otherwise;
}

json_t *case_json(struct stat_value v)
{
    return v.state == STAT_OK ? json_real(v.x) : json_null();
}

void case_put(json_t *o, const char *key, struct stat_value v)
{
    json_object_set_new(o, key, case_json(v));
}

void case_put_number(json_t *o, const char *key, double x)
{
    case_put(o, key, stat_ok(x));
}

void case_put_if(json_t *o, const char *key, enum stat_state state, double x)
{
    case_put(o, key, state == STAT_OK ? stat_ok(x) : stat_none(state));
}

void case_put_range(json_t *o, const char *key, struct stat_range r)
{
    if (r.state != STAT_OK) {
        json_object_set_new(o, key, json_null());
        return;
    }
    json_object_del(o, key);
    case_add_number(o, key, r.low);
    case_add_number(o, key, r.high);
}

void case_add(json_t *o, const char *key, struct stat_value v)
{
    if (!json_is_array(json_object_get(o, key)))
        json_object_set_new(o, key, json_array());
    json_array_append_new(json_object_get(o, key), case_json(v));
}

void case_add_number(json_t *o, const char *key, double x)
{
    case_add(o, key, stat_ok(x));
}
