/*
 * Load for a server on this machine: keeps N connections busy for S seconds and prints one line of JSON.
 *
 *   load --port P --connections N --seconds S [--rate R] --get PATH [--encoding gzip]
 *   load --port P --connections N --seconds S [--rate R] --post ROUND --store FILE
 *
 * --post sends answers that the server takes as real: it mints submission keys with the store's secret, each
 * used once, and answers every question of the form that belongs to a class's link. --rate sends so many
 * requests a second at fixed moments and counts waiting from the moment, not from the sending (no coordinated
 * omission); without it each connection sends as soon as it got its reply. --hold only keeps the connections
 * open.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/domain/form_load.h"
#include "core/store/store.h"

enum { REPLY_MAX = 128 * 1024, STATUS_MAX = 600, CONNECTIONS_MAX = 20000 };

struct load_target {
    char access[ACCESS_CODE_BYTES];
    int form;
};

struct load {
    int port, connections, seconds;
    double rate;
    bool hold;
    const char *get, *encoding, *round, *store_address;
    FILE *acknowledged; /* or NULL */
    bool dead;          /* the server is gone, and that was allowed */
    struct store *store;
    struct form **form;
    size_t forms;
    struct load_target *target;
    size_t targets;
    uint64_t random;
    long status[STATUS_MAX];
    long broken;
    long replies;
    uint32_t *latency_us;
    size_t latencies, latency_room;
};

struct connection {
    int fd;
    bool busy;
    struct buf out;
    size_t sent;
    char *in;
    size_t got;
    uint64_t began_ns;
    uint8_t nonce[SUBMISSION_NONCE_BYTES];
};

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(1);
}

static uint64_t random_next(struct load *l)
{
    l->random ^= l->random << 13;
    l->random ^= l->random >> 7;
    l->random ^= l->random << 17;
    return l->random;
}

/* ---- what is sent
 * ------------------------------------------------------------------------------------------- */

static void load_targets(struct load *l)
{
    struct err e = ERR_INIT;
    struct pinned_form *pinned = NULL;
    struct access *access = NULL;
    size_t count = 0;

    if (!store_open(l->store_address, STORE_READ, &l->store, &e) ||
        !store_round_forms(l->store, l->round, &pinned, &l->forms, &e) ||
        !store_access_list(l->store, l->round, &access, &count, &e)) {
        (void)fprintf(stderr, "load: %s\n", e.text);
        exit(1);
    }
    l->form = mem_alloc(l->forms, sizeof(struct form *));
    for (size_t i = 0; i < l->forms; i++) {
        struct faults faults;

        faults_init(&faults);
        if (!form_parse(pinned[i].id, pinned[i].source, pinned[i].source_bytes, &l->form[i], &faults, &e))
            exit(1);
        faults_fini(&faults);
    }
    l->target = mem_alloc(count, sizeof *l->target);
    for (size_t i = 0; i < count; i++) {
        struct load_target *t = &l->target[l->targets];

        if (access[i].group_id == 0)
            continue;
        memcpy(t->access, access[i].code, sizeof t->access);
        for (size_t f = 0; f < l->forms; f++)
            if (memcmp(l->form[f]->hash, access[i].form_hash, FORM_HASH_BYTES) == 0)
                t->form = (int)f;
        l->targets++;
    }
    if (l->targets == 0) {
        (void)fprintf(stderr, "load: the round has no class links\n");
        exit(1);
    }
    free(access);
    pinned_forms_free(pinned, l->forms);
}

static void write_post(struct load *l, struct connection *c)
{
    struct buf *out = &c->out;
    const struct load_target *t = &l->target[random_next(l) % l->targets];
    const struct form *f = l->form[t->form];
    char key[SUBMISSION_KEY_BYTES];
    struct buf body = BUF_INIT;

    secret_random(c->nonce, sizeof c->nonce);
    submission_key_write(store_submission_secret(l->store), t->access, c->nonce, key);
    for (int q = 0; q < f->questions; q++)
        buf_addf(&body, "%s=%d&", f->question[q].id,
                 1 + (int)(random_next(l) % (unsigned)form_scale_of(f, q)->options));
    buf_addf(&body, "key=%s", key);
    buf_addf(out,
             "POST /%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
             "Content-Length: %zu\r\n\r\n",
             t->access, body.bytes);
    buf_add(out, body.data, body.bytes);
    buf_fini(&body);
}

