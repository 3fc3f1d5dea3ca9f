#include "collector/pinned.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/faults.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"

void pinned_init(struct pinned *p)
{
    *p = (struct pinned){.at = NULL, .count = 0};
}

void pinned_fini(struct pinned *p)
{
    for (size_t i = 0; i < p->count; i++)
        form_free(p->at[i]);
    free(p->at);
    pinned_init(p);
}

static bool parse(const struct pinned_form *text, struct form **out, struct err *e)
{
    struct faults faults;
    bool ok;

    faults_init(&faults);
    ok = form_parse(text->id, text->source, text->source_bytes, out, &faults, e);
    if (!ok) {
        if (faults_any(&faults))
            err_set(e, ERR_BUG, "pinned form %s, line %d: %s", text->id, faults.at[0].line,
                    faults.at[0].text);
        else
            err_prefix(e, "pinned form %s", text->id);
    }
    faults_fini(&faults);
    return ok;
}

bool pinned_load(struct store *s, const char *round, struct pinned *p, struct err *e)
{
    struct pinned_form *texts = NULL;
    size_t count = 0;
    bool ok = false;

    if (!store_round_forms(s, round, &texts, &count, e))
        return false;
    p->at = mem_alloc(count, sizeof(struct form *));
    for (size_t i = 0; i < count; i++) {
        if (!parse(&texts[i], &p->at[i], e))
            goto out;
        p->count++;
    }
    ok = true;
out:
    pinned_forms_free(texts, count);
    return ok;
}

const struct form *pinned_by_id(const struct pinned *p, const char *id)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->at[i]->id, id) == 0)
            return p->at[i];
    }
    return NULL;
}

const struct form *pinned_by_hash(const struct pinned *p, const uint8_t hash[FORM_HASH_BYTES])
{
    for (size_t i = 0; i < p->count; i++) {
        if (memcmp(p->at[i]->hash, hash, FORM_HASH_BYTES) == 0)
            return p->at[i];
    }
    return NULL;
}

char *pinned_ids(const struct pinned *p)
{
    struct buf b = BUF_INIT;

    for (size_t i = 0; i < p->count; i++)
        buf_addf(&b, "%s%s", i == 0 ? "" : ", ", p->at[i]->id);
    return buf_take(&b);
}
