#include "collector/link.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char HOST[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
static const char PATH[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-/";

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool starts(const char *s, const char *word)
{
    for (; *word != '\0'; s++, word++)
        if (lower(*s) != *word)
            return false;
    return true;
}

static size_t host_start(const char *url)
{
    return starts(url, "https://") ? strlen("https://") : strlen("http://");
}

/* Where the path starts: at the first '/' after the host, or at the end. */
static size_t path_start(const char *url)
{
    size_t host = host_start(url);
    return host + strcspn(url + host, "/");
}

/* The bytes of a host at s, 0 when there is none. "[::1]" is one. */
static size_t host_bytes(const char *s)
{
    if (*s != '[')
        return strspn(s, HOST);
    size_t n = 1 + strspn(s + 1, "0123456789abcdefABCDEF:.");
    return n > 2 && s[n] == ']' ? n + 1 : 0;
}

/* The bytes of ":8080" at s; 0 when there is no port there or it is none. */
static size_t port_bytes(const char *s)
{
    size_t digits = strspn(s + 1, "0123456789");
    long port = 0;

    for (size_t i = 0; i < digits && port <= 65535; i++)
        port = port * 10 + (s[1 + i] - '0');
    return port >= 1 && port <= 65535 ? 1 + digits : 0;
}

bool public_url_read(const char *s, char **out, struct err *e)
{
    static const char EXAMPLE[] = "write it like https://tld.exempelkommun.se";

    *out = NULL;
    if (strlen(s) > PUBLIC_URL_MAX_BYTES)
        return err_set(e, ERR_LIMIT, "the public address is longer than %d characters", PUBLIC_URL_MAX_BYTES);
    if (!starts(s, "https://") && !starts(s, "http://"))
        return err_set(e, ERR_INPUT, "the public address does not start with https:// or http://: %s",
                       EXAMPLE);

    const char *p = s + host_start(s);
    size_t host = host_bytes(p);
    if (host == 0 || (strpbrk(p, LETTERS) == NULL && strpbrk(p, "0123456789") == NULL))
        return err_set(e, ERR_INPUT, "the public address has no host: %s", EXAMPLE);
    p += host;
    if (*p == ':') {
        size_t port = port_bytes(p);
        if (port == 0)
            return err_set(e, ERR_INPUT, "the public address has a port that is none: write 1 to 65535");
        p += port;
    }
    if (*p != '\0' && *p != '/')
        return err_set(
            e, ERR_INPUT,
            "the public address has a character in its host that does not belong there: %s (a host "
            "with å, ä or ö in its xn-- form)",
            EXAMPLE);
    if (p[strspn(p, PATH)] != '\0' || strstr(p, "//") != NULL || strstr(p, "/.") != NULL)
        return err_set(e, ERR_INPUT,
                       "the public address has a path with more than letters, digits, '-', '_', '.' and '~'");

    char *url = mem_dup(s);
    size_t end = strlen(url);
    while (end > 0 && url[end - 1] == '/')
        url[--end] = '\0';
    for (size_t i = 0, n = path_start(url); i < n; i++)
        url[i] = lower(url[i]);
    *out = url;
    return true;
}

char *link_make(const char *public_url, const char *access_code)
{
    return mem_printf("%s/%s", public_url, access_code);
}

char *link_qr(const char *public_url, const char *access_code)
{
    char *link = link_make(public_url, access_code);

    for (size_t i = 0, n = path_start(link); i < n; i++)
        link[i] = upper(link[i]);
    return link;
}

char *link_shared(const char *public_url, const char *access_code)
{
    return mem_printf("%s/%s" LINK_SHARED, public_url, access_code);
}

char *link_shared_qr(const char *public_url, const char *access_code)
{
    return link_slip_qr(public_url, access_code, "DELAD");
}

char *link_slip_qr(const char *public_url, const char *access_code, const char *code)
{
    char *link = link_qr(public_url, access_code);
    char *whole = mem_printf("%s/%s", link, code);

    free(link);
    return whole;
}

char *link_typed(const char *public_url)
{
    return mem_printf("%s/",
                      starts(public_url, "https://") ? public_url + host_start(public_url) : public_url);
}