static void write_get(const struct load *l, struct buf *out)
{
    buf_addf(out, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", l->get);
    if (l->encoding != NULL)
        buf_addf(out, "Accept-Encoding: %s\r\n", l->encoding);
    buf_adds(out, "\r\n");
}

/* ---- connections
 * -------------------------------------------------------------------------------------------- */

/* False when the server is gone and --acknowledged allows it. */
static bool connection_open(struct load *l, struct connection *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->port)};
    int one = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0)
        die("socket");
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) != 0) {
        if (l->acknowledged == NULL)
            die("connect");
        (void)close(c->fd);
        c->fd = -1;
        l->dead = true;
        return false;
    }
    (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0)
        die("fcntl");
    c->got = 0;
    c->busy = false;
    return true;
}

static void watch(int epoll, struct connection *c, int op)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

    if (epoll_ctl(epoll, op, c->fd, &ev) != 0)
        die("epoll_ctl");
}

static bool connection_send(struct connection *c)
{
    while (c->sent < c->out.bytes) {
        ssize_t n = send(c->fd, c->out.data + c->sent, c->out.bytes - c->sent, MSG_NOSIGNAL);

        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            (void)poll(NULL, 0, 1); /* requests are far smaller than a socket buffer: this hardly happens */
            continue;
        }
        if (n <= 0)
            return false;
        c->sent += (size_t)n;
    }
    return true;
}

static bool connection_start(struct load *l, struct connection *c, uint64_t began_ns)
{
    buf_clear(&c->out);
    c->sent = 0;
    c->got = 0;
    if (l->get != NULL)
        write_get(l, &c->out);
    else
        write_post(l, c);
    c->began_ns = began_ns;
    c->busy = true;
    return connection_send(c);
}

static const char *header_value(const char *head, const char *name)
{
    size_t n = strlen(name);

    for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, n) == 0 && line[n] == ':')
            return line + n + 1;
    }
    return NULL;
}

/* 1 a whole reply is there, 0 more to come, -1 broken or closed. */
static int connection_read(struct load *l, struct connection *c)
{
    char *end;
    const char *length;
    int status;

    for (;;) {
        ssize_t n = recv(c->fd, c->in + c->got, REPLY_MAX - c->got, 0);

        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0)
            return -1;
        c->got += (size_t)n;
        if (c->got == REPLY_MAX)
            return -1;
    }
    c->in[c->got] = '\0';
    end = strstr(c->in, "\r\n\r\n");
    if (end == NULL)
        return 0;
    *end = '\0';
    length = header_value(c->in, "Content-Length");
    status = atoi(c->in + 9);
    *end = '\r';
    if (length == NULL || status <= 0 || status >= STATUS_MAX)
        return -1;
    if (c->got < (size_t)(end + 4 - c->in) + strtoul(length, NULL, 10))
        return 0;
    l->status[status]++;
    if (l->acknowledged != NULL && status == 303) {
        for (size_t i = 0; i < sizeof c->nonce; i++)
            (void)fprintf(l->acknowledged, "%02x", c->nonce[i]);
        (void)fputc('\n', l->acknowledged);
    }
    return 1;
}

static void note_latency(struct load *l, uint64_t ns)
{
    l->latency_us = mem_room(l->latency_us, l->latencies, &l->latency_room, sizeof *l->latency_us);
    l->latency_us[l->latencies++] = (uint32_t)(ns / 1000);
}

/* ---- the run
 * ------------------------------------------------------------------------------------------------ */

static void reopen(struct load *l, int epoll, struct connection *c)
{
    l->broken++;
    (void)close(c->fd);
    if (connection_open(l, c))
        watch(epoll, c, EPOLL_CTL_ADD);
}

