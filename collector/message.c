#include "collector/message.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"

const char *request_query(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->queries; i++) {
        if (strcmp(r->query[i].name, name) == 0)
            return r->query[i].value;
    }
    return NULL;
}

/* ---- lists such as "gzip, br;q=0.8" ---------------------------------------------------------------------
 */

struct item {
    const char *text;
    size_t bytes;
    int quality; /* 0..1000 */
};

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* "0.8" → 800; anything malformed counts as 0, so that it is never chosen by mistake. */
static int quality(const char *p)
{
    int q = 0;

    if (*p != '0' && *p != '1')
        return 0;
    q = (*p - '0') * 1000;
    if (p[1] != '.')
        return q;
    p += 2;
    for (int weight = 100; weight > 0 && *p >= '0' && *p <= '9'; weight /= 10, p++)
        q += (*p - '0') * weight;
    return q > 1000 ? 1000 : q;
}

/* Reads the item at *at and moves behind it; false at the end of the list. */
static bool next_item(const char **at, struct item *out)
{
    const char *p = skip_blanks(*at);

    while (*p == ',')
        p = skip_blanks(p + 1);
    if (*p == '\0')
        return false;
    out->text = p;
    out->bytes = strcspn(p, ",; \t");
    out->quality = 1000;
    p += out->bytes;
    while (*p != '\0' && *p != ',') {
        if ((*p == 'q' || *p == 'Q') && p[1] == '=')
            out->quality = quality(p + 2);
        p++;
    }
    *at = p;
    return true;
}

static bool item_is(const struct item *item, const char *word)
{
    return strlen(word) == item->bytes && strncasecmp(item->text, word, item->bytes) == 0;
}

bool request_accepts(const struct request *r, const char *coding)
{
    const char *p = r->accept_encoding;
    struct item item;

    while (next_item(&p, &item)) {
        if (item_is(&item, coding))
            return item.quality > 0;
    }
    return false;
}

bool request_wants_text(const struct request *r)
{
    const char *p = r->accept;
    struct item item;

    return next_item(&p, &item) && item_is(&item, "text/plain");
}

enum { TAG_MAX_BYTES = 35 }; /* RFC 5646, 4.4.1 */

/* The item's language by its whole tag, else by ever shorter beginnings of it. */
static const char *item_language(const struct item *item, const char *(*known)(const void *, const char *),
                                 const void *arg)
{
    char tag[TAG_MAX_BYTES + 1];
    size_t n = item->bytes;

    if (n == 0 || n > TAG_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < n; i++)
        tag[i] = (char)(item->text[i] >= 'A' && item->text[i] <= 'Z' ? item->text[i] + 32 : item->text[i]);
    tag[n] = '\0';
    for (char *dash = tag + n; dash != NULL; dash = strrchr(tag, '-')) {
        *dash = '\0';
        const char *found = known(arg, tag);
        if (found != NULL)
            return found;
    }
    return NULL;
}

const char *request_language(const struct request *r, const char *(*known)(const void *arg, const char *tag),
                             const void *arg)
{
    const char *p = r->accept_language;
    struct item item;
    const char *best = NULL;
    int best_quality = 0;

    while (next_item(&p, &item)) {
        const char *found = item.quality > best_quality ? item_language(&item, known, arg) : NULL;

        if (found != NULL) {
            best = found;
            best_quality = item.quality;
        }
    }
    return best;
}

void request_finish(struct request *r)
{
    r->resume(r);
}

/* ---- shared bytes ----------------------------------------------------------------------------------------
 */

struct shared_bytes {
    atomic_uint references;
    size_t count;
    char data[];
};

/* The count of references is the one thing that changes behind a const pointer. */
static atomic_uint *references(const struct shared_bytes *s)
{
    union {
        const struct shared_bytes *in;
        struct shared_bytes *out;
    } u = {.in = s};

    return &u.out->references;
}

const struct shared_bytes *shared_bytes_new(const void *bytes, size_t count)
{
    struct shared_bytes *s = mem_alloc(1, sizeof *s + count);

    atomic_init(&s->references, 1);
    s->count = count;
    if (count > 0)
        memcpy(s->data, bytes, count);
    return s;
}

const struct shared_bytes *shared_bytes_ref(const struct shared_bytes *s)
{
    atomic_fetch_add_explicit(references(s), 1, memory_order_relaxed);
    return s;
}

void shared_bytes_release(const struct shared_bytes *s)
{
    union {
        const struct shared_bytes *in;
        void *out;
    } u = {.in = s};

    if (s != NULL && atomic_fetch_sub_explicit(references(s), 1, memory_order_acq_rel) == 1)
        free(u.out);
}

const char *shared_bytes_data(const struct shared_bytes *s, size_t *count)
{
    *count = s->count;
    return s->data;
}

void reply_fini(struct reply *p)
{
    free(p->location);
    shared_bytes_release(p->head);
    buf_fini(&p->body);
    *p = (struct reply){0};
}
