#include "collector/survey.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

struct survey {
    atomic_uint references;
    char *organisation;
    char *contact, *data_protection, *legal_basis;
    struct store_field *stored;
    struct view_field *fields; /* the same, borrowed */
    size_t field_count;
    struct round *rounds;
    size_t round_count;
    struct form **forms; /* of rounds that are not sealed */
    size_t form_count, form_capacity;
    struct unit *units;
    size_t unit_count;
    struct group *groups; /* by unit code, school year, grade, name */
    size_t group_count;
    struct survey_point *points; /* by code */
    size_t point_count, point_capacity;
};

/* ---- finding among what was read -------------------------------------------------------------------------
 */

static const struct form *form_by_hash(const struct survey *sv, const uint8_t *hash)
{
    for (size_t i = 0; i < sv->form_count; i++) {
        if (memcmp(sv->forms[i]->hash, hash, FORM_HASH_BYTES) == 0)
            return sv->forms[i];
    }
    return NULL;
}

static int compare_unit(const void *code, const void *unit)
{
    return strcmp(code, ((const struct unit *)unit)->code);
}

static const struct unit *unit_by_code(const struct survey *sv, const char *code)
{
    return bsearch(code, sv->units, sv->unit_count, sizeof *sv->units, compare_unit);
}

/* The first class of the unit; the others follow it. */
static size_t first_group(const struct survey *sv, const char *unit_code)
{
    size_t low = 0;

    for (size_t high = sv->group_count; low < high;) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(sv->groups[middle].unit_code, unit_code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool same_unit(const struct survey *sv, size_t i, const char *unit_code)
{
    return i < sv->group_count && strcmp(sv->groups[i].unit_code, unit_code) == 0;
}

/* ---- one link --------------------------------------------------------------------------------------------
 */

static void offer_classes(const struct survey *sv, struct survey_point *p)
{
    int year = round_school_year(p->round->code);
    size_t capacity = 0;

    for (size_t i = first_group(sv, p->access.unit_code); same_unit(sv, i, p->access.unit_code); i++) {
        const struct group *g = &sv->groups[i];

        if (g->school_year != year || p->form == NULL || !form_fits(p->form, g->school_form, g->grade))
            continue;
        p->classes = mem_room(p->classes, p->class_count, &capacity, sizeof *p->classes);
        p->classes[p->class_count++] =
            (struct view_class){.group_id = g->id, .name = g->name, .school_form = g->school_form};
    }
}

static void name_group(const struct survey *sv, struct survey_point *p)
{
    for (size_t i = first_group(sv, p->access.unit_code); same_unit(sv, i, p->access.unit_code); i++) {
        if (sv->groups[i].id == p->access.group_id)
            p->group = sv->groups[i].name;
    }
}

/* Adds the link; one that something else in the store does not fit (a command ran meanwhile) is left out
 * until the next reading. */
static void add_point(struct survey *sv, const struct round *round, const struct access *a)
{
    struct survey_point p = {.access = *a, .round = round};
    const struct unit *unit = unit_by_code(sv, a->unit_code);

    p.form = form_by_hash(sv, a->form_hash);
    if (unit == NULL || (p.form == NULL && round->state != ROUND_SEALED))
        return;
    p.unit = unit->name;
    if (a->group_id == 0)
        offer_classes(sv, &p);
    else
        name_group(sv, &p);
    if (a->group_id != 0 && p.group == NULL)
        return;
    sv->points = mem_room(sv->points, sv->point_count, &sv->point_capacity, sizeof *sv->points);
    sv->points[sv->point_count++] = p;
}

/* ---- reading ---------------------------------------------------------------------------------------------
 */

static bool read_form(struct survey *sv, const struct pinned_form *pinned, struct err *e)
{
    struct form *form = NULL;
    struct faults faults;
    bool ok = false;

    if (form_by_hash(sv, pinned->hash) != NULL)
        return true;
    faults_init(&faults);
    if (!form_parse(pinned->id, pinned->source, pinned->source_bytes, &form, &faults, e)) {
        e->kind = ERR_BUG;
        err_prefix(e, "the form %s, which a round has pinned", pinned->id);
        goto out;
    }
    sv->forms = mem_room(sv->forms, sv->form_count, &sv->form_capacity, sizeof(struct form *));
    sv->forms[sv->form_count++] = form;
    ok = true;
out:
    faults_fini(&faults);
    return ok;
}

static bool read_forms(struct survey *sv, struct store *s, const struct round *round, struct err *e)
{
    struct pinned_form *pinned = NULL;
    size_t count = 0;
    bool ok = true;

    if (round->state == ROUND_SEALED)
        return true;
    if (!store_round_forms(s, round->code, &pinned, &count, e))
        return false;
    for (size_t i = 0; ok && i < count; i++)
        ok = read_form(sv, &pinned[i], e);
    pinned_forms_free(pinned, count);
    return ok;
}

/* Notes that a class answers the form by one-time codes. */
static void mark_codes(struct survey_point *p, const struct code_count *c)
{
    if (memcmp(c->form_hash, p->access.form_hash, FORM_HASH_BYTES) != 0 ||
        !survey_takes_group(p, c->group_id))
        return;
    p->asks_code = true;
    for (size_t i = 0; i < p->class_count; i++)
        p->classes[i].needs_code = p->classes[i].needs_code || p->classes[i].group_id == c->group_id;
}

static bool all_need_code(const struct survey_point *p)
{
    bool all = p->asks_code;

    for (size_t i = 0; i < p->class_count; i++)
        all = all && p->classes[i].needs_code;
    return all;
}

/* Marks the links by which a class with one-time codes may answer. */
static bool read_codes(struct survey *sv, size_t first_point, struct store *s, const struct round *round,
                       struct err *e)
{
    struct code_count *codes = NULL;
    size_t count = 0;

    if (!store_code_counts(s, round->code, &codes, &count, e))
        return false;
    for (size_t i = first_point; i < sv->point_count; i++) {
        struct survey_point *p = &sv->points[i];

        for (size_t k = 0; k < count; k++)
            mark_codes(p, &codes[k]);
        p->needs_code = all_need_code(p);
    }
    free(codes);
    return true;
}

static bool read_points(struct survey *sv, struct store *s, const struct round *round, struct err *e)
{
    struct access *list = NULL;
    size_t first = sv->point_count;
    size_t count = 0;

    if (!store_access_list(s, round->code, &list, &count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        add_point(sv, round, &list[i]);
    free(list);
    return round->state == ROUND_SEALED || read_codes(sv, first, s, round, e);
}

static int compare_points(const void *a, const void *b)
{
    return strcmp(((const struct survey_point *)a)->access.code,
                  ((const struct survey_point *)b)->access.code);
}

static bool read_fields(struct survey *sv, struct store *s, struct err *e)
{
    if (!store_field_list(s, &sv->stored, &sv->field_count, e))
        return false;
    sv->fields = mem_alloc(sv->field_count, sizeof *sv->fields);
    for (size_t i = 0; i < sv->field_count; i++)
        sv->fields[i] = (struct view_field){
            .table = sv->stored[i].table, .column = sv->stored[i].column, .comment = sv->stored[i].comment};
    return true;
}

static bool read_all(struct survey *sv, struct store *s, struct err *e)
{
    if (!store_organisation(s, &sv->organisation, e) || !store_setting_get(s, "contact", &sv->contact, e) ||
        !store_setting_get(s, "data_protection", &sv->data_protection, e) ||
        !store_setting_get(s, "legal_basis", &sv->legal_basis, e) || !read_fields(sv, s, e) ||
        !store_unit_list(s, &sv->units, &sv->unit_count, e) ||
        !store_group_list(s, NULL, 0, &sv->groups, &sv->group_count, e) ||
        !store_round_list(s, &sv->rounds, &sv->round_count, e))
        return false;
    for (size_t i = 0; i < sv->round_count; i++) {
        if (!read_forms(sv, s, &sv->rounds[i], e) || !read_points(sv, s, &sv->rounds[i], e))
            return false;
    }
    return true;
}

static void survey_free(struct survey *sv)
{
    for (size_t i = 0; i < sv->point_count; i++)
        free(sv->points[i].classes);
    for (size_t i = 0; i < sv->form_count; i++)
        form_free(sv->forms[i]);
    free(sv->organisation);
    free(sv->contact);
    free(sv->data_protection);
    free(sv->legal_basis);
    free(sv->stored);
    free(sv->fields);
    free(sv->rounds);
    free(sv->forms);
    free(sv->units);
    free(sv->groups);
    free(sv->points);
    free(sv);
}

bool survey_load(struct store *s, struct survey **out, struct err *e)
{
    struct survey *sv = mem_alloc(1, sizeof *sv);

    *out = NULL;
    atomic_init(&sv->references, 1);
    if (!read_all(sv, s, e)) {
        survey_free(sv);
        return false;
    }
    if (sv->point_count > 0)
        qsort(sv->points, sv->point_count, sizeof *sv->points, compare_points);
    *out = sv;
    return true;
}

/* ---- using -----------------------------------------------------------------------------------------------
 */

struct survey *survey_ref(struct survey *sv)
{
    atomic_fetch_add_explicit(&sv->references, 1, memory_order_relaxed);
    return sv;
}

void survey_release(struct survey *sv)
{
    if (sv != NULL && atomic_fetch_sub_explicit(&sv->references, 1, memory_order_acq_rel) == 1)
        survey_free(sv);
}

const char *survey_organisation(const struct survey *sv)
{
    return sv->organisation;
}

const char *survey_contact(const struct survey *sv)
{
    return sv->contact;
}

const char *survey_data_protection(const struct survey *sv)
{
    return sv->data_protection;
}

const char *survey_legal_basis(const struct survey *sv)
{
    return sv->legal_basis;
}

const struct view_field *survey_fields(const struct survey *sv, size_t *count)
{
    *count = sv->field_count;
    return sv->fields;
}

const struct form *const *survey_forms(const struct survey *sv, size_t *count)
{
    *count = sv->form_count;
    return (const struct form *const *)sv->forms;
}

static int compare_code(const void *code, const void *point)
{
    return strcmp(code, ((const struct survey_point *)point)->access.code);
}

const struct survey_point *survey_find(const struct survey *sv, const char *code)
{
    if (sv->point_count == 0)
        return NULL;
    return bsearch(code, sv->points, sv->point_count, sizeof *sv->points, compare_code);
}

bool survey_takes_group(const struct survey_point *p, int64_t group_id)
{
    if (p->access.group_id != 0)
        return group_id == p->access.group_id;
    for (size_t i = 0; i < p->class_count; i++) {
        if (p->classes[i].group_id == group_id)
            return true;
    }
    return false;
}
