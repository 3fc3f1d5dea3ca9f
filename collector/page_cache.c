#include "collector/page_cache.h"

#include <assert.h>
#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/base/mem.h"

/*
 * A page is compressed within the event loop, in the moment when a class scans its poster, so it must be
 * quick. Measured on a form of 28 kB: brotli at 5 gives 6.2 kB in 0.4 ms, at 9 some 20 bytes less in 6 ms, at
 * 11 half a kilobyte less in 35 ms; gzip at 9 gives 6.6 kB in 0.5 ms.
 */
enum { BUCKETS = 1024, GZIP_LEVEL = 9, BROTLI_QUALITY = 5, BROTLI_WINDOW_BITS = 18, CHUNK_BYTES = 16 * 1024 };

struct page {
    struct page_cache *cache;
    char *key;
    const struct shared_bytes *body[PAGE_CODINGS]; /* NULL until it is first asked for */
    uLong crc;                                     /* of the identity body, for the end of the gzip stream */
    struct page *next_in_bucket;
    struct page *newer, *older; /* by last use */
};

struct page_cache {
    size_t max_bytes, bytes;
    struct page *bucket[BUCKETS];
    struct page *newest, *oldest;
};

enum page_coding page_coding_for(const struct request *r)
{
    if (request_accepts(r, "br"))
        return PAGE_BROTLI;
    return request_accepts(r, "gzip") ? PAGE_GZIP : PAGE_IDENTITY;
}

const char *page_coding_name(enum page_coding coding)
{
    static const char *const names[PAGE_CODINGS] = {[PAGE_GZIP] = "gzip", [PAGE_BROTLI] = "br"};

    return names[coding];
}

/* ---- compressing --------------------------------------------------------------------------------------- */

/* zlib wants its input without const, and reads it only. */
static Bytef *unconst(const void *p)
{
    union {
        const void *in;
        Bytef *out;
    } u = {.in = p};

    return u.out;
}

static void gzip(const void *body, size_t bytes, bool whole, struct buf *out)
{
    enum { GZIP_WRAPPER = 16, WINDOW_BITS = 15, MEMORY_LEVEL = 9 };
    z_stream z = {.next_in = unconst(body), .avail_in = (uInt)bytes};
    unsigned char chunk[CHUNK_BYTES];
    int r = deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, WINDOW_BITS + GZIP_WRAPPER, MEMORY_LEVEL,
                         Z_DEFAULT_STRATEGY);

    assert(r == Z_OK);
    do {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        r = deflate(&z, whole ? Z_FINISH : Z_SYNC_FLUSH);
        assert(r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR);
        buf_add(out, chunk, sizeof chunk - z.avail_out);
    } while (z.avail_out == 0);
    (void)r;
    (void)deflateEnd(&z);
}

static void brotli(const void *body, size_t bytes, bool whole, struct buf *out)
{
    BrotliEncoderState *s = BrotliEncoderCreateInstance(NULL, NULL, NULL);
    BrotliEncoderOperation op = whole ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
    const uint8_t *in = body;
    size_t none = 0;
    bool ok = s != NULL && BrotliEncoderSetParameter(s, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT) &&
              BrotliEncoderSetParameter(s, BROTLI_PARAM_QUALITY, BROTLI_QUALITY) &&
              BrotliEncoderSetParameter(s, BROTLI_PARAM_LGWIN, BROTLI_WINDOW_BITS) &&
              BrotliEncoderSetParameter(s, BROTLI_PARAM_SIZE_HINT, (uint32_t)bytes);

    do {
        size_t taken = 0;
        const uint8_t *made;

        ok = ok && BrotliEncoderCompressStream(s, op, &bytes, &in, &none, NULL, NULL);
        if (!ok)
            abort(); /* out of memory: nothing else can fail here */
        made = BrotliEncoderTakeOutput(s, &taken);
        buf_add(out, made, taken);
    } while (bytes > 0 || BrotliEncoderHasMoreOutput(s));
    BrotliEncoderDestroyInstance(s);
}

static void pack(enum page_coding coding, const void *body, size_t bytes, bool whole, struct buf *out)
{
    switch (coding) {
    case PAGE_GZIP:
        gzip(body, bytes, whole, out);
        break;
    case PAGE_BROTLI:
        brotli(body, bytes, whole, out);
        break;
    case PAGE_IDENTITY:
    case PAGE_CODINGS:
        buf_add(out, body, bytes);
        break;
    }
}

void page_compress(enum page_coding coding, const void *body, size_t bytes, struct buf *out)
{
    pack(coding, body, bytes, true, out);
}

/* ---- endings ------------------------------------------------------------------------------------------- */

static void add_little_endian(struct buf *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_addc(out, (char)(value >> (8 * i) & 0xFF));
}

/*
 * RFC 1951, 3.2.4: after the flush the stream stands at a byte boundary, so the last block is a byte 0x01
 * (BFINAL=1, BTYPE=00 "stored", five bits of padding), LEN, its complement, and LEN bytes as they are.
 * RFC 1952, 2.3.1: then CRC32 and length of all that was compressed; the checksum goes on from the shared
 * beginning's.
 */
static void gzip_ending(const struct page *p, const void *tail, size_t bytes, struct buf *out)
{
    /* zlib starts afresh when it is given NULL, as an empty buffer may be */
    uLong crc = bytes > 0 ? crc32(p->crc, tail, (uInt)bytes) : p->crc;
    size_t prefix_bytes;

    (void)shared_bytes_data(p->body[PAGE_IDENTITY], &prefix_bytes);
    buf_addc(out, 0x01);
    add_little_endian(out, (uint32_t)bytes, 2);
    add_little_endian(out, (uint32_t)bytes ^ 0xFFFF, 2);
    buf_add(out, tail, bytes);
    add_little_endian(out, (uint32_t)crc, 4);
    add_little_endian(out, (uint32_t)(prefix_bytes + bytes), 4);
}

