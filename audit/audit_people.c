#include "audit/audit_people.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Pupils that the tables count somewhere but in no class become a class without a name. */

void audit_people_fini(struct audit_world *w)
{
    for (size_t g = 0; w->unit != NULL && g < w->groups; g++)
        free(w->group[g].in);
    free(w->unit);
    free(w->klass);
}

/* ---- units and classes as the tables name them ----------------------------------------------------------
 */

static size_t unit_of(struct audit_world *w, const char *code)
{
    for (size_t u = 0; u < w->units; u++) {
        if (w->unit[u].code == code)
            return u;
    }
    w->unit[w->units] = (struct audit_unit){.code = code, .persons = -1};
    return w->units++;
}

/* Rows come sorted by level, so that a unit's own row is met before its classes'. */
static void name_people(struct audit_world *w)
{
    for (size_t i = 0; i < w->groups; i++) {
        struct audit_group *g = &w->group[i];

        if (*g->unit_code == '\0')
            continue;
        g->unit = unit_of(w, g->unit_code);
        if (g->class_area != NULL)
            w->unit[g->unit].area = g->class_area;
        if (g->kind == AUDIT_KIND_ALL && !g->rest)
            w->unit[g->unit].persons = g->persons;
        if (g->kind == AUDIT_KIND_CLASS && !g->rest)
            w->klass[w->classes++] = (struct audit_class){.unit = g->unit,
                                                          .name = g->key,
                                                          .grade = g->grade,
                                                          .school_form = g->school_form,
                                                          .persons = g->persons};
    }
}

static bool name_genders(struct audit_world *w, struct err *e)
{
    for (size_t i = 0; i < w->groups; i++) {
        bool known = w->group[i].kind != AUDIT_KIND_GENDER;

        for (size_t h = 0; h < w->genders; h++)
            known = known || w->gender[h] == w->group[i].key;
        if (known)
            continue;
        if (w->genders == AUDIT_GENDERS_MAX - 1)
            return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d genders", w->round, w->form,
                           AUDIT_GENDERS_MAX - 1);
        w->gender[w->genders++] = w->group[i].key;
    }
    w->gender[w->genders++] = NULL; /* who did not say */
    return true;
}

/* ---- grades and school forms that the tables do not tell ------------------------------------------------
 */

/* "4B" is of grade 4, "FA" of förskoleklass, 0. NULL when the name does not say. */
static const char *grade_in_name(struct audit_table *t, const char *name)
{
    char digits[8] = "0";
    size_t n = strspn(name, "0123456789");

    if (n == 0)
        return name[0] == 'F' && !islower((unsigned char)name[1]) ? audit_table_intern(t, digits) : NULL;
    if (n >= sizeof digits)
        return NULL;
    memcpy(digits, name, n);
    digits[n] = '\0';
    return audit_table_intern(t, digits);
}

/* Persons of the classes of that grade (or school form) in a unit or, AUDIT_NONE, in all; -1 when one is not
 * known. */
static int64_t sum_of(const struct audit_world *w, size_t unit, enum audit_kind kind, const char *key)
{
    int64_t sum = 0;

    for (size_t k = 0; k < w->classes; k++) {
        const struct audit_class *c = &w->klass[k];
        const char *own = kind == AUDIT_KIND_GRADE ? c->grade : c->school_form;

        if ((unit != AUDIT_NONE && c->unit != unit) || own != key)
            continue;
        if (c->persons < 0)
            return -1;
        sum += c->persons;
    }
    return sum;
}

/* Whether every row of the unit (or the municipality) of that kind counts as many as its classes do. */
static bool bears_out(const struct audit_world *w, size_t unit, enum audit_kind kind)
{
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *g = &w->group[i];

        if (g->kind == kind && !g->rest && g->level != AUDIT_LEVEL_AREA && g->unit == unit &&
            g->persons != sum_of(w, unit, kind, g->key))
            return false;
    }
    return true;
}

static void forget(struct audit_world *w, size_t unit, enum audit_kind kind)
{
    for (size_t k = 0; k < w->classes; k++) {
        if (unit != AUDIT_NONE && w->klass[k].unit != unit)
            continue;
        if (kind == AUDIT_KIND_GRADE)
            w->klass[k].grade = NULL;
        else
            w->klass[k].school_form = NULL;
    }
}

static bool has_kind(const struct audit_world *w, size_t unit, enum audit_kind kind)
{
    for (size_t i = 0; i < w->groups; i++) {
        if (w->group[i].kind == kind && w->group[i].unit == unit)
            return true;
    }
    return false;
}

