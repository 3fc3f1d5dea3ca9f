#ifndef TLD_COLLECTOR_LINK_H
#define TLD_COLLECTOR_LINK_H

/* The one builder of links: from the public address and an access code to what is listed, printed and
 * encoded. */

#include <stdbool.h>

#include "core/base/err.h"

enum { PUBLIC_URL_MAX_BYTES = 200 };

/* What stands behind the code in the link of a tablet that children pass on. */
#define LINK_SHARED "/delad"

/*
 * Checks a public address, "https://tld.exempelkommun.se" or "http://127.0.0.1:8080/enkat/", and gives it as
 * it is kept: scheme and host in lower case, no '/' at the end. *out is the caller's. ERR_INPUT, ERR_LIMIT:
 * not http(s), no host, a bad port, user, query or fragment, or a character that does not belong in an
 * address (a host with å, ä or ö is written in its xn-- form).
 */
bool public_url_read(const char *s, char **out, struct err *e) __attribute__((warn_unused_result));

/* The link of an access code: "https://tld.exempelkommun.se/QXM4KWRH". The result is the caller's. */
char *link_make(const char *public_url, const char *access_code);

/*
 * The same link as its QR code has it: scheme and host in upper case, so that the code needs few modules
 * ("HTTPS://TLD.EXEMPELKOMMUN.SE/QXM4KWRH"). Case means nothing there (RFC 3986, 6.2.2.1); a path in the
 * public address is left alone.
 */
char *link_qr(const char *public_url, const char *access_code);

/* The same of a slip: the link and its one-time code, "HTTPS://TLD.EXEMPELKOMMUN.SE/QXM4KWRH/7A3CD4EF". */
char *link_slip_qr(const char *public_url, const char *access_code, const char *code);

/* The link of a tablet that children pass on, "https://tld.exempelkommun.se/QXM4KWRH/delad", and as its QR
 * code has it. In a path and not as "?delad", which would cost the code its small alphabet; no one-time code
 * can read so. */
char *link_shared(const char *public_url, const char *access_code);
char *link_shared_qr(const char *public_url, const char *access_code);

/* What a person types before the code: "tld.exempelkommun.se/"; "http://" is kept, "https://" left out. */
char *link_typed(const char *public_url);

#endif
