#include "analysis/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/base/secret.h"

/*
 * The layout: "TLDT", then whole numbers of 7 bits a byte, low ones first: layout, width, dimensions, pairs;
 * number of groups, each with id, responses, piece and cell; number of units, each with its code and for each
 * gender responses and cell; complete cases and sums of products; last a BLAKE2b-256 digest of all before. A
 * cell is a row of (zeros, counter) and ends when it is full.
 */

static const char MAGIC[4] = {'T', 'L', 'D', 'T'};
enum { DIGEST_BYTES = 32 };

static void put(struct buf *b, uint64_t v)
{
    while (v >= 128) {
        buf_addc(b, (char)(unsigned char)(v | 128));
        v >>= 7;
    }
    buf_addc(b, (char)(unsigned char)v);
}

static void put_counter(struct buf *b, unsigned *zeros, uint64_t v)
{
    if (v == 0) {
        ++*zeros;
        return;
    }
    put(b, *zeros);
    put(b, v);
    *zeros = 0;
}

static void put_group(struct buf *b, const struct tally *t, size_t group)
{
    const uint8_t *cell = t->group[group].cell;
    unsigned zeros = 0;

    put(b, (uint64_t)t->group[group].id);
    put(b, t->group[group].responses);
    put(b, t->group[group].piece);
    for (unsigned i = 0; i < t->plan->cell_width; i++)
        put_counter(b, &zeros, cell[i]);
    if (zeros > 0)
        put(b, zeros);
}

static void put_unit(struct buf *b, const struct tally *t, const struct tally_unit *u, const char *code)
{
    put(b, strlen(code));
    buf_adds(b, code);
    for (int g = 0; g < TALLY_GENDERS; g++) {
        unsigned zeros = 0;

        put(b, u->responses[g]);
        for (unsigned i = 0; i < t->plan->cell_width; i++)
            put_counter(b, &zeros, u->cell[g] == NULL ? 0 : u->cell[g][i]);
        if (zeros > 0)
            put(b, zeros);
    }
}

static bool has_responses(const struct tally_unit *u)
{
    for (int g = 0; g < TALLY_GENDERS; g++) {
        if (u->responses[g] > 0)
            return true;
    }
    return false;
}

void *tally_pack(struct tally *t, const char *(*unit_code)(size_t unit, const void *arg), const void *arg,
                 size_t *bytes)
{
    struct buf b = BUF_INIT;
    uint8_t digest[DIGEST_BYTES];
    size_t units = 0;

    tally_flush(t);
    buf_add(&b, MAGIC, sizeof MAGIC);
    put(&b, TALLY_LAYOUT);
    put(&b, t->plan->cell_width);
    put(&b, (uint64_t)t->plan->dimensions);
    put(&b, t->plan->pairs);
    put(&b, t->groups);
    for (size_t i = 0; i < t->groups; i++)
        put_group(&b, t, i);
    for (size_t u = 0; u < t->units; u++)
        units += has_responses(&t->unit[u]);
    put(&b, units);
    for (size_t u = 0; u < t->units; u++) {
        if (has_responses(&t->unit[u]))
            put_unit(&b, t, &t->unit[u], unit_code(u, arg));
    }
    for (int d = 0; d < t->plan->dimensions; d++)
        put(&b, t->complete[d]);
    for (unsigned i = 0; i < t->plan->pairs; i++)
        put(&b, t->pair[i]);
    secret_digest(b.data, b.bytes, digest);
    buf_add(&b, digest, sizeof digest);
    *bytes = b.bytes;
    return buf_take(&b);
}

/* ---- reading back ---------------------------------------------------------------------------------------
 */

struct reader {
    const uint8_t *at, *end;
    bool bad;
};

static uint64_t get(struct reader *r, uint64_t max)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
        const uint8_t byte = *r->at++;

        v |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            r->bad |= v > max;
            return r->bad ? 0 : v;
        }
    }
    r->bad = true;
    return 0;
}

/* One cell into 32-bit counters, none above max. */
static void get_cell(struct reader *r, unsigned width, uint64_t max, uint32_t *cell)
{
    unsigned i = 0;

    memset(cell, 0, width * sizeof *cell);
    while (i < width && !r->bad) {
        i += (unsigned)get(r, width - i);
        if (i < width)
            cell[i++] = (uint32_t)get(r, max);
    }
}

