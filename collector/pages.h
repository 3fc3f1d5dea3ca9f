#ifndef TLD_COLLECTOR_PAGES_H
#define TLD_COLLECTOR_PAGES_H

/* One handler for each row of the route table: reads the request, fills the reply. Run on the server's
 * thread; none of them blocks. */

#include "collector/message.h"
#include "collector/site.h"

enum handled page_start(struct site *site, struct request *r); /* GET /        a code can be typed here */
enum handled page_form(struct site *site, struct request *r);  /* GET /{access} */
enum handled page_form_shared(struct site *site, struct request *r); /* GET /{access}/delad */
enum handled page_slip(struct site *site, struct request *r);        /* GET /{access}/{code} */
enum handled page_answer(struct site *site, struct request *r);      /* POST /{access} */
enum handled page_thanks(struct site *site, struct request *r);      /* GET /{access}/tack */
enum handled page_health(struct site *site, struct request *r);      /* GET /halsa   200 or 503 */
enum handled page_robots(struct site *site, struct request *r);      /* GET /robots.txt */

enum handled page_privacy(struct site *site, struct request *r);       /* GET /integritet */
enum handled page_accessibility(struct site *site, struct request *r); /* GET /tillganglighet */

enum handled page_not_found(struct site *site, struct request *r);
enum handled page_bad_method(struct site *site, struct request *r); /* reply.allow is filled already */
enum handled page_bad_request(struct site *site, struct request *r);
enum handled page_head_too_large(struct site *site, struct request *r);
enum handled page_too_large(struct site *site, struct request *r);

#endif
