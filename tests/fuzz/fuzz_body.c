/* Goal: no body makes the reader of posted forms crash or read too far; what it takes keeps to its promises
 * and says the same when it is encoded and read again; what it refuses leaves nothing behind. */

#include <string.h>

#include "collector/form_body.h"
#include "core/base/buf.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

static void check_part(const char *s, size_t max_bytes)
{
    size_t bytes = strlen(s);

    FUZZ_CHECK(bytes <= max_bytes && text_is_utf8(s, bytes) && !text_has_control(s, bytes));
}

static void check_body(const struct form_body *b)
{
    FUZZ_CHECK(b->count <= FORM_BODY_MAX_FIELDS);
    for (size_t i = 0; i < b->count; i++) {
        FUZZ_CHECK(b->field[i].name[0] != '\0');
        check_part(b->field[i].name, FORM_BODY_NAME_MAX_BYTES);
        check_part(b->field[i].value, FORM_BODY_VALUE_MAX_BYTES);
        /* a name that came twice would be found at the first one */
        FUZZ_CHECK(form_body_get(b, b->field[i].name) == b->field[i].value);
    }
}

static void encode(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++)
        buf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
}

/* Encoding every byte makes a body three times as long, which may be over the limit: that is no fault. */
static void check_again(const struct form_body *b)
{
    struct buf raw = BUF_INIT;
    struct form_body again;
    struct err e = ERR_INIT;

    for (size_t i = 0; i < b->count; i++) {
        buf_addc(&raw, '&');
        encode(&raw, b->field[i].name);
        buf_addc(&raw, '=');
        encode(&raw, b->field[i].value);
    }
    if (form_body_parse(raw.data, raw.bytes, &again, &e)) {
        FUZZ_CHECK(again.count == b->count);
        for (size_t i = 0; i < b->count; i++) {
            FUZZ_CHECK(strcmp(again.field[i].name, b->field[i].name) == 0);
            FUZZ_CHECK(strcmp(again.field[i].value, b->field[i].value) == 0);
        }
    } else {
        FUZZ_CHECK(e.kind == ERR_LIMIT && raw.bytes > FORM_BODY_MAX_BYTES);
    }
    form_body_fini(&again);
    buf_fini(&raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct form_body b;
    struct err e = ERR_INIT;

    if (form_body_parse(data, size, &b, &e)) {
        check_body(&b);
        check_again(&b);
        form_body_fini(&b);
    } else {
        FUZZ_CHECK(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
        FUZZ_CHECK(b.count == 0 && b.text == NULL);
    }
    return 0;
}
