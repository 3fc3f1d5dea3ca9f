#include "tests/support/audit_truth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { GENDER = AUDIT_TOWN_QUESTIONS - 1 };

static const char *said(const struct audit_pupil *p)
{
    return AUDIT_TOWN_GENDERS[p->answer[GENDER]];
}

bool audit_truth_in_group(const struct audit_group *g, const struct audit_pupil *p)
{
    char grade[12];

    if ((*g->unit_code != '\0' && strcmp(g->unit_code, AUDIT_TOWN_UNITS[p->unit]) != 0) ||
        (g->level == AUDIT_LEVEL_AREA && strcmp(g->area, AUDIT_TOWN_AREAS[p->unit]) != 0))
        return false;
    (void)snprintf(grade, sizeof grade, "%d", p->grade);
    switch (g->kind) {
    case AUDIT_KIND_GRADE:
        return strcmp(g->key, grade) == 0;
    case AUDIT_KIND_CLASS:
        return strcmp(g->key, p->class_name) == 0;
    case AUDIT_KIND_GENDER:
        return strcmp(g->key, said(p)) == 0;
    case AUDIT_KIND_ALL:
    case AUDIT_KIND_SCHOOL_FORM: /* there is one */
        break;
    }
    return true;
}

/* Whether a class × gender is in a union, or in the rest beside a group. */
static bool has_cell(const struct audit_finding *f, size_t cell)
{
    const struct audit_group *g = f->group == AUDIT_NONE ? NULL : &f->world->group[f->group];
    const size_t genders = f->world->genders;

    if (g == NULL)
        return f->in[cell];
    return g->in[cell / genders] == AUDIT_IN && (g->genders >> cell % genders & 1u) != 0;
}

static bool is_in_cells(const struct audit_finding *f, const struct audit_pupil *p)
{
    const struct audit_world *w = f->world;

    for (size_t i = 0; i < w->classes * w->genders; i++) {
        const struct audit_class *k = &w->klass[i / w->genders];
        const char *gender = w->gender[i % w->genders];

        assert_non_null(k->name); /* each class has a row */
        if (has_cell(f, i) && strcmp(w->unit[k->unit].code, AUDIT_TOWN_UNITS[p->unit]) == 0 &&
            strcmp(k->name, p->class_name) == 0 && strcmp(gender == NULL ? "" : gender, said(p)) == 0)
            return true;
    }
    return false;
}

static bool is_about(const struct audit_finding *f, const struct audit_pupil *p)
{
    if (strcmp(f->world->round, AUDIT_TOWN_ROUNDS[p->round]) != 0 || p->release > f->world->version ||
        p->release <= f->world->since)
        return false;
    return f->group == AUDIT_NONE || f->world->group[f->group].rest
               ? is_in_cells(f, p)
               : audit_truth_in_group(&f->world->group[f->group], p);
}

/* How many really are of a unit's gender; -1: the group is another. */
static int said_of(const struct audit_town *t, const struct audit_finding *f)
{
    const struct audit_group *g = f->group == AUDIT_NONE ? NULL : &f->world->group[f->group];
    int persons = 0;

    if (g == NULL || g->unit == AUDIT_NONE || g->kind != AUDIT_KIND_GENDER)
        return -1;
    for (size_t i = 0; i < t->pupils; i++)
        persons += strcmp(f->world->round, AUDIT_TOWN_ROUNDS[t->pupil[i].round]) == 0 &&
                   audit_truth_in_group(g, &t->pupil[i]);
    return persons;
}

/* How many chose what the finding is about: this option, "vet ej", a good answer. */
static bool is_counted(const struct audit_finding *f, int answer)
{
    switch (f->what) {
    case AUDIT_OF_DONT_KNOW:
        return answer == ANSWER_DONT_KNOW;
    case AUDIT_OF_GOOD:
        return answer == 3 || answer == 4;
    case AUDIT_OF_OPTION:
    case AUDIT_OF_MEAN:
    case AUDIT_OF_SUM:
    case AUDIT_OF_N:
    case AUDIT_OF_ALIKE:
        break;
    }
    return answer == f->option;
}

