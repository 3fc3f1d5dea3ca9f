#include "audit/audit_finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

const char *const AUDIT_VERDICT_WORDS[] = {"open", "zero", "determined", "unsolved", "known"};
const char *const AUDIT_HOW_WORDS[] = {"rows", "bounds", "change", "release", "shown"};

static bool same(const struct audit_finding *a, const struct audit_finding *b)
{
    return a->world == b->world && a->item == b->item && a->what == b->what && a->option == b->option &&
           strcmp(a->who, b->who) == 0;
}

void audit_findings_add(struct audit_findings *l, size_t since, struct audit_finding f)
{
    for (size_t i = since; i < l->count; i++) {
        if (same(&l->at[i], &f)) {
            free(f.who);
            free(f.in);
            return;
        }
    }
    l->at = mem_room(l->at, l->count, &l->capacity, sizeof *l->at);
    l->at[l->count++] = f;
    l->verdicts[f.verdict]++;
}

void audit_findings_fini(struct audit_findings *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->at[i].who);
        free(l->at[i].in);
    }
    free(l->at);
    *l = (struct audit_findings){.count = 0};
}

const char *audit_finding_figure(const struct audit_finding *f, char text[static 32])
{
    switch (f->what) {
    case AUDIT_OF_OPTION:
        (void)snprintf(text, 32, "option %d", f->option);
        break;
    case AUDIT_OF_DONT_KNOW:
        (void)snprintf(text, 32, "vet ej");
        break;
    case AUDIT_OF_MEAN:
        (void)snprintf(text, 32, "mean");
        break;
    case AUDIT_OF_SUM:
        (void)snprintf(text, 32, "sum");
        break;
    case AUDIT_OF_N:
        (void)snprintf(text, 32, "n");
        break;
    case AUDIT_OF_ALIKE:
        (void)snprintf(text, 32, "all alike");
        break;
    case AUDIT_OF_GOOD:
        (void)snprintf(text, 32, "good answers");
        break;
    }
    return text;
}
