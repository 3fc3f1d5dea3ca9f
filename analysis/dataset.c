#include "analysis/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/dataset_past.h"
#include "analysis/dataset_tally.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"
#include "core/store/store.h"

/* ---- units and classes ----------------------------------------------------------------------------------
 */

static int unit_by_code(const void *key, const void *item)
{
    return strcmp(key, ((const struct unit *)item)->code);
}

size_t dataset_unit_index(const struct dataset *d, const char *code)
{
    const struct unit *u = d->units == 0 ? NULL : bsearch(code, d->unit, d->units, sizeof *u, unit_by_code);

    return u == NULL ? SIZE_MAX : (size_t)(u - d->unit);
}

static int by_area(const void *a, const void *b)
{
    const struct unit *const *x = a, *const *y = b;
    const int area = strcmp((*x)->area, (*y)->area);

    return area != 0 ? area : *x < *y ? -1 : *x > *y;
}

static void index_areas(struct dataset *d)
{
    const struct unit **order = mem_alloc(d->units, sizeof(const struct unit *));
    size_t first = 0;

    d->area = mem_alloc(d->units, sizeof *d->area);
    for (size_t i = 0; i < d->units; i++)
        order[i] = &d->unit[i];
    if (d->units > 0)
        qsort(order, d->units, sizeof(const struct unit *), by_area);
    for (size_t i = 0; i < d->units; i++) {
        if (strcmp(order[first]->area, order[i]->area) != 0)
            first = i;
        d->area[order[i] - d->unit] = *order[i]->area == '\0' ? SIZE_MAX : (size_t)(order[first] - d->unit);
    }
    free(order);
}

static int by_successor(const void *a, const void *b)
{
    const struct dataset_succession *x = a, *y = b;

    if (x->successor != y->successor)
        return x->successor < y->successor ? -1 : 1;
    return x->predecessor < y->predecessor ? -1 : x->predecessor > y->predecessor;
}