static void get_group(struct reader *r, struct tally *t, uint32_t *cell)
{
    const int64_t id = (int64_t)get(r, INT64_MAX);
    const uint32_t responses = (uint32_t)get(r, TALLY_PIECE);
    const uint32_t piece = (uint32_t)get(r, TALLY_RESPONSES_MAX);
    uint8_t *to;

    get_cell(r, t->plan->cell_width, responses, cell);
    if (r->bad)
        return;
    to = tally_group_new(t, id, responses, piece);
    for (unsigned i = 0; i < t->plan->cell_width; i++)
        to[i] = (uint8_t)cell[i];
}

static void narrow(const uint32_t *from, uint16_t *to, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        to[i] = (uint16_t)from[i];
}

static void get_unit(struct reader *r, struct tally *t, uint32_t *cell,
                     size_t (*unit_number)(const char *, const void *), const void *arg)
{
    char code[UNIT_CODE_MAX_BYTES + 1] = "";
    const size_t bytes = get(r, UNIT_CODE_MAX_BYTES);
    size_t unit;

    if (r->bad || (size_t)(r->end - r->at) < bytes) {
        r->bad = true;
        return;
    }
    memcpy(code, r->at, bytes);
    r->at += bytes;
    unit = unit_number(code, arg);
    if (unit >= t->units) {
        r->bad = true;
        return;
    }
    for (int g = 0; g < TALLY_GENDERS && !r->bad; g++) {
        struct tally_unit *u = &t->unit[unit];

        u->responses[g] = (uint32_t)get(r, TALLY_UNIT_MAX);
        get_cell(r, t->plan->cell_width, u->responses[g], cell);
        if (g != GENDER_UNSAID)
            narrow(cell, tally_gender_cell(t, unit, (enum form_gender)g), t->plan->cell_width);
    }
}

static bool head_fits(struct reader *r, const struct tally_plan *p)
{
    return get(r, INT32_MAX) == TALLY_LAYOUT && get(r, INT32_MAX) == p->cell_width &&
           get(r, INT32_MAX) == (uint64_t)p->dimensions && get(r, INT32_MAX) == p->pairs && !r->bad;
}

static bool whole(const void *bytes, size_t count)
{
    const uint8_t *p = bytes;
    uint8_t digest[DIGEST_BYTES];

    if (count < sizeof MAGIC + DIGEST_BYTES || memcmp(p, MAGIC, sizeof MAGIC) != 0)
        return false;
    secret_digest(p, count - DIGEST_BYTES, digest);
    return memcmp(digest, p + count - DIGEST_BYTES, DIGEST_BYTES) == 0;
}

bool tally_unpack(struct tally *t, const void *bytes, size_t count,
                  size_t (*unit_number)(const char *code, const void *arg), const void *arg, struct err *e)
{
    struct reader r = {.at = bytes};
    uint32_t *cell;
    uint64_t groups, units;

    if (!whole(bytes, count))
        return err_set(e, ERR_INPUT, "a stored tally is damaged");
    r.end = r.at + count - DIGEST_BYTES;
    r.at += sizeof MAGIC;
    if (!head_fits(&r, t->plan))
        return err_set(e, ERR_INPUT, "a stored tally is of another form");
    cell = mem_alloc(t->plan->cell_width, sizeof *cell);
    groups = get(&r, INT64_MAX);
    for (uint64_t i = 0; i < groups && !r.bad; i++)
        get_group(&r, t, cell);
    units = get(&r, INT64_MAX);
    for (uint64_t i = 0; i < units && !r.bad; i++)
        get_unit(&r, t, cell, unit_number, arg);
    for (int d = 0; d < t->plan->dimensions; d++)
        t->complete[d] = get(&r, UINT64_MAX);
    for (unsigned i = 0; i < t->plan->pairs; i++)
        t->pair[i] = get(&r, UINT64_MAX);
    free(cell);
    if (r.bad || r.at != r.end)
        return err_set(e, ERR_INPUT, "a stored tally does not add up");
    return true;
}