/*
 * RFC 7932, 9.2: the flush ended at a byte boundary. A meta-block that is stored as it is has, from the
 * lowest bit: ISLAST=0, MNIBBLES=00 (four nibbles), MLEN-1 in 16 bits, ISUNCOMPRESSED=1, padding to the byte:
 * three bytes. The stream ends with an empty last meta-block: ISLAST=1, ISLASTEMPTY=1, the byte 0x03.
 */
static void brotli_ending(const void *tail, size_t bytes, struct buf *out)
{
    enum { MLEN_BIT = 3, UNCOMPRESSED_BIT = 19 };

    if (bytes > 0) {
        add_little_endian(out, ((uint32_t)bytes - 1) << MLEN_BIT | UINT32_C(1) << UNCOMPRESSED_BIT, 3);
        buf_add(out, tail, bytes);
    }
    buf_addc(out, 0x03);
}

void page_ending(struct page *p, enum page_coding coding, const void *tail, size_t tail_bytes,
                 struct buf *out)
{
    enum { FRAME_MAX_BYTES = 13 }; /* gzip's: 5 before the tail, 8 behind it */

    assert(tail_bytes <= PAGE_TAIL_MAX_BYTES);
    buf_reserve(out, tail_bytes + FRAME_MAX_BYTES);
    switch (coding) {
    case PAGE_GZIP:
        gzip_ending(p, tail, tail_bytes, out);
        break;
    case PAGE_BROTLI:
        brotli_ending(tail, tail_bytes, out);
        break;
    case PAGE_IDENTITY:
    case PAGE_CODINGS:
        buf_add(out, tail, tail_bytes);
        break;
    }
}

/* ---- the cache ----------------------------------------------------------------------------------------- */

/* FNV-1a. The keys come from the store, not from strangers, so nobody can aim at one bucket. */
static struct page **bucket_of(struct page_cache *c, const char *key)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * UINT64_C(1099511628211);
    return &c->bucket[h % BUCKETS];
}

static size_t page_bytes(const struct page *p)
{
    size_t sum = sizeof *p + strlen(p->key) + 1;

    for (int i = 0; i < PAGE_CODINGS; i++) {
        size_t n = 0;

        if (p->body[i] != NULL)
            (void)shared_bytes_data(p->body[i], &n);
        sum += n;
    }
    return sum;
}

static void take_out_of_order(struct page *p)
{
    struct page_cache *c = p->cache;

    *(p->newer != NULL ? &p->newer->older : &c->newest) = p->older;
    *(p->older != NULL ? &p->older->newer : &c->oldest) = p->newer;
}

static void put_newest(struct page *p)
{
    struct page_cache *c = p->cache;

    p->newer = NULL;
    p->older = c->newest;
    *(c->newest != NULL ? &c->newest->newer : &c->oldest) = p;
    c->newest = p;
}

static void drop(struct page *p)
{
    struct page **link = bucket_of(p->cache, p->key);

    while (*link != p)
        link = &(*link)->next_in_bucket;
    *link = p->next_in_bucket;
    take_out_of_order(p);
    p->cache->bytes -= page_bytes(p);
    for (int i = 0; i < PAGE_CODINGS; i++)
        shared_bytes_release(p->body[i]);
    free(p->key);
    free(p);
}

struct page_cache *page_cache_new(size_t max_bytes)
{
    struct page_cache *c = mem_alloc(1, sizeof *c);

    c->max_bytes = max_bytes;
    return c;
}

void page_cache_clear(struct page_cache *c)
{
    while (c->oldest != NULL)
        drop(c->oldest);
}

void page_cache_free(struct page_cache *c)
{
    if (c == NULL)
        return;
    page_cache_clear(c);
    free(c);
}

size_t page_cache_bytes(const struct page_cache *c)
{
    return c->bytes;
}

struct page *page_cache_get(struct page_cache *c, const char *key)
{
    struct page *p = *bucket_of(c, key);

    while (p != NULL && strcmp(p->key, key) != 0)
        p = p->next_in_bucket;
    if (p != NULL) {
        take_out_of_order(p);
        put_newest(p);
    }
    return p;
}

struct page *page_cache_put(struct page_cache *c, const char *key, const void *prefix, size_t bytes)
{
    struct page *p = page_cache_get(c, key);
    struct page **bucket = bucket_of(c, key);

    if (p != NULL)
        drop(p);
    p = mem_alloc(1, sizeof *p);
    p->cache = c;
    p->key = mem_dup(key);
    p->body[PAGE_IDENTITY] = shared_bytes_new(prefix, bytes);
    p->crc = crc32(0, prefix, (uInt)bytes);
    p->next_in_bucket = *bucket;
    *bucket = p;
    put_newest(p);
    c->bytes += page_bytes(p);
    while (c->bytes > c->max_bytes && c->oldest != p)
        drop(c->oldest);
    return p;
}

const struct shared_bytes *page_prefix(struct page *p, enum page_coding coding)
{
    if (p->body[coding] == NULL) {
        struct buf packed = BUF_INIT;
        size_t bytes;
        const char *body = shared_bytes_data(p->body[PAGE_IDENTITY], &bytes);

        pack(coding, body, bytes, false, &packed);
        p->body[coding] = shared_bytes_new(packed.data, packed.bytes);
        p->cache->bytes += packed.bytes;
        buf_fini(&packed);
    }
    return shared_bytes_ref(p->body[coding]);
}
