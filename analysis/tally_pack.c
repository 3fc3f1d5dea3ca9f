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
 * cell is a row of (zeros, counter) and ends when it is full; a class's has counts by bin as a gender's has,
 * so that nobody's indexes in two dimensions stand together.
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

/* Adds a cell, its bins counted. */
static void widen(const struct tally_plan *p, uint8_t *cell, unsigned responses, size_t room, uint32_t *to)
{
    for (unsigned i = 0; i < p->counters; i++)
        to[i] += cell[i];
    for (int d = 0; d < p->dimensions; d++) {
        const uint8_t *at = tally_list(p, cell, p->dimension[d].list, room);

        for (unsigned i = 0; p->dimension[d].questions > 0 && i < responses; i++, at += p->bin_bytes)
            to[p->dimension[d].packed_first + tally_bin(p, at)]++;
    }
}

/* All pieces of a gender; returns their responses. */
static uint64_t join(const struct tally_plan *p, struct tally_piece *piece, uint32_t *to)
{
    uint64_t responses = 0;

    memset(to, 0, p->packed_width * sizeof *to);
    for (; piece != NULL; piece = piece->before) {
        responses += piece->responses;
        widen(p, piece->cell, piece->responses, piece->room, to);
    }
    return responses;
}

static void put_cell(struct buf *b, const uint32_t *cell, unsigned width)
{
    unsigned zeros = 0;

    for (unsigned i = 0; i < width; i++)
        put_counter(b, &zeros, cell[i]);
    if (zeros > 0)
        put(b, zeros);
}

static void put_group(struct buf *b, const struct tally_plan *p, const struct tally_group *g, uint32_t *room)
{
    put(b, (uint64_t)g->id);
    put(b, g->responses);
    put(b, g->piece);
    memset(room, 0, p->packed_width * sizeof *room);
    widen(p, g->cell, g->responses, g->responses, room);
    put_cell(b, room, p->packed_width);
}

static void put_unit(struct buf *b, const struct tally_plan *p, const struct tally_unit *u, const char *code,
                     uint32_t *room)
{
    put(b, strlen(code));
    buf_adds(b, code);
    for (int g = 0; g < TALLY_GENDERS; g++) {
        put(b, join(p, u->gender[g], room));
        put_cell(b, room, p->packed_width);
    }
}

static bool has_responses(const struct tally_unit *u)
{
    for (int g = 0; g < TALLY_GENDERS; g++) {
        if (u->gender[g] != NULL)
            return true;
    }
    return false;
}

void *tally_pack(struct tally *t, const char *(*unit_code)(size_t unit, const void *arg), const void *arg,
                 size_t *bytes)
{
    struct buf b = BUF_INIT;
    uint8_t digest[DIGEST_BYTES];
    uint32_t *room = mem_alloc(t->plan->packed_width, sizeof *room);
    size_t units = 0;

    tally_flush(t);
    buf_add(&b, MAGIC, sizeof MAGIC);
    put(&b, TALLY_LAYOUT);
    put(&b, t->plan->packed_width);
    put(&b, (uint64_t)t->plan->dimensions);
    put(&b, t->plan->pairs);
    put(&b, t->groups);
    for (size_t i = 0; i < t->groups; i++)
        put_group(&b, t->plan, &t->group[i], room);
    for (size_t u = 0; u < t->units; u++)
        units += has_responses(&t->unit[u]);
    put(&b, units);
    for (size_t u = 0; u < t->units; u++) {
        if (has_responses(&t->unit[u]))
            put_unit(&b, t->plan, &t->unit[u], unit_code(u, arg), room);
    }
    free(room);
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

/* No question has more answers than there were responses, and each response is in one bin of each dimension.
 */
static bool adds_up(const struct tally_plan *p, const uint32_t *cell, uint64_t responses)
{
    for (unsigned q = 0; q < p->row; q++) {
        uint64_t answers = 0;

        for (unsigned row = 0; row < p->rows; row++)
            answers += cell[row * p->row + q];
        if (answers > responses)
            return false;
    }
    for (int d = 0; d < p->dimensions; d++) {
        uint64_t persons = 0;

        for (unsigned i = 0; i < p->dimension[d].bins; i++)
            persons += cell[p->dimension[d].packed_first + i];
        if (p->dimension[d].questions > 0 && persons != responses)
            return false;
    }
    return true;
}

/* One cell of so many responses. */
static void get_cell(struct reader *r, const struct tally_plan *p, uint64_t responses, uint32_t *cell)
{
    unsigned i = 0;

    memset(cell, 0, p->packed_width * sizeof *cell);
    while (i < p->packed_width && !r->bad) {
        i += (unsigned)get(r, p->packed_width - i);
        if (i < p->packed_width)
            cell[i++] = (uint32_t)get(r, responses);
    }
    r->bad |= !adds_up(p, cell, responses);
}

/* The counts as a cell again: `responses` persons of those that are left, of each counter as many as a byte
 * holds.
 */
static void narrow(const struct tally_plan *p, uint32_t *cell, size_t responses, uint8_t *to)
{
    for (unsigned i = 0; i < p->counters; i++) {
        to[i] = (uint8_t)(cell[i] < responses ? cell[i] : responses);
        cell[i] -= to[i];
    }
    for (int d = 0; d < p->dimensions; d++) {
        uint8_t *at = tally_list(p, to, p->dimension[d].list, responses);
        size_t left = p->dimension[d].questions > 0 ? responses : 0;

        for (unsigned bin = 0; bin < p->dimension[d].bins && left > 0; bin++) {
            uint32_t *count = &cell[p->dimension[d].packed_first + bin];

            for (; *count > 0 && left > 0; --*count, left--, at += p->bin_bytes)
                tally_bin_put(p, at, (uint16_t)bin);
        }
    }
}

static void get_group(struct reader *r, struct tally *t, uint32_t *cell)
{
    const int64_t id = (int64_t)get(r, INT64_MAX);
    const size_t responses = get(r, TALLY_PIECE);
    const size_t piece = get(r, TALLY_RESPONSES_MAX / TALLY_PIECE);

    get_cell(r, t->plan, responses, cell);
    if (!r->bad)
        narrow(t->plan, cell, responses, tally_group_new(t, id, responses, piece));
}

/* A counter of a question is at most the number of responses, so that no piece lacks room for what is left.
 */
static void get_gender(struct reader *r, struct tally *t, size_t unit, enum form_gender gender,
                       uint32_t *cell)
{
    uint64_t left = get(r, UINT32_MAX);

    get_cell(r, t->plan, left, cell);
    while (left > 0 && !r->bad) {
        const size_t room = left < TALLY_PIECE ? (size_t)left : TALLY_PIECE;
        struct tally_piece *piece = tally_piece_new(t, unit, gender, room);

        piece->responses = (uint16_t)room;
        narrow(t->plan, cell, room, piece->cell);
        left -= room;
    }
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
    for (int g = 0; g < TALLY_GENDERS && !r->bad; g++)
        get_gender(r, t, unit, (enum form_gender)g, cell);
}

static bool head_fits(struct reader *r, const struct tally_plan *p)
{
    return get(r, INT32_MAX) == TALLY_LAYOUT && get(r, INT32_MAX) == p->packed_width &&
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
    cell = mem_alloc(t->plan->packed_width, sizeof *cell);
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