/* Whether the figure of a question lies where the attacker says. */
static bool is_true(const struct audit_town *t, const struct audit_finding *f)
{
    const size_t q = strcmp(f->world->item[f->item].question, "q1") == 0 ? 0 : 1;
    double n = 0, sum = 0, count = 0, is;

    for (size_t i = 0; i < t->pupils; i++) {
        const int answer = t->pupil[i].answer[q];
        const bool chose = answer != 0 && answer != ANSWER_DONT_KNOW;

        if (!is_about(f, &t->pupil[i]))
            continue;
        n += chose;
        sum += chose ? answer : 0;
        count += is_counted(f, answer);
        if (f->what == AUDIT_OF_ALIKE && chose && answer != (int)f->least)
            return false;
    }
    is = f->what == AUDIT_OF_MEAN || f->what == AUDIT_OF_ALIKE ? sum / n : f->what == AUDIT_OF_N ? n : count;
    return isnan(is) || (is >= f->least - 1e-4 && is <= f->most + 1e-4); /* nobody has no mean */
}

static void check_findings(const struct audit_town *t, const struct audit_run *run)
{
    for (size_t i = 0; i < run->findings.count; i++) {
        const struct audit_finding *f = &run->findings.at[i];

        if (*f->world->item[f->item].question != '\0' && !is_true(t, f))
            fail_msg("%s, %s: what %d option %d is not within %g..%g", f->world->item[f->item].question,
                     f->who, (int)f->what, f->option, f->least, f->most);
    }
}

static bool counts(const struct audit_town *t, const struct audit_finding *f, int k, int releases)
{
    const bool by_bounds = f->how == AUDIT_BY_BOUNDS;
    const bool over_units = f->group == AUDIT_NONE && strncmp(f->who, "municipality", 12) == 0;
    const int persons = said_of(t, f);
    const bool few = f->group == AUDIT_NONE || f->few ||
                     (persons >= 0 ? persons < k : audit_world_is_few(f->world, f->group, f->item, k));

    if (f->verdict != AUDIT_DETERMINED || (f->what == AUDIT_OF_MEAN && persons == 0) ||
        (over_units && by_bounds))
        return false;
    return releases == 1 || few || !by_bounds;
}

static void read_all(struct audit_run *run, const struct audit_export *const *exports, size_t count)
{
    struct err e = ERR_INIT;

    for (size_t i = 0; i < count; i++) {
        for (size_t table = 0; table < exports[i]->tables; table++) {
            char name[40];

            (void)snprintf(name, sizeof name, "export %zu, table %zu", i + 1, table + 1);
            if (!audit_run_read(run, name, buf_str(&exports[i]->table[table]), exports[i]->table[table].bytes,
                                &e))
                fail_msg("%s", e.text);
        }
    }
}

size_t audit_truth_attack(const struct audit_town *t, const struct audit_export *const *exports, size_t count,
                          int k, int releases, char first[static 200])
{
    const struct audit_run_options o = {.attack = {.k = k, .bounds = true}, .options = 4};
    struct audit_run run;
    struct err e = ERR_INIT;
    size_t found = 0;

    audit_run_init(&run);
    read_all(&run, exports, count);
    if (!audit_run_attack(&run, &o, &e))
        fail_msg("%s", e.text);
    for (size_t i = 0; i < run.notes.count && run.effort.contradictions > 0; i++)
        print_message("%s\n", run.notes.text[i]);
    assert_int_equal(run.effort.contradictions, 0);
    check_findings(t, &run);
    first[0] = '\0';
    for (size_t i = 0; i < run.findings.count; i++) {
        const struct audit_finding *f = &run.findings.at[i];

        if (!counts(t, f, k, releases))
            continue;
        if (found++ == 0)
            (void)snprintf(first, 200, "%s %s, %s: what %d option %d is %g by %s", f->world->round,
                           f->world->item[f->item].question, f->who, (int)f->what, f->option, f->least,
                           AUDIT_HOW_WORDS[f->how]);
    }
    audit_run_fini(&run);
    return found;
}
