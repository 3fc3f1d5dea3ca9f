#include "core/store/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/secret.h"

void pack_init(struct pack *p)
{
    memset(p, 0, sizeof *p);
}

void pack_fini(struct pack *p)
{
    if (p->answers != NULL)
        secret_wipe(p->answers, p->bytes);
    free(p->answers);
    free(p->row);
    pack_init(p);
}

/* Not realloc, which would leave a copy of the answers behind in freed memory. */
static void grow_answers(struct pack *p, size_t needed)
{
    size_t room = p->byte_room == 0 ? 64 * 1024 : p->byte_room;
    uint8_t *grown;

    while (room < needed)
        room *= 2;
    if (room == p->byte_room)
        return;
    grown = mem_alloc(room, 1);
    if (p->bytes > 0) {
        memcpy(grown, p->answers, p->bytes);
        secret_wipe(p->answers, p->bytes);
    }
    free(p->answers);
    p->answers = grown;
    p->byte_room = room;
}

uint8_t *pack_add(struct pack *p, int64_t form_id, int64_t group_id, size_t questions)
{
    size_t at = p->bytes;

    grow_answers(p, p->bytes + questions);
    p->row = mem_room(p->row, p->rows, &p->row_room, sizeof *p->row);
    p->row[p->rows++] =
        (struct pack_row){.form_id = form_id, .group_id = group_id, .at = at, .questions = questions};
    p->bytes += questions;
    return p->answers + at;
}

/* As secret_uniform, from a word that has been drawn already: words in the last, incomplete run of `bound`
 * would make small numbers likelier, so that another one is drawn for them. */
static uint32_t uniform(uint32_t word, uint32_t bound)
{
    return word < -bound % bound ? secret_uniform(bound) : word % bound;
}

/* The words are drawn together: a call of the system for each person would take most of the time. */
void pack_shuffle(uint32_t *order, size_t count)
{
    uint32_t *word = mem_alloc(count, sizeof *word);

    assert(count <= UINT32_MAX);
    secret_random(word, count * sizeof *word);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = count; i > 1; i--) {
        size_t j = uniform(word[i - 1], (uint32_t)i);
        uint32_t swap = order[i - 1];

        order[i - 1] = order[j];
        order[j] = swap;
    }
    secret_wipe(word, count * sizeof *word);
    free(word);
}

static int by_form_and_group(const void *left, const void *right)
{
    const struct pack_row *a = left;
    const struct pack_row *b = right;

    if (a->form_id != b->form_id)
        return a->form_id < b->form_id ? -1 : 1;
    if (a->group_id != b->group_id)
        return a->group_id < b->group_id ? -1 : 1;
    return 0;
}

static bool pack_one(const struct pack *p, const struct pack_row *row, size_t count,
                     bool (*each)(const struct packed *, void *, struct err *), void *arg, struct err *e)
{
    size_t questions = row->questions;
    uint32_t *order = mem_alloc(count, sizeof *order);
    uint8_t *columns = mem_alloc(count * questions, 1);
    struct packed b = {.form_id = row->form_id,
                       .group_id = row->group_id,
                       .responses = count,
                       .questions = questions,
                       .answers = columns};
    bool ok;

    pack_shuffle(order, count);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *from = p->answers + row[order[i]].at;

        for (size_t q = 0; q < questions; q++)
            columns[q * count + i] = from[q];
    }
    ok = each(&b, arg, e);
    secret_wipe(columns, count * questions);
    free(columns);
    free(order);
    return ok;
}

bool pack_each(struct pack *p, bool (*each)(const struct packed *b, void *arg, struct err *e), void *arg,
               struct err *e)
{
    size_t next;

    if (p->rows > 1)
        qsort(p->row, p->rows, sizeof *p->row, by_form_and_group);
    for (size_t i = 0; i < p->rows; i = next) {
        for (next = i + 1; next < p->rows && by_form_and_group(&p->row[i], &p->row[next]) == 0; next++)
            assert(p->row[next].questions == p->row[i].questions);
        if (!pack_one(p, &p->row[i], next - i, each, arg, e))
            return false;
    }
    return true;
}
