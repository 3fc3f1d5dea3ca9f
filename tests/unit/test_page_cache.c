/* Goal: shared beginning and own ending together are one valid stream in every coding, as the libraries that
 * browsers use decode them; and the cache keeps to its bound and hands out nothing stale. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <brotli/decode.h>
#include <zlib.h>

#include "collector/page_cache.h"
#include "core/base/mem.h"

/* Text that compresses like a page: words, with numbers between. */
static void fill(struct buf *b, size_t bytes)
{
    unsigned seed = 1;

    while (b->bytes < bytes) {
        seed = seed * 1103515245u + 12345u;
        buf_addf(b, "<label>%s %u</label>\n", seed & 0x10000 ? "ja" : "nej", seed >> 20);
    }
    b->bytes = bytes;
}

static void gunzip(const struct buf *in, struct buf *out)
{
    z_stream z = {.next_in = (Bytef *)in->data, .avail_in = (uInt)in->bytes};
    unsigned char chunk[5000];
    int r;

    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    do {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        r = inflate(&z, Z_NO_FLUSH);
        assert_true(r == Z_OK || r == Z_STREAM_END); /* checksum and length included */
        buf_add(out, chunk, sizeof chunk - z.avail_out);
    } while (r != Z_STREAM_END);
    assert_int_equal(z.avail_in, 0); /* nothing after the end */
    (void)inflateEnd(&z);
}