static void drive(struct load *l, int epoll, struct connection *all)
{
    uint64_t begin = now_ns();
    uint64_t stop = begin + (uint64_t)l->seconds * 1000000000u;
    uint64_t gap = l->rate > 0 ? (uint64_t)(1e9 / l->rate) : 0;
    uint64_t due = begin;
    struct connection **idle = mem_alloc((size_t)l->connections, sizeof *idle);
    int idles = 0;
    struct epoll_event events[512];

    for (int i = 0; i < l->connections; i++)
        idle[idles++] = &all[i];
    for (uint64_t now = begin; now < stop && !l->dead; now = now_ns()) {
        while (idles > 0 && !l->dead && (gap == 0 || due <= now)) {
            struct connection *c = idle[--idles];

            if (!connection_start(l, c, gap == 0 ? now_ns() : due))
                reopen(l, epoll, c);
            due += gap;
        }
        int n = epoll_wait(epoll, events, 512, gap == 0 || idles == 0 ? 100 : 1);

        for (int i = 0; i < n && !l->dead; i++) {
            struct connection *c = events[i].data.ptr;
            int r = connection_read(l, c);

            if (r < 0)
                reopen(l, epoll, c);
            if (r > 0) {
                l->replies++;
                note_latency(l, now_ns() - c->began_ns);
            }
            if (r != 0) {
                c->busy = false;
                idle[idles++] = c;
            }
        }
    }
    free(idle);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static double percentile_ms(const struct load *l, double p)
{
    size_t at = (size_t)(p * (double)l->latencies);

    if (l->latencies == 0)
        return 0;
    return l->latency_us[at < l->latencies ? at : l->latencies - 1] / 1000.0;
}

static void print_result(struct load *l, double seconds)
{
    const char *sep = "";

    qsort(l->latency_us, l->latencies, sizeof *l->latency_us, by_value);
    printf("{\"replies\": %ld, \"per_s\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f, "
           "\"broken\": %ld, \"status\": {",
           l->replies, (double)l->replies / seconds, percentile_ms(l, .5), percentile_ms(l, .99),
           percentile_ms(l, 1), l->broken);
    for (int s = 0; s < STATUS_MAX; s++) {
        if (l->status[s] == 0)
            continue;
        printf("%s\"%d\": %ld", sep, s, l->status[s]);
        sep = ", ";
    }
    printf("}}\n");
}

static void parse(struct load *l, int argc, char **argv)
{
    static const struct option options[] = {
        {"port", 1, NULL, 'p'},    {"connections", 1, NULL, 'c'},
        {"seconds", 1, NULL, 's'}, {"rate", 1, NULL, 'r'},
        {"get", 1, NULL, 'g'},     {"encoding", 1, NULL, 'e'},
        {"post", 1, NULL, 'P'},    {"store", 1, NULL, 'S'},
        {"hold", 0, NULL, 'h'},    {"acknowledged", 1, NULL, 'a'},
        {NULL, 0, NULL, 0},
    };

    for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (o) {
        case 'p':
            l->port = atoi(optarg);
            break;
        case 'c':
            l->connections = atoi(optarg);
            break;
        case 's':
            l->seconds = atoi(optarg);
            break;
        case 'r':
            l->rate = atof(optarg);
            break;
        case 'g':
            l->get = optarg;
            break;
        case 'e':
            l->encoding = optarg;
            break;
        case 'P':
            l->round = optarg;
            break;
        case 'S':
            l->store_address = optarg;
            break;
        case 'a':
            l->acknowledged = fopen(optarg, "a");
            if (l->acknowledged == NULL)
                die(optarg);
            break;
        case 'h':
            l->hold = true;
            break;
        default:
            exit(2);
        }
    }
    if (l->port <= 0 || l->connections <= 0 || l->connections > CONNECTIONS_MAX || l->seconds <= 0 ||
        (l->get == NULL && !l->hold && (l->round == NULL || l->store_address == NULL))) {
        (void)fprintf(stderr, "load: see the top of tests/bench/load.c for its options\n");
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct load l = {.random = now_ns() | 1};
    struct err e = ERR_INIT;
    struct rlimit files;
    struct connection *all;
    int epoll = epoll_create1(0);

    parse(&l, argc, argv);
    if (!secret_init(&e))
        return 1;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    if (l.get == NULL && !l.hold)
        load_targets(&l);
    all = mem_alloc((size_t)l.connections, sizeof *all);
    for (int i = 0; i < l.connections; i++) {
        all[i].in = mem_alloc(l.hold ? 1 : REPLY_MAX + 1, 1);
        if (!connection_open(&l, &all[i]))
            break;
        watch(epoll, &all[i], EPOLL_CTL_ADD);
    }
    if (l.hold)
        (void)sleep((unsigned)l.seconds);
    else
        drive(&l, epoll, all);
    print_result(&l, l.seconds);
    if (l.acknowledged != NULL && fclose(l.acknowledged) != 0)
        die("acknowledged");
    for (int i = 0; i < l.connections; i++) {
        if (all[i].in != NULL)
            (void)close(all[i].fd);
        buf_fini(&all[i].out);
        free(all[i].in);
    }
    free(all);
    free(l.latency_us);
    free(l.target);
    for (size_t i = 0; i < l.forms; i++)
        form_free(l.form[i]);
    free(l.form);
    store_close(l.store);
    return 0;
}
