#ifndef TLD_COLLECTOR_PAGE_CACHE_H
#define TLD_COLLECTOR_PAGE_CACHE_H

/*
 * Pages that differ from reply to reply only in their last hundred bytes (the submission key). The long
 * beginning is kept, compressed once per coding on first use; a reply is those shared bytes followed by a
 * short ending made for it, and the two together are one valid gzip or brotli stream.
 *
 * The cache and its pages belong to one thread, the event loop's; a pool of loops gives each its own cache.
 * The shared bytes that it hands out may be released by any thread. The only home of <zlib.h> and
 * <brotli/encode.h>.
 *
 *     struct page *p = page_cache_get(cache, "AC34EFGH sv");
 *
 *     if (p == NULL)
 *         p = page_cache_put(cache, "AC34EFGH sv", prefix.data, prefix.bytes);
 *     reply->encoding = page_coding_name(coding);
 *     reply->head = page_prefix(p, coding);
 *     page_ending(p, coding, tail.data, tail.bytes, &reply->body);
 */

#include <stddef.h>
#include <stdint.h>

#include "collector/message.h"
#include "core/base/buf.h"

enum page_coding { PAGE_IDENTITY, PAGE_GZIP, PAGE_BROTLI, PAGE_CODINGS };

/* The best coding for a request: brotli, gzip, identity. */
enum page_coding page_coding_for(const struct request *r);

/* The Content-Encoding of a coding: "br", "gzip"; NULL for identity. */
const char *page_coding_name(enum page_coding coding);

struct page;
struct page_cache;

/* Keeps at most max_bytes of pages (all codings; the least recently used go first), always the newest one. */
struct page_cache *page_cache_new(size_t max_bytes);
void page_cache_free(struct page_cache *c);

/* get: NULL when it is not there; put: copies, and replaces a page of the same key. A page is valid until the
 * next put, clear or free. */
struct page *page_cache_get(struct page_cache *c, const char *key);
struct page *page_cache_put(struct page_cache *c, const char *key, const void *prefix, size_t bytes);

/* Forgets all pages: call it when a round's state, a unit's name or a list of classes may have changed. */
void page_cache_clear(struct page_cache *c);
size_t page_cache_bytes(const struct page_cache *c); /* now kept */

/* A new reference to the shared beginning. Compresses on the first call for a coding. */
const struct shared_bytes *page_prefix(struct page *p, enum page_coding coding);

enum { PAGE_TAIL_MAX_BYTES = 60 * 1024 };

/* Appends the ending that carries `tail` (at most PAGE_TAIL_MAX_BYTES), to stand after page_prefix of that
 * coding.
 */
void page_ending(struct page *p, enum page_coding coding, const void *tail, size_t tail_bytes,
                 struct buf *out);

/* A whole body in one piece, for pages that are not kept. */
void page_compress(enum page_coding coding, const void *body, size_t bytes, struct buf *out);

#endif