static void unbrotli(const struct buf *in, struct buf *out)
{
    BrotliDecoderState *s = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    const uint8_t *next = (const uint8_t *)in->data;
    size_t left = in->bytes;
    BrotliDecoderResult r;
    uint8_t chunk[5000];

    do {
        uint8_t *at = chunk;
        size_t room = sizeof chunk;

        r = BrotliDecoderDecompressStream(s, &left, &next, &room, &at, NULL);
        assert_true(r == BROTLI_DECODER_RESULT_SUCCESS || r == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
        buf_add(out, chunk, sizeof chunk - room);
    } while (r != BROTLI_DECODER_RESULT_SUCCESS);
    assert_int_equal(left, 0);
    BrotliDecoderDestroyInstance(s);
}

static void decode(enum page_coding coding, const struct buf *in, struct buf *out)
{
    if (coding == PAGE_GZIP)
        gunzip(in, out);
    else if (coding == PAGE_BROTLI)
        unbrotli(in, out);
    else
        buf_add(out, in->data, in->bytes);
}

static void check_reply(struct page *p, enum page_coding coding, const struct buf *prefix,
                        const struct buf *tail)
{
    struct buf wire = BUF_INIT;
    struct buf got = BUF_INIT;
    const struct shared_bytes *head = page_prefix(p, coding);
    size_t bytes;
    const char *data = shared_bytes_data(head, &bytes);

    buf_add(&wire, data, bytes);
    page_ending(p, coding, tail->data, tail->bytes, &wire);
    decode(coding, &wire, &got);
    assert_int_equal(got.bytes, prefix->bytes + tail->bytes);
    assert_memory_equal(got.data, prefix->data, prefix->bytes);
    if (tail->bytes > 0)
        assert_memory_equal(got.data + prefix->bytes, tail->data, tail->bytes);
    shared_bytes_release(head);
    buf_fini(&wire);
    buf_fini(&got);
}

static void test_streams(void **state)
{
    static const size_t prefixes[] = {1, 2, 100, 16383, 16384, 30000, 70000, 300000};
    static const size_t tails[] = {0, 1, 2, 7, 120, 255, 256, 4096, 60000, PAGE_TAIL_MAX_BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        struct page_cache *c = page_cache_new(1000000);
        struct buf prefix = BUF_INIT;
        struct page *p;

        fill(&prefix, prefixes[i]);
        p = page_cache_put(c, "k", prefix.data, prefix.bytes);
        for (size_t j = 0; j < sizeof tails / sizeof tails[0]; j++) {
            struct buf tail = BUF_INIT;

            fill(&tail, tails[j]);
            for (enum page_coding k = PAGE_IDENTITY; k < PAGE_CODINGS; k++)
                check_reply(p, k, &prefix, &tail);
            buf_fini(&tail);
        }
        buf_fini(&prefix);
        page_cache_free(c);
    }
}

/* Two replies from one page differ in their tails only, and neither disturbs the other. */
static void test_shared(void **state)
{
    struct page_cache *c = page_cache_new(1000000);
    struct buf prefix = BUF_INIT;
    struct page *p;
    const struct shared_bytes *a;
    const struct shared_bytes *b;
    size_t bytes;

    (void)state;
    fill(&prefix, 20000);
    p = page_cache_put(c, "k", prefix.data, prefix.bytes);
    a = page_prefix(p, PAGE_GZIP);
    b = page_prefix(p, PAGE_GZIP);
    assert_ptr_equal(a, b);
    page_cache_free(c); /* what was handed out lives on */
    (void)shared_bytes_data(a, &bytes);
    assert_true(bytes > 100 && bytes < 20000);
    shared_bytes_release(a);
    shared_bytes_release(b);
    buf_fini(&prefix);
}

static void test_whole(void **state)
{
    struct buf body = BUF_INIT;

    (void)state;
    fill(&body, 50000);
    for (enum page_coding k = PAGE_IDENTITY; k < PAGE_CODINGS; k++) {
        struct buf packed = BUF_INIT;
        struct buf got = BUF_INIT;

        page_compress(k, body.data, body.bytes, &packed);
        decode(k, &packed, &got);
        assert_int_equal(got.bytes, body.bytes);
        assert_memory_equal(got.data, body.data, body.bytes);
        buf_fini(&packed);
        buf_fini(&got);
    }
    buf_fini(&body);
}

static void test_bound(void **state)
{
    enum { KEYS = 3000, BYTES = 1000, ROOM = 100000 };
    struct page_cache *c = page_cache_new(ROOM);
    struct buf body = BUF_INIT;
    size_t kept = 0;

    (void)state;
    fill(&body, BYTES);
    for (int i = 0; i < KEYS; i++) {
        char *key = mem_printf("CODE%d sv", i);
        struct page *p = page_cache_put(c, key, body.data, body.bytes);

        shared_bytes_release(page_prefix(p, PAGE_BROTLI));
        assert_non_null(page_cache_get(c, "CODE0 sv")); /* in use, so never the least recently used */
        free(key);
    }
    for (int i = 0; i < KEYS; i++) {
        char *key = mem_printf("CODE%d sv", i);

        kept += page_cache_get(c, key) != NULL;
        free(key);
    }
    assert_true(kept > ROOM / BYTES / 2 && kept < ROOM / BYTES);
    assert_true(page_cache_bytes(c) <= ROOM + BYTES);
    assert_null(page_cache_get(c, "CODE1 sv"));
    assert_non_null(page_cache_get(c, "CODE2999 sv"));
    page_cache_clear(c);
    assert_int_equal(page_cache_bytes(c), 0);
    assert_null(page_cache_get(c, "CODE0 sv"));
    page_cache_free(c);
    buf_fini(&body);
}

static void test_replace_and_too_large(void **state)
{
    struct page_cache *c = page_cache_new(500);
    struct buf body = BUF_INIT;
    struct page *p;
    size_t bytes;
    const struct shared_bytes *s;

    (void)state;
    fill(&body, 2000);
    (void)page_cache_put(c, "a", "old", 3);
    p = page_cache_put(c, "a", "newer", 5);
    assert_ptr_equal(page_cache_get(c, "a"), p);
    s = page_prefix(p, PAGE_IDENTITY);
    assert_memory_equal(shared_bytes_data(s, &bytes), "newer", 5);
    assert_int_equal(bytes, 5);
    shared_bytes_release(s);
    p = page_cache_put(c, "b", body.data,
                       body.bytes); /* larger than the cache: the newest stays all the same */
    assert_ptr_equal(page_cache_get(c, "b"), p);
    assert_null(page_cache_get(c, "a"));
    page_cache_free(c);
    page_cache_free(NULL);
    buf_fini(&body);
}

static void test_coding(void **state)
{
    static const struct {
        const char *header, *want;
    } cases[] = {
        {"", NULL},        {"gzip", "gzip"}, {"gzip, deflate, br, zstd", "br"}, {"gzip, br;q=0", "gzip"},
        {"deflate", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct request r = {.accept_encoding = cases[i].header};
        const char *name = page_coding_name(page_coding_for(&r));

        if (cases[i].want == NULL)
            assert_null(name);
        else
            assert_string_equal(name, cases[i].want);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_shared),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_bound),
        cmocka_unit_test(test_replace_and_too_large),
        cmocka_unit_test(test_coding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
