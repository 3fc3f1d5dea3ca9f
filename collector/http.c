#include "collector/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "collector/http_reply.h"
#include "collector/listen.h"
#include "collector/message.h"
#include "collector/pages.h"
#include "collector/routes.h"
#include "core/base/mem.h"

enum {
    CONNECTION_BYTES = 16 * 1024,  /* head of the request, its cookies once more, and head of the reply */
    REPLY_HEAD_BYTES = 1536,       /* at most */
    FIELD_BYTES = 80,              /* that the library keeps of each header and cookie */
    CONNECTIONS_MAX = 32000,       /* far beyond the pupils that one machine serves */
    FILES_RESERVED = 64,           /* the store's, the listener's, the library's own */
    DISCARDED_MAX_BYTES = 1 << 20, /* of a body that nobody wants, before the connection is cut */
    DRAIN_STEP_MS = 10
};

/* One connection; known to the sweep, which may run on another thread. */
struct line {
    int fd;
    int64_t since_ms; /* when it came, or when its last reply was complete */
    struct line *next, *previous;
};

struct http {
    struct http_options o;
    struct site *site;
    struct MHD_Daemon *daemon;
    struct http_replies *replies; /* the server's thread's alone */
    struct listener listener;
    bool quiet; /* quiesced */
    atomic_bool closing;
    atomic_uint under_way; /* requests from their head to the end of their reply */
    pthread_mutex_t lock;
    struct line *lines; /* under the lock */
};

/* One request under way. */
struct call {
    struct request request; /* first: request_finish gives it back */
    struct http *http;
    struct MHD_Connection *connection;
    struct line *line;
    const struct route *route;
    struct http_reply *sent; /* NULL until there is one */
    size_t discarded_bytes;
    bool too_large;
    bool unclear;        /* where its body ends */
    bool head_too_large; /* no room for a reply's */
};

enum phase { RUNNING, SUSPENDED, FINISHED };

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the request -----------------------------------------------------------------------------------------
 */

static enum method method_of(const char *word)
{
    if (strcmp(word, MHD_HTTP_METHOD_GET) == 0)
        return METHOD_GET;
    if (strcmp(word, MHD_HTTP_METHOD_HEAD) == 0)
        return METHOD_HEAD;
    if (strcmp(word, MHD_HTTP_METHOD_POST) == 0)
        return METHOD_POST;
    return METHOD_OTHER;
}

static enum MHD_Result add_query(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct request *r = arg;

    (void)kind;
    if (r->queries == REQUEST_QUERY_MAX)
        return MHD_NO;
    r->query[r->queries++] = (struct request_pair){.name = name, .value = value != NULL ? value : ""};
    return MHD_YES;
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

    return value != NULL ? value : "";
}

static void resume(struct request *r)
{
    struct call *c = (struct call *)(void *)r;

    /* From the exchange on, the server's thread may end the call, unless it is suspended: then it waits for
     * what comes next. */
    struct MHD_Connection *connection = c->connection;
    if (atomic_exchange(&r->phase, FINISHED) == SUSPENDED)
        MHD_resume_connection(connection);
}

