#include "collector/form_body.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/secret.h"
#include "core/base/text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/*
 * Decodes one name or value in place, puts a NUL after it and checks it. Decoding never grows the text, and
 * the separator that ended it is where the NUL may come to stand.
 */
static bool decode(char *s, size_t bytes, size_t max_bytes, const char *what, struct err *e)
{
    size_t n = 0;

    for (size_t i = 0; i < bytes; i++) {
        if (s[i] == '+') {
            s[n++] = ' ';
        } else if (s[i] == '%') {
            int high = bytes - i > 2 ? hex_digit(s[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(s[i + 2]) : -1;

            if (low < 0)
                return err_set(e, ERR_INPUT, "a %s of the body has a broken percent code", what);
            s[n++] = (char)(high * 16 + low);
            i += 2;
        } else {
            s[n++] = s[i];
        }
    }
    s[n] = '\0';
    if (n > max_bytes)
        return err_set(e, ERR_LIMIT, "a %s of the body is longer than %zu bytes", what, max_bytes);
    if (!text_is_utf8(s, n))
        return err_set(e, ERR_INPUT, "a %s of the body is not UTF-8", what);
    if (text_has_control(s, n))
        return err_set(e, ERR_INPUT, "a %s of the body has a control character", what);
    return true;
}

/* One "name=value" (or "name") that lies in [s, s + bytes), with a byte to spare after it. */
static bool add_field(struct form_body *b, char *s, size_t bytes, struct err *e)
{
    char *equals = memchr(s, '=', bytes);
    size_t name_bytes = equals != NULL ? (size_t)(equals - s) : bytes;
    char *value = s + bytes;

    if (b->count == FORM_BODY_MAX_FIELDS)
        return err_set(e, ERR_LIMIT, "the body has more than %d fields", FORM_BODY_MAX_FIELDS);
    if (equals != NULL) {
        value = equals + 1;
        if (!decode(value, bytes - name_bytes - 1, FORM_BODY_VALUE_MAX_BYTES, "value", e))
            return false;
    }
    if (!decode(s, name_bytes, FORM_BODY_NAME_MAX_BYTES, "name", e))
        return false;
    if (equals == NULL)
        value = s + strlen(s);
    if (s[0] == '\0')
        return err_set(e, ERR_INPUT, "a field of the body has no name");
    if (form_body_get(b, s) != NULL)
        return err_set(e, ERR_INPUT, "a field of the body comes twice");
    b->field[b->count].name = s;
    b->field[b->count].value = value;
    b->count++;
    return true;
}

bool form_body_parse(const void *raw, size_t bytes, struct form_body *out, struct err *e)
{
    size_t start = 0;

    memset(out, 0, sizeof *out);
    if (bytes > FORM_BODY_MAX_BYTES)
        return err_set(e, ERR_LIMIT, "the body is longer than %d bytes", FORM_BODY_MAX_BYTES);
    out->text = mem_dup_bytes(raw, bytes);
    out->text_bytes = bytes;
    while (start < bytes) {
        char *separator = memchr(out->text + start, '&', bytes - start);
        size_t end = separator != NULL ? (size_t)(separator - out->text) : bytes;

        /* "a=1&&b=2" and a separator at either end are skipped, as the standard says */
        if (end > start && !add_field(out, out->text + start, end - start, e)) {
            form_body_fini(out);
            return false;
        }
        start = end + 1;
    }
    return true;
}

void form_body_fini(struct form_body *b)
{
    if (b->text != NULL)
        secret_wipe(b->text, b->text_bytes);
    free(b->text);
    memset(b, 0, sizeof *b);
}

const char *form_body_get(const struct form_body *b, const char *name)
{
    for (size_t i = 0; i < b->count; i++)
        if (strcmp(b->field[i].name, name) == 0)
            return b->field[i].value;
    return NULL;
}