static bool load_successions(struct store *s, struct dataset *d, struct err *e)
{
    struct succession *list = NULL;

    if (!store_succession_list(s, &list, &d->successions, e))
        return false;
    d->succession = mem_alloc(d->successions, sizeof *d->succession);
    for (size_t i = 0; i < d->successions; i++)
        d->succession[i] =
            (struct dataset_succession){.predecessor = dataset_unit_index(d, list[i].predecessor),
                                        .successor = dataset_unit_index(d, list[i].successor),
                                        .from = round_months(list[i].from)};
    if (d->successions > 0)
        qsort(d->succession, d->successions, sizeof *d->succession, by_successor);
    free(list);
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct dataset_place *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static void index_groups(struct dataset *d)
{
    d->by_id = mem_alloc(d->groups, sizeof *d->by_id);
    for (size_t i = 0; i < d->groups; i++)
        d->by_id[i] =
            (struct dataset_place){.id = d->group[i].group.id, .group = i, .unit = d->group[i].unit};
    if (d->groups > 0)
        qsort(d->by_id, d->groups, sizeof *d->by_id, by_id);
}

const struct dataset_place *dataset_place(const struct dataset *d, int64_t group_id)
{
    const struct dataset_place wanted = {.id = group_id};

    return d->groups == 0 ? NULL : bsearch(&wanted, d->by_id, d->groups, sizeof wanted, by_id);
}

size_t dataset_group_index(const struct dataset *d, int64_t id)
{
    const struct dataset_place *p = dataset_place(d, id);

    return p == NULL ? SIZE_MAX : p->group;
}

static bool load_groups(struct store *s, struct dataset *d, struct err *e)
{
    struct group *list = NULL;
    bool ok = false;

    if (!store_group_list(s, NULL, 0, &list, &d->groups, e))
        return false;
    d->group = mem_alloc(d->groups, sizeof *d->group);
    for (size_t i = 0; i < d->groups; i++) {
        d->group[i].group = list[i];
        d->group[i].unit = dataset_unit_index(d, list[i].unit_code);
        if (d->group[i].unit == SIZE_MAX) {
            (void)err_set(e, ERR_BUG, "class %s of a unit %s that is not there", list[i].name,
                          list[i].unit_code);
            goto out;
        }
    }
    index_groups(d);
    ok = true;
out:
    free(list);
    return ok;
}

static bool load_places(struct store *s, struct dataset *d, struct err *e)
{
    if (!store_unit_list(s, &d->unit, &d->units, e))
        return false;
    index_areas(d);
    return load_successions(s, d, e) && store_target_list(s, &d->target, &d->targets, e) &&
           load_groups(s, d, e);
}

/* ---- forms and rounds -----------------------------------------------------------------------------------
 */

static bool load_forms(struct store *s, struct dataset *d, struct err *e)
{
    struct pinned_form *list = NULL;
    size_t count = 0;
    bool ok = false;

    if (!store_form_list(s, &list, &count, e))
        return false;
    d->form = mem_alloc(count, sizeof *d->form);
    for (size_t i = 0; i < count; i++) {
        struct faults faults;
        bool parsed;

        faults_init(&faults);
        parsed = form_parse(list[i].id, list[i].source, list[i].source_bytes, &d->form[i].form, &faults, e);
        faults_fini(&faults);
        if (!parsed) {
            (void)err_prefix(e, "the store's form %s version %d", list[i].id, list[i].version);
            goto out;
        }
        d->forms++;
        if (!tally_plan_init(&d->form[i].plan, d->form[i].form, e))
            goto out;
    }
    ok = true;
out:
    pinned_forms_free(list, count);
    return ok;
}

static const struct dataset_form *form_by_hash(const struct dataset *d, const uint8_t hash[FORM_HASH_BYTES])
{
    for (size_t i = 0; i < d->forms; i++) {
        if (memcmp(d->form[i].form->hash, hash, FORM_HASH_BYTES) == 0)
            return &d->form[i];
    }
    return NULL;
}

static int by_form(const void *a, const void *b)
{
    const struct measurement *x = a, *y = b;
    const int id = strcmp(x->form->form->id, y->form->form->id);

    return id != 0 ? id : x->form->form->version - y->form->form->version;
}

/* The measurements of one round, empty as yet. */
static bool add_round(struct store *s, struct dataset *d, const struct round *r, struct err *e)
{
    struct pinned_form *list = NULL;
    size_t count = 0;
    const size_t first = d->measurements;
    bool ok = false;

    if (!store_round_forms(s, r->code, &list, &count, e))
        return false;
    d->measurement = mem_grow(d->measurement, first + count, sizeof *d->measurement);
    for (size_t i = 0; i < count; i++) {
        const struct dataset_form *f = form_by_hash(d, list[i].hash);
        struct measurement *m = &d->measurement[d->measurements];

        if (f == NULL) {
            (void)err_set(e, ERR_BUG, "round %s: its form %s is not the one that was pinned", r->code,
                          list[i].id);
            goto out;
        }
        *m = (struct measurement){.round = r, .form = f, .live = r->state != ROUND_SEALED};
        tally_init(&m->tally, &f->plan, d->units);
        d->measurements++;
    }
    if (count > 0)
        qsort(d->measurement + first, count, sizeof *d->measurement, by_form);
    ok = true;
out:
    pinned_forms_free(list, count);
    return ok;
}

/* ---- classes of a round
 * --------------------------------------------------------------------------------- */

static int by_class(const void *a, const void *b)
{
    const struct dataset_class *x = a, *y = b;

    return x->group < y->group ? -1 : x->group > y->group;
}

const struct dataset_class *dataset_class(const struct dataset *d, const struct round *r, size_t group)
{
    const struct dataset_classes *c = &d->classes[r - d->round];
    const struct dataset_class wanted = {.group = group};

    return c->count == 0 ? NULL : bsearch(&wanted, c->at, c->count, sizeof wanted, by_class);
}

static bool load_classes(struct store *s, struct dataset *d, const struct round *r, struct err *e)
{
    struct dataset_classes *c = &d->classes[r - d->round];
    struct group *list = NULL;
    size_t count = 0;

    if (!store_round_groups(s, r->code, &list, &count, e))
        return false;
    c->at = mem_alloc(count, sizeof *c->at);
    for (size_t i = 0; i < count; i++) {
        const size_t group = dataset_group_index(d, list[i].id);

        if (group != SIZE_MAX) /* else it is newer than this run's list */
            c->at[c->count++] = (struct dataset_class){.group = group,
                                                       .school_form = list[i].school_form,
                                                       .grade = list[i].grade,
                                                       .enrolled = list[i].enrolled};
    }
    if (c->count > 0)
        qsort(c->at, c->count, sizeof *c->at, by_class);
    free(list);
    return true;
}

static bool check_classes(const struct dataset *d, const struct measurement *m, struct err *e)
{
    for (size_t i = 0; i < m->tally.groups; i++) {
        const size_t group = dataset_group_index(d, m->tally.group[i].id);

        if (group == SIZE_MAX || dataset_class(d, m->round, group) == NULL)
            return err_set(e, ERR_BUG, "answers of a class (number %lld) that is not the round's",
                           (long long)m->tally.group[i].id);
    }
    return true;
}

/* Whether the options ask for the round. */
static bool is_asked_for(const struct dataset_options *o, const struct round *r)
{
    if (r->state != ROUND_SEALED && (!o->live || r->state != ROUND_CLOSED))
        return false;
    return (o->until == NULL || strcmp(r->code, o->until) <= 0) &&
           (o->only == NULL || strcmp(r->code, o->only) == 0);
}

/* Before anything is read: what the look tells stays as it is then. */
static bool note_look(const char *address, const struct round *r, struct err *e)
{
    struct store *s = NULL;
    const bool ok = store_open(address, STORE_WRITE, &s, e) && store_round_look(s, r->code, e);

    store_close(s);
    return ok || err_prefix(e, "a look before it is sealed has to be noted in the store first");
}

/* What was released of a round's measurements; classes that came in late with a few are then left out of
 * them. */
static bool load_pasts(const char *address, struct store *s, const struct dataset_options *o,
                       struct dataset *d, struct measurement *m, size_t count, struct err *e)
{
    bool late = false;

    for (size_t i = 0; i < count; i++) {
        if (!check_classes(d, &m[i], e) || !dataset_past_load(s, d, &m[i], e))
            return false;
        late |= dataset_past_late(&m[i]);
    }
    if (late && !dataset_tally_without_late(address, s, o, d, m, count, e))
        return false;
    for (size_t i = 0; late && i < count; i++) {
        dataset_past_fini(&m[i]);
        if (!dataset_past_load(s, d, &m[i], e))
            return false;
    }
    return true;
}

static bool load_rounds(const char *address, struct store *s, const struct dataset_options *o,
                        struct dataset *d, struct err *e)
{
    if (!store_round_list(s, &d->round, &d->rounds, e))
        return false;
    d->classes = mem_alloc(d->rounds, sizeof *d->classes);
    for (size_t i = 0; i < d->rounds; i++) {
        const struct round *r = &d->round[i];
        const size_t first = d->measurements;

        if (!is_asked_for(o, r))
            continue;
        if ((r->state != ROUND_SEALED && !note_look(address, r, e)) || !load_classes(s, d, r, e) ||
            !add_round(s, d, r, e) ||
            !dataset_tally_round(address, s, o, d, d->measurement + first, d->measurements - first, e))
            return err_prefix(e, "round %s", r->code);
        if (!load_pasts(address, s, o, d, d->measurement + first, d->measurements - first, e))
            return err_prefix(e, "round %s", r->code);
    }
    return true;
}

bool dataset_load(const char *address, const struct dataset_options *o, struct dataset *d, struct err *e)
{
    struct store *s = NULL;
    bool ok = false;

    memset(d, 0, sizeof *d);
    if (!store_open(address, STORE_READ, &s, e))
        return false;
    if (!store_organisation(s, &d->organisation, e) || !load_places(s, d, e) || !load_forms(s, d, e) ||
        !load_rounds(address, s, o, d, e))
        goto out;
    ok = true;
out:
    store_close(s);
    if (!ok)
        dataset_fini(d);
    return ok;
}

static void measurement_fini(struct measurement *m)
{
    tally_fini(&m->tally);
    dataset_past_fini(m);
    free(m->late);
}

void dataset_leave_out(struct dataset *d, const struct round *r)
{
    size_t kept = 0;

    for (size_t i = 0; i < d->measurements; i++) {
        if (d->measurement[i].round == r)
            measurement_fini(&d->measurement[i]);
        else
            d->measurement[kept++] = d->measurement[i];
    }
    d->measurements = kept;
}

void dataset_fini(struct dataset *d)
{
    for (size_t i = 0; i < d->measurements; i++)
        measurement_fini(&d->measurement[i]);
    for (size_t i = 0; i < d->forms; i++)
        form_free(d->form[i].form);
    free(d->measurement);
    free(d->form);
    for (size_t i = 0; d->classes != NULL && i < d->rounds; i++)
        free(d->classes[i].at);
    free(d->classes);
    free(d->round);
    free(d->group);
    free(d->by_id);
    free(d->area);
    free(d->succession);
    free(d->target);
    free(d->unit);
    free(d->organisation);
    memset(d, 0, sizeof *d);
}