static struct call *call_new(struct http *h, struct MHD_Connection *connection, const char *path,
                             const char *method)
{
    struct call *c = mem_alloc(1, sizeof *c);
    struct request *r = &c->request;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    c->http = h;
    c->connection = connection;
    c->line = info != NULL ? info->socket_context : NULL;
    r->method = method_of(method);
    r->path = path;
    r->accept = header_of(connection, MHD_HTTP_HEADER_ACCEPT);
    r->accept_language = header_of(connection, MHD_HTTP_HEADER_ACCEPT_LANGUAGE);
    r->accept_encoding = header_of(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    r->content_type = header_of(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    r->resume = resume;
    atomic_init(&r->phase, RUNNING);
    (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_query, r);
    c->route = route_find(r);
    atomic_fetch_add(&h->under_way, 1);
    return c;
}

static void call_free(struct call *c)
{
    struct request *r = &c->request;

    if (r->own_free != NULL)
        r->own_free(r->own);
    secret_wipe(r->body.data, r->body.capacity);
    buf_fini(&r->body);
    reply_fini(&r->reply);
    http_reply_done(c->http->replies, c->sent);
    atomic_fetch_sub(&c->http->under_way, 1);
    free(c);
}

/* False when so much has come that nobody wants that the connection is to be cut. */
static bool take_body(struct call *c, const char *bytes, size_t count)
{
    size_t max_bytes = c->route->body_max_bytes;
    struct buf *body = &c->request.body;

    if (max_bytes > 0 && !c->too_large && body->bytes + count <= max_bytes) {
        buf_add(body, bytes, count);
        return true;
    }
    c->too_large = max_bytes > 0;
    c->discarded_bytes += count;
    return c->discarded_bytes <= DISCARDED_MAX_BYTES;
}

/* A body that is announced as too large is refused before it is sent, where the client waits to hear that or
 * where reading it to the end would cost too much; else it is read and dropped, so that the client, which
 * sends before it reads, gets the reply. */
static bool refuse_at_once(const struct call *c)
{
    const char *length = header_of(c->connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    unsigned long long announced = strtoull(length, NULL, 10);
    bool waits = header_of(c->connection, MHD_HTTP_HEADER_EXPECT)[0] != '\0';

    if (c->route->body_max_bytes == 0)
        return announced > DISCARDED_MAX_BYTES;
    return announced > DISCARDED_MAX_BYTES || (waits && announced > c->route->body_max_bytes);
}

/* What the head says of the body's length. */
struct framing {
    unsigned lengths, codings;
    bool odd; /* a coding other than "chunked", or a name that someone may read as another */
};

static enum MHD_Result add_framing(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct framing *f = arg;

    (void)kind;
    f->odd = f->odd || name[strcspn(name, " \t\r")] != '\0';
    if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
        f->lengths++;
    } else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        f->codings++;
        f->odd = f->odd || value == NULL || strcasecmp(value, "chunked") != 0;
    }
    return MHD_YES;
}

/* The web server in front sends many clients' requests over one connection. Where it and the library could
 * find another end of a body, what is left of it would be the next child's request (RFC 9112, 6.3). */
static bool is_unclear(struct MHD_Connection *connection)
{
    struct framing f = {0};

    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, add_framing, &f);
    return f.odd || f.lengths + f.codings > 1;
}

static enum MHD_Result add_room(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    size_t *bytes = arg;

    (void)kind;
    *bytes += FIELD_BYTES;
    if (strcasecmp(name, MHD_HTTP_HEADER_COOKIE) == 0 && value != NULL)
        *bytes += strlen(value);
    return MHD_YES;
}

/* The library would take the answers, and then find no room to say so. */
static bool is_head_too_large(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t bytes = info == NULL ? CONNECTION_BYTES : info->header_size;

    (void)MHD_get_connection_values(
        connection, (enum MHD_ValueKind)(MHD_HEADER_KIND | MHD_COOKIE_KIND | MHD_GET_ARGUMENT_KIND), add_room,
        &bytes);
    return bytes > CONNECTION_BYTES - REPLY_HEAD_BYTES;
}

static enum MHD_Result send_reply(struct call *c)
{
    struct http *h = c->http;
    bool last = atomic_load(&h->closing) || c->unclear || c->head_too_large;

    return http_reply_queue(h->replies, c->connection, &c->request.reply, last, &c->sent) ? MHD_YES : MHD_NO;
}

static enum MHD_Result answer(struct call *c)
{
    struct request *r = &c->request;
    enum handled handled;

