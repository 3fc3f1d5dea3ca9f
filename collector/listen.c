#include "collector/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/mem.h"

enum { BACKLOG = 4096 };

static bool listen_on(int fd, struct err *e)
{
    int flags = fcntl(fd, F_GETFL);

    if (listen(fd, BACKLOG) != 0 || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
        return err_set_errno(e, errno, "listening");
    return true;
}

static bool bind_failed(const char *where, struct err *e)
{
    if (errno == EADDRINUSE)
        return err_set(e, ERR_CONFLICT, "%s is taken by another program: choose another --listen", where);
    return err_set_errno(e, errno, "listening on %s", where);
}

/* ---- TCP -------------------------------------------------------------------------------------------------
 */

static bool bad_address(const char *where, struct err *e)
{
    return err_set(e, ERR_INPUT, "--listen %s: write 127.0.0.1:8080, [::1]:8080 or unix:PATH", where);
}

/* 0 to 65535; the resolver would take the rest of 99999 divided by 65536 for a port. */
static bool is_port(const char *s)
{
    const size_t digits = strspn(s, "0123456789");

    return digits >= 1 && digits <= 5 && s[digits] == '\0' && strtol(s, NULL, 10) <= 65535;
}

/* Cuts "host:port" and "[host]:port" into two new strings. */
static bool split(const char *where, char **host, char **port, struct err *e)
{
    const char *colon = strrchr(where, ':');
    const char *start = where;
    const char *end = colon;

    if (colon == NULL || colon == where || !is_port(colon + 1))
        return bad_address(where, e);
    if (*start == '[' && colon[-1] == ']') {
        start++;
        end--;
    } else if (memchr(start, ':', (size_t)(end - start)) != NULL) {
        return bad_address(where, e);
    }
    *host = mem_dup_bytes(start, (size_t)(end - start));
    *port = mem_dup(colon + 1);
    return true;
}

static char *bound_address(int fd)
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char host[64] = "";
    char port[16] = "";

    if (getsockname(fd, (struct sockaddr *)&bound, &size) != 0 ||
        getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return mem_dup("http://?");
    return mem_printf(bound.ss_family == AF_INET6 ? "http://[%s]:%s" : "http://%s:%s", host, port);
}

static bool open_tcp(const char *where, struct listener *out, struct err *e)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char *host = NULL;
    char *port = NULL;
    bool ok = false;

    if (!split(where, &host, &port, e))
        goto out;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        bad_address(where, e);
        goto out;
    }
    out->fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (out->fd < 0) {
        err_set_errno(e, errno, "listening on %s", where);
        goto out;
    }
    setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(out->fd, found->ai_addr, found->ai_addrlen) != 0) {
        bind_failed(where, e);
        goto out;
    }
    out->address = bound_address(out->fd);
    ok = listen_on(out->fd, e);
out:
    if (found != NULL)
        freeaddrinfo(found);
    free(host);
    free(port);
    return ok;
}

/* ---- Unix ------------------------------------------------------------------------------------------------
 */

/* A socket left by a process that died stands in the way until removed; one that answers is in use. */
static bool clear_path(const struct sockaddr_un *address, struct err *e)
{
    struct stat info;

    if (lstat(address->sun_path, &info) != 0)
        return true;
    if (!S_ISSOCK(info.st_mode))
        return err_set(e, ERR_CONFLICT, "%s exists and is no socket: choose another path", address->sun_path);
    int probe = socket(AF_UNIX, SOCK_STREAM, 0);
    bool used =
        probe >= 0 && connect(probe, (const struct sockaddr *)(const void *)address, sizeof *address) == 0;
    if (probe >= 0)
        close(probe);
    if (used)
        return err_set(e, ERR_CONFLICT, "unix:%s is taken by another program", address->sun_path);
    if (unlink(address->sun_path) != 0)
        return err_set_errno(e, errno, "removing the old socket %s", address->sun_path);
    return true;
}

static bool open_unix(const char *path, struct listener *out, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (*path == '\0' || strlen(path) >= sizeof address.sun_path)
        return err_set(e, ERR_INPUT, "--listen unix:%s: a path has 1 to %zu bytes", path,
                       sizeof address.sun_path - 1);
    strcpy(address.sun_path, path);
    if (!clear_path(&address, e))
        return false;
    out->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (out->fd < 0)
        return err_set_errno(e, errno, "listening on unix:%s", path);
    if (bind(out->fd, (struct sockaddr *)(void *)&address, sizeof address) != 0)
        return bind_failed(path, e);
    out->unix_path = mem_dup(path);
    out->address = mem_printf("unix:%s", path);
    if (chmod(path, 0660) != 0)
        return err_set_errno(e, errno, "%s", path);
    return listen_on(out->fd, e);
}

/* ----------------------------------------------------------------------------------------------------------
 */

bool listener_open(const char *where, struct listener *out, struct err *e)
{
    bool ok;

    *out = (struct listener){.fd = -1};
    if (strncmp(where, "unix:", 5) == 0)
        ok = open_unix(where + 5, out, e);
    else
        ok = open_tcp(where, out, e);
    if (!ok) {
        if (out->fd >= 0)
            close(out->fd);
        listener_fini(out);
        out->fd = -1;
    }
    return ok;
}

void listener_fini(struct listener *l)
{
    if (l->unix_path != NULL)
        unlink(l->unix_path);
    free(l->unix_path);
    free(l->address);
    l->unix_path = NULL;
    l->address = NULL;
}

unsigned long listener_raise_files(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 1024;
    rlim_t before = files.rlim_cur;
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) != 0)
        return (unsigned long)before;
    return (unsigned long)files.rlim_cur;
}
