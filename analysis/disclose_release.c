/* The tables of disclose.h and their door. */
#include "analysis/disclose.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

struct row {
    struct source source[DISCLOSE_SOURCES];
    uint8_t more[DISCLOSE_SOURCES]; /* enum disclose_state of those beside each */
    bool own_group;
    enum disclose_status status;
};

/* Both tables have one shape; only disclose_release makes the second of the first. */
struct table {
    const struct column *column;
    size_t columns;
    struct row *row;
    size_t rows, row_capacity;
    struct value *value; /* rows * columns */
    size_t value_capacity;
    char **text; /* kept for the values */
    size_t texts, text_capacity;
};

struct full {
    struct table t;
};

struct released {
    struct table t;
};

const char *disclose_status_word(enum disclose_status s)
{
    static const char *const WORDS[] = {
        [STATUS_VALUE] = "value",         [STATUS_SUPPRESSED] = "suppressed",
        [STATUS_TOO_FEW] = "too_few",     [STATUS_LOW_RESPONSE] = "low_response",
        [STATUS_UNDEFINED] = "undefined", [STATUS_NOT_ASKED] = "not_asked"};

    return WORDS[s];
}

struct full *full_new(const struct column *columns, size_t count)
{
    struct full *f = mem_alloc(1, sizeof *f);

    f->t.column = columns;
    f->t.columns = count;
    return f;
}

static void table_fini(struct table *t)
{
    for (size_t i = 0; i < t->texts; i++)
        free(t->text[i]);
    free(t->text);
    free(t->row);
    free(t->value);
}

void full_free(struct full *t)
{
    if (t != NULL)
        table_fini(&t->t);
    free(t);
}

struct value *full_row(struct full *f, const struct source source[DISCLOSE_SOURCES], bool own_group,
                       enum disclose_status status)
{
    struct table *t = &f->t;
    struct value *values;

    t->row = mem_room(t->row, t->rows, &t->row_capacity, sizeof *t->row);
    if ((t->rows + 1) * t->columns > t->value_capacity) {
        t->value_capacity = (t->rows + 1) * t->columns * 2;
        t->value = mem_grow(t->value, t->value_capacity, sizeof *t->value);
    }
    memcpy(t->row[t->rows].source, source, sizeof t->row->source);
    memset(t->row[t->rows].more, DISCLOSE_SHOWN, sizeof t->row->more);
    t->row[t->rows].own_group = own_group;
    t->row[t->rows].status = status;
    values = t->value + t->rows++ * t->columns;
    memset(values, 0, t->columns * sizeof *values);
    return values;
}

const char *full_text(struct full *f, char *text)
{
    struct table *t = &f->t;

    t->text = mem_room(t->text, t->texts, &t->text_capacity, sizeof *t->text);
    t->text[t->texts++] = text;
    return text;
}

/* Of two sources; having too few answers goes before being withheld for others' sake. */
static enum disclose_state both(enum disclose_state a, enum disclose_state b)
{
    return b == DISCLOSE_SHOWN || a == DISCLOSE_TOO_FEW ? a : b;
}

static enum disclose_state state_of(const struct source *s)
{
    return s->sheet == NULL ? DISCLOSE_SHOWN : disclose_item(s->sheet, s->item, s->group);
}

void full_source(struct full *f, unsigned which, const struct source *source)
{
    struct row *r;

    assert(f->t.rows > 0 && which < DISCLOSE_SOURCES);
    r = &f->t.row[f->t.rows - 1];
    r->more[which] = (uint8_t)both((enum disclose_state)r->more[which], state_of(source));
}

/* What the sources of a value allow. */
static enum disclose_state allowed(const struct row *r, unsigned from)
{
    enum disclose_state state = DISCLOSE_SHOWN;

    for (unsigned i = 0; i < DISCLOSE_SOURCES; i++) {
        if ((from >> i & 1) != 0)
            state = both(both(state, state_of(&r->source[i])), (enum disclose_state)r->more[i]);
    }
    if ((from & DISCLOSE_SIZE) != 0 && r->own_group && r->source[0].sheet != NULL)
        return disclose_group(r->source[0].sheet, r->source[0].group);
    return state;
}

static enum disclose_status final_status(const struct row *r)
{
    const struct source *own = &r->source[0];

    if (own->sheet == NULL)
        return r->status;
    switch (disclose_item(own->sheet, own->item, own->group)) {
    case DISCLOSE_TOO_FEW:
        return STATUS_TOO_FEW;
    case DISCLOSE_WITHHELD:
        return STATUS_SUPPRESSED;
    case DISCLOSE_LOW_RESPONSE:
        return STATUS_LOW_RESPONSE;
    case DISCLOSE_SHOWN:
        break;
    }
    return r->status;
}

static struct value text(const char *t)
{
    return (struct value){.kind = t != NULL ? VALUE_TEXT : VALUE_NONE, .text = t};
}

static void release_value(const struct row *r, const struct column *c, struct value *v)
{
    const enum disclose_state state = allowed(r, c->from);

    if (c->status)
        *v = text(disclose_status_word(final_status(r)));
    else if (state == DISCLOSE_TOO_FEW && c->too_few != NULL)
        *v = text(c->too_few);
    else if (state != DISCLOSE_SHOWN)
        *v = text(v->kind != VALUE_NONE ? c->instead : NULL);
    assert(v->kind != VALUE_NUMBER || isfinite(v->number));
}

struct released *disclose_release(struct full *f)
{
    struct released *out = mem_alloc(1, sizeof *out);

    out->t = f->t;
    free(f);
    for (size_t i = 0; i < out->t.rows; i++) {
        for (size_t c = 0; c < out->t.columns; c++)
            release_value(&out->t.row[i], &out->t.column[c], &out->t.value[i * out->t.columns + c]);
        memset(out->t.row[i].source, 0, sizeof out->t.row[i].source);
    }
    return out;
}

void released_free(struct released *r)
{
    if (r != NULL)
        table_fini(&r->t);
    free(r);
}

size_t released_columns(const struct released *r)
{
    return r->t.columns;
}

const struct column *released_column(const struct released *r, size_t column)
{
    assert(column < r->t.columns);
    return &r->t.column[column];
}

size_t released_rows(const struct released *r)
{
    return r->t.rows;
}

const struct value *released_value(const struct released *r, size_t row, size_t column)
{
    assert(row < r->t.rows && column < r->t.columns);
    return &r->t.value[row * r->t.columns + column];
}