    if (c->head_too_large)
        handled = page_head_too_large(c->http->site, r);
    else if (c->unclear)
        handled = page_bad_request(c->http->site, r);
    else if (c->too_large)
        handled = page_too_large(c->http->site, r);
    else
        handled = c->route->handler(c->http->site, r);
    if (handled == HANDLED_NOW)
        return send_reply(c);
    if (atomic_load(&r->phase) == FINISHED) {
        r->later(r);
        return send_reply(c);
    }
    MHD_suspend_connection(c->connection);
    if (atomic_exchange(&r->phase, SUSPENDED) == FINISHED) {
        atomic_store(&r->phase, FINISHED);
        MHD_resume_connection(c->connection);
    }
    return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_bytes, void **context)
{
    struct http *h = arg;
    struct call *c = *context;

    (void)version;
    if (c == NULL) {
        *context = c = call_new(h, connection, path, method);
        c->head_too_large = is_head_too_large(connection);
        c->unclear = is_unclear(connection);
        c->too_large = refuse_at_once(c);
        return c->head_too_large || c->unclear || c->too_large ? answer(c) : MHD_YES;
    }
    if (*body_bytes > 0) {
        bool taken = take_body(c, body, *body_bytes);

        *body_bytes = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    if (atomic_load(&c->request.phase) == FINISHED) {
        c->request.later(&c->request);
        return send_reply(c);
    }
    return answer(c);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode how)
{
    struct http *h = arg;
    struct call *c = *context;

    (void)connection;
    (void)how;
    if (c == NULL)
        return;
    if (c->line != NULL) {
        pthread_mutex_lock(&h->lock);
        c->line->since_ms = clock_ms();
        pthread_mutex_unlock(&h->lock);
    }
    call_free(c);
    *context = NULL;
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http *h = arg;
    struct line *line = *context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

        line = mem_alloc(1, sizeof *line);
        line->fd = info != NULL ? info->connect_fd : -1;
        line->since_ms = clock_ms();
        pthread_mutex_lock(&h->lock);
        line->next = h->lines;
        if (h->lines != NULL)
            h->lines->previous = line;
        h->lines = line;
        pthread_mutex_unlock(&h->lock);
        *context = line;
        return;
    }
    /* The descriptor is closed only after this. */
    pthread_mutex_lock(&h->lock);
    if (line->previous != NULL)
        line->previous->next = line->next;
    else
        h->lines = line->next;
    if (line->next != NULL)
        line->next->previous = line->previous;
    pthread_mutex_unlock(&h->lock);
    free(line);
    *context = NULL;
}

/* What the library would say about a request must not be written anywhere. */
static void on_log(void *arg, const char *fmt, va_list ap)
{
    (void)arg;
    (void)fmt;
    (void)ap;
}

/* ---- start and end ---------------------------------------------------------------------------------------
 */

struct http_options http_defaults(const char *listen)
{
    return (struct http_options){.listen = listen, .idle_s = 20, .deadline_s = 60};
}

static unsigned connection_limit(void)
{
    unsigned long files = listener_raise_files();

    if (files > CONNECTIONS_MAX + FILES_RESERVED)
        return CONNECTIONS_MAX;
    return files > 2 * FILES_RESERVED ? (unsigned)files - FILES_RESERVED : FILES_RESERVED;
}

static struct MHD_Daemon *daemon_new(struct http *h)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL,
        NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET,
        h->listener.fd, MHD_OPTION_CONNECTION_LIMIT, connection_limit(), MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, h->o.idle_s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h, MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
        MHD_OPTION_END);
}

bool http_start(const struct http_options *options, struct site *site, struct http **out, struct err *e)
{
    struct http *h = mem_alloc(1, sizeof *h);

    *out = NULL;
    h->o = *options;
    h->site = site;
    if (!listener_open(options->listen, &h->listener, e)) {
        free(h);
        return false;
    }
    pthread_mutex_init(&h->lock, NULL);
    h->replies = http_replies_new();
    h->daemon = daemon_new(h);
    if (h->daemon == NULL) {
        err_set(e, ERR_IO, "the web server could not be started on %s", options->listen);
        close(h->listener.fd);
        listener_fini(&h->listener);
        http_replies_free(h->replies);
        pthread_mutex_destroy(&h->lock);
        free(h);
        return false;
    }
    *out = h;
    return true;
}

const char *http_address(const struct http *h)
{
    return h->listener.address;
}

void http_sweep(struct http *h)
{
    int64_t latest_ms = clock_ms() - (int64_t)h->o.deadline_s * 1000;

    pthread_mutex_lock(&h->lock);
    for (struct line *line = h->lines; line != NULL; line = line->next) {
        if (line->since_ms < latest_ms && line->fd >= 0)
            shutdown(line->fd, SHUT_RDWR); /* the server's thread sees the end and closes */
    }
    pthread_mutex_unlock(&h->lock);
}

void http_quiesce(struct http *h)
{
    atomic_store(&h->closing, true);
    MHD_socket fd = MHD_quiesce_daemon(h->daemon);

    h->quiet = true;
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

bool http_drain(struct http *h, int timeout_ms)
{
    int64_t until_ms = clock_ms() + timeout_ms;
    const struct timespec step = {.tv_nsec = DRAIN_STEP_MS * 1000000L};

    while (atomic_load(&h->under_way) > 0) {
        if (clock_ms() >= until_ms)
            return false;
        nanosleep(&step, NULL);
    }
    return true;
}

void http_stop(struct http *h)
{
    if (h == NULL)
        return;
    if (!h->quiet)
        http_quiesce(h);
    MHD_stop_daemon(h->daemon);
    http_replies_free(h->replies);
    listener_fini(&h->listener);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
