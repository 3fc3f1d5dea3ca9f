#ifndef TLD_COLLECTOR_PAGE_CACHE_H
#define TLD_COLLECTOR_PAGE_CACHE_H

/*
 * Pages that differ from reply to reply only in their last hundred bytes (the submission key). The long
 * beginning is kept, compressed once per coding on first use; a reply is those shared bytes followed by a
 * short ending made for it, and the two together are one valid gzip or brotli stream.
 *
 * The cache, its pages and their references belong to one thread: the event loop's. A pool of loops gives
 * each its own cache. The only home of <zlib.h> and <brotli/encode.h>.
 *
 *     struct page *p = page_cache_get(cache, "AC34EFGH sv");
 *     if (p == NULL)
 *         p = page_cache_put(cache, "AC34EFGH sv", prefix.data, prefix.bytes);
 *     page_prefix(p, coding, &head, &head_bytes);
 *     page_ending(p, coding, tail.data, tail.bytes, &ending);
 *     … send head, then ending; in the response's free callback: page_release(p) …
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"

enum page_coding { PAGE_IDENTITY, PAGE_GZIP, PAGE_BROTLI, PAGE_CODINGS };

/* The best coding that an Accept-Encoding header allows (RFC 9110, 12.5.3), brotli before gzip before
 * identity; PAGE_IDENTITY when the header is NULL. */
enum page_coding page_coding_choose(const char *accept_encoding);

/* The Content-Encoding of a coding: "br", "gzip"; NULL for identity. */
const char *page_coding_name(enum page_coding coding);

struct page;
struct page_cache;

/* Keeps at most max_bytes of pages (all codings, least recently used go first); a page larger than that is
 * still handed out, but not kept. */
struct page_cache *page_cache_new(size_t max_bytes);
void page_cache_free(struct page_cache *c); /* pages that someone still holds live on until released */

/* Each returned page is one reference, to be given back with page_release. get: NULL when it is not there. */
struct page *page_cache_get(struct page_cache *c, const char *key);
struct page *page_cache_put(struct page_cache *c, const char *key, const void *prefix, size_t bytes);
void page_release(struct page *p); /* NULL is allowed */

/* Forgets all pages: call it when a round's state, a unit's name or a list of classes may have changed. */
void page_cache_clear(struct page_cache *c);
size_t page_cache_bytes(const struct page_cache *c); /* now kept */

/* The shared beginning; valid until the page is released. Compresses on the first call for a coding. */
void page_prefix(struct page *p, enum page_coding coding, const uint8_t **bytes, size_t *count);

enum { PAGE_TAIL_MAX_BYTES = 60 * 1024 };

/* Appends the ending that carries `tail` (1..PAGE_TAIL_MAX_BYTES) after page_prefix of the same coding. */
void page_ending(struct page *p, enum page_coding coding, const void *tail, size_t tail_bytes,
                 struct buf *out);

/* A whole body in one piece, for pages that are not kept. */
void page_compress(enum page_coding coding, const void *body, size_t bytes, struct buf *out);

#endif
