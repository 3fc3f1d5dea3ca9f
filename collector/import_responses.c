#include "collector/import_responses.h"

#include <stdlib.h>
#include <string.h>

#include "collector/import_csv.h"
#include "core/base/mem.h"
#include "core/base/text.h"

enum { COLUMN_UNIT, COLUMN_GROUP, COLUMN_QUESTION };

/* One line: its class and, at the same place in `answers`, a byte per question. */
struct person {
    size_t group; /* place in `order` */
    int line;
};

struct reader {
    const char *name;
    const struct form *form;
    struct faults *faults;
    const struct group **order; /* the classes by unit code and name */
    size_t group_count;
    struct person *persons;
    size_t count, capacity;
    uint8_t *answers;
    size_t answers_capacity; /* in persons */
    size_t blank;
};

static int shown(const char *s)
{
    size_t n = strlen(s);

    return (int)text_whole_bytes(s, n < 40 ? n : 40);
}

static int compare(const void *pa, const void *pb)
{
    const struct group *const *a = pa;
    const struct group *const *b = pb;
    int c = strcmp((*a)->unit_code, (*b)->unit_code);

    return c != 0 ? c : strcmp((*a)->name, (*b)->name);
}

static bool knows_unit(const struct reader *r, const char *code)
{
    for (size_t i = 0; i < r->group_count; i++) {
        if (strcmp(r->order[i]->unit_code, code) == 0)
            return true;
    }
    return false;
}

/* The place of the class in r->order, or false after telling what is wrong. */
static bool find_group(struct reader *r, int line, const char *unit, const char *name, size_t *place)
{
    struct unit u = {.code = ""};
    struct group g = {.name = ""};
    const struct group *key = &g;
    const struct group **found = NULL;
    struct err e = ERR_INIT;

    bool ok = true;

    if (!unit_set_code(&u, unit, &e))
        faults_add(r->faults, r->name, line, 0, "%s", e.text), ok = false;
    if (!group_set_name(&g, name, &e))
        faults_add(r->faults, r->name, line, 0, "%s", e.text), ok = false;
    if (!ok)
        return false;
    memcpy(g.unit_code, u.code, sizeof g.unit_code);
    if (r->group_count > 0)
        found = bsearch(&key, r->order, r->group_count, sizeof(const struct group *), compare);
    if (found == NULL) {
        faults_add(r->faults, r->name, line, 0,
                   r->faults->dropped > 0 || knows_unit(r, u.code)
                       ? "unit %s has no class %s in this round's school year"
                       : "unit %s has no classes in this round's school year (class %s): import them, with "
                         "import groups",
                   u.code, g.name);
        return false;
    }
    if (!form_fits(r->form, (*found)->school_form, (*found)->grade)) {
        faults_add(r->faults, r->name, line, 0, "class %s of unit %s is not one that form %s is for", g.name,
                   u.code, r->form->id);
        return false;
    }
    *place = (size_t)(found - r->order);
    return true;
}

static void bad_answer(struct reader *r, int line, int question, const char *value)
{
    const struct form_scale *scale = form_scale_of(r->form, question);

    faults_add(r->faults, r->name, line, 0, "%s is '%.*s': write 1 to %d%s, or nothing for no answer",
               r->form->question[question].id, shown(value), value, scale->options,
               scale->dont_know ? ", 0 for vet ej" : "");
}

/* Reads the line's answers; false when any is wrong. */
static bool read_answers(struct reader *r, int line, const char *const *cells, uint8_t *answers)
{
    bool ok = true;
    bool any = false;

    for (int q = 0; q < r->form->questions; q++) {
        const char *value = cells[COLUMN_QUESTION + q];

        if (!form_answer_parse(r->form, q, value, &answers[q])) {
            bad_answer(r, line, q, value);
            ok = false;
        }
        any = any || answers[q] != ANSWER_NONE;
    }
    r->blank += ok && !any;
    return ok;
}

static void on_response(int line, const char *const *cells, void *arg)
{
    struct reader *r = arg;
    size_t questions = (size_t)r->form->questions;
    struct person p = {.line = line};
    bool ok = find_group(r, line, cells[COLUMN_UNIT], cells[COLUMN_GROUP], &p.group);

    r->persons = mem_room(r->persons, r->count, &r->capacity, sizeof p);
    if (r->answers_capacity < r->capacity) {
        r->answers_capacity = r->capacity;
        r->answers = mem_grow(r->answers, r->answers_capacity, questions);
    }
    memset(r->answers + r->count * questions, ANSWER_NONE, questions);
    if (!read_answers(r, line, cells, r->answers + r->count * questions) || !ok)
        return;
    r->persons[r->count++] = p;
}

/* Turns lines into one block per class. */
static void make_blocks(struct reader *r, struct import_responses *out)
{
    size_t questions = (size_t)r->form->questions;
    struct import_block *by_group = mem_alloc(r->group_count, sizeof *by_group);
    size_t *placed = mem_alloc(r->group_count, sizeof *placed);

    for (size_t i = 0; i < r->count; i++) {
        struct import_block *b = &by_group[r->persons[i].group];

        if (b->responses++ == 0)
            b->line = r->persons[i].line;
    }
    for (size_t g = 0; g < r->group_count; g++) {
        by_group[g].group = r->order[g];
        if (by_group[g].responses > 0)
            by_group[g].answers = mem_alloc(by_group[g].responses, questions);
    }
    for (size_t i = 0; i < r->count; i++) {
        struct import_block *b = &by_group[r->persons[i].group];
        size_t person = placed[r->persons[i].group]++;

        for (size_t q = 0; q < questions; q++)
            b->answers[q * b->responses + person] = r->answers[i * questions + q];
    }
    for (size_t g = 0; g < r->group_count; g++) {
        if (by_group[g].responses > 0)
            by_group[out->count++] = by_group[g];
    }
    out->blocks = by_group;
    out->responses = r->count;
    out->blank = r->blank;
    free(placed);
}

bool import_responses_file(const char *path, const struct form *form, const struct group *groups,
                           size_t group_count, struct import_responses *out, struct faults *faults,
                           struct err *e)
{
    size_t column_count = COLUMN_QUESTION + (size_t)form->questions;
    struct import_column *columns = mem_alloc(column_count, sizeof *columns);
    struct reader r = {
        .name = import_csv_name(path), .form = form, .faults = faults, .group_count = group_count};
    const struct import_table t = {
        .columns = columns, .count = column_count, .record = on_response, .arg = &r};
    bool ok;

    *out = (struct import_responses){.blocks = NULL};
    columns[COLUMN_UNIT] = (struct import_column){.name = "unit_code", .required = true};
    columns[COLUMN_GROUP] = (struct import_column){.name = "group", .required = true};
    for (int q = 0; q < form->questions; q++)
        columns[COLUMN_QUESTION + q] = (struct import_column){
            .name = form->question[q].id, .required = form->question[q].dimension != FORM_BACKGROUND};
    r.order = mem_alloc(group_count, sizeof(const struct group *));
    for (size_t i = 0; i < group_count; i++)
        r.order[i] = &groups[i];
    qsort(r.order, group_count, sizeof(const struct group *), compare);

    ok = import_csv_file(path, &t, faults, e);
    if (ok)
        make_blocks(&r, out);
    free(r.order);
    free(r.persons);
    free(r.answers);
    free(columns);
    return ok;
}

void import_responses_fini(struct import_responses *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->blocks[i].answers);
    free(r->blocks);
    *r = (struct import_responses){.blocks = NULL};
}