static void infer_grades(struct audit_table *t, struct audit_world *w)
{
    bool any = false;

    for (size_t k = 0; k < w->classes; k++) {
        if (w->klass[k].grade == NULL) {
            w->klass[k].grade = grade_in_name(t, w->klass[k].name);
            any = true;
        }
    }
    if (!any)
        return;
    for (size_t u = 0; u < w->units; u++) {
        if (!bears_out(w, u, AUDIT_KIND_GRADE))
            forget(w, u, AUDIT_KIND_GRADE);
    }
    if (bears_out(w, AUDIT_NONE, AUDIT_KIND_GRADE))
        return;
    for (size_t u = 0; u < w->units; u++) {
        if (!has_kind(w, u, AUDIT_KIND_GRADE))
            forget(w, u, AUDIT_KIND_GRADE);
    }
}

/* The municipality's school forms in this form's answers; *other is the one that is not förskoleklass. */
static size_t school_forms(const struct audit_world *w, const char **first_year, const char **other)
{
    size_t count = 0;

    *first_year = *other = NULL;
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *g = &w->group[i];

        if (g->kind != AUDIT_KIND_SCHOOL_FORM || g->rest || g->level != AUDIT_LEVEL_MUNICIPALITY)
            continue;
        count++;
        if (strcmp(g->key, "forskoleklass") == 0)
            *first_year = g->key;
        else
            *other = g->key;
    }
    return count;
}

/* With one school form all are of it; with förskoleklass and another, the grade tells. */
static void infer_school_forms(struct audit_world *w)
{
    const char *first_year, *other;
    size_t count = school_forms(w, &first_year, &other);
    bool any = false;

    for (size_t k = 0; k < w->classes; k++) {
        struct audit_class *c = &w->klass[k];

        if (c->school_form != NULL)
            continue;
        any = true;
        if (count == 1)
            c->school_form = first_year != NULL ? first_year : other;
        else if (count == 2 && first_year != NULL && c->grade != NULL)
            c->school_form = strcmp(c->grade, "0") == 0 ? first_year : other;
    }
    if (any && !bears_out(w, AUDIT_NONE, AUDIT_KIND_SCHOOL_FORM))
        forget(w, AUDIT_NONE, AUDIT_KIND_SCHOOL_FORM);
}

/* ---- pupils in no class of the tables -------------------------------------------------------------------
 */

static int64_t sum_of_unit(const struct audit_world *w, size_t unit)
{
    int64_t sum = 0;

    for (size_t k = 0; k < w->classes; k++) {
        if (w->klass[k].unit == unit) {
            if (w->klass[k].persons < 0)
                return -1;
            sum += w->klass[k].persons;
        }
    }
    return sum;
}

static void add_nameless(struct audit_world *w, size_t unit, const char *grade, int64_t persons)
{
    w->klass[w->classes++] = (struct audit_class){.unit = unit, .grade = grade, .persons = persons};
}

/* A grade of a unit, and a unit, that counts more than its classes. */
static void fill_units(struct audit_world *w)
{
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *g = &w->group[i];
        int64_t sum;

        if (g->kind != AUDIT_KIND_GRADE || g->rest || g->unit == AUDIT_NONE || g->persons < 0)
            continue;
        sum = sum_of(w, g->unit, AUDIT_KIND_GRADE, g->key);
        if (sum >= 0 && sum < g->persons && !has_kind(w, g->unit, AUDIT_KIND_CLASS))
            add_nameless(w, g->unit, g->key, g->persons - sum);
    }
    for (size_t u = 0; u < w->units; u++) {
        int64_t sum = sum_of_unit(w, u);

        if (w->unit[u].persons < 0 && sum == 0)
            add_nameless(w, u, NULL, -1); /* a unit whose size no table tells */
        else if (sum >= 0 && w->unit[u].persons > sum)
            add_nameless(w, u, NULL, w->unit[u].persons - sum);
    }
}

/* What the rows of more than one unit tell: whether there are any, and how many persons they are about. */
struct whole {
    bool told, listed; /* listed: a table has put at least two units beside the rest, so it names them all */
    int64_t persons;
};

static struct whole find_whole(const struct audit_world *w)
{
    struct whole whole = {.persons = -1};
    size_t beside = 0;

    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *g = &w->group[i];

        beside += g->rest && g->level == AUDIT_LEVEL_UNIT && g->kind == AUDIT_KIND_ALL;
        whole.told = whole.told || g->unit == AUDIT_NONE;
        if (g->kind == AUDIT_KIND_ALL && g->level == AUDIT_LEVEL_MUNICIPALITY && !g->rest)
            whole.persons = g->persons;
    }
    whole.told = whole.told || beside > 0;
    whole.listed = whole.persons < 0 && beside > 1;
    return whole;
}

/* A municipality that counts more than its units. */
static void fill_municipality(struct audit_world *w, struct audit_notes *notes)
{
    struct whole whole = find_whole(w);
    int64_t sum = 0;

    if (!whole.told)
        return;
    if (whole.listed) {
        audit_notes_add(notes, "%s %s: no row of the municipality: the units of the tables are taken for all",
                        w->round, w->form);
        return;
    }
    for (size_t u = 0; u < w->units && sum >= 0; u++)
        sum = sum_of_unit(w, u) < 0 ? -1 : sum + sum_of_unit(w, u);
    if (sum >= 0 && whole.persons == sum)
        return;
    w->unit[w->units++] =
        (struct audit_unit){.persons = sum >= 0 && whole.persons > sum ? whole.persons - sum : -1};
    add_nameless(w, w->units - 1, NULL, w->unit[w->units - 1].persons);
}

/* ---- who belongs where ----------------------------------------------------------------------------------
 */

static enum audit_belongs same(const char *own, const char *key)
{
    return own == NULL ? AUDIT_MAYBE : own == key ? AUDIT_IN : AUDIT_OUT;
}

static enum audit_belongs belongs_to(const struct audit_group *g, const struct audit_class *c)
{
    if (g->unit != AUDIT_NONE && c->unit != g->unit)
        return AUDIT_OUT;
    switch (g->kind) {
    case AUDIT_KIND_GRADE:
        return same(c->grade, g->key);
    case AUDIT_KIND_SCHOOL_FORM:
        return same(c->school_form, g->key);
    case AUDIT_KIND_CLASS:
        return c->name == g->key ? AUDIT_IN : AUDIT_OUT;
    case AUDIT_KIND_ALL:
    case AUDIT_KIND_GENDER:
        break;
    }
    return AUDIT_IN;
}

static enum audit_belongs in_area(const struct audit_world *w, const struct audit_group *g,
                                  const struct audit_class *c)
{
    return g->level == AUDIT_LEVEL_AREA ? same(w->unit[c->unit].area, g->area) : AUDIT_IN;
}

/* The rest is that of the unit for a class, and for grades and genders of one unit; of a unit and of the
 * municipality's (or an area's) groups, that of the municipality. */
static bool in_whole(const struct audit_group *g, const struct audit_class *c)
{
    return g->unit == AUDIT_NONE || g->kind == AUDIT_KIND_ALL || c->unit == g->unit;
}

static void settle_group(struct audit_world *w, struct audit_group *g)
{
    unsigned all = (1u << w->genders) - 1;

    g->genders = all;
    for (size_t h = 0; h < w->genders; h++) {
        if (g->kind == AUDIT_KIND_GENDER && w->gender[h] == g->key)
            g->genders = g->rest ? all & ~(1u << h) : 1u << h;
    }
    g->in = mem_alloc(w->classes, sizeof *g->in);
    for (size_t k = 0; k < w->classes; k++) {
        const struct audit_class *c = &w->klass[k];
        enum audit_belongs b = belongs_to(g, c), a = in_area(w, g, c);

        if (a < b)
            b = a;
        if (g->rest && g->kind != AUDIT_KIND_GENDER)
            b = in_whole(g, c) ? (enum audit_belongs)(AUDIT_IN - b) : AUDIT_OUT;
        g->in[k] = (uint8_t)b;
    }
}

static void note_doubts(const struct audit_world *w, struct audit_notes *notes)
{
    for (size_t i = 0; i < w->groups; i++) {
        const struct audit_group *g = &w->group[i];
        bool doubt = false;

        for (size_t k = 0; k < w->classes; k++)
            doubt = doubt || (g->in[k] == AUDIT_MAYBE && w->klass[k].name != NULL);
        if (doubt)
            audit_notes_add(notes,
                            "%s %s: the tables do not say which classes are of %s %s: what follows from that "
                            "group is bounded only as far as it holds for any",
                            w->round, w->form,
                            g->level == AUDIT_LEVEL_AREA ? "area" : AUDIT_KIND_WORDS[g->kind],
                            g->level == AUDIT_LEVEL_AREA ? g->area : g->key);
    }
}

bool audit_people(struct audit_table *t, struct audit_world *w, struct audit_notes *notes, struct err *e)
{
    /* Room for a nameless class per grade and unit besides the named ones. */
    w->unit = mem_alloc(w->groups + 1, sizeof *w->unit);
    w->klass = mem_alloc(3 * w->groups + 2, sizeof *w->klass);
    name_people(w);
    if (!name_genders(w, e))
        return false;
    infer_grades(t, w);
    infer_school_forms(w);
    fill_units(w);
    fill_municipality(w, notes);
    if (w->classes > AUDIT_CLASSES_MAX)
        return err_set(e, ERR_LIMIT, "round %s, form %s: more than %d classes", w->round, w->form,
                       AUDIT_CLASSES_MAX);
    for (size_t i = 0; i < w->groups; i++)
        settle_group(w, &w->group[i]);
    note_doubts(w, notes);
    return true;
}
