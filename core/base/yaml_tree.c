#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/base/yaml.h"

void yaml_free(struct yaml *y)
{
    while (y != NULL) {
        struct yaml *next = y->next;

        yaml_free(y->first);
        yaml_free(y->key);
        free(y->text);
        free(y);
        y = next;
    }
}

bool yaml_is(const struct yaml *y, const char *s)
{
    return y->kind == YAML_TEXT && y->bytes == strlen(s) && memcmp(y->text, s, y->bytes) == 0;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
    for (const struct yaml *v = map->first; v != NULL; v = v->next) {
        if (yaml_is(v->key, key))
            return v;
    }
    return NULL;
}

void yaml_show(const struct yaml *text, char out[YAML_SHOW_BYTES])
{
    size_t room = YAML_SHOW_BYTES - sizeof "…";
    bool cut = text->bytes > room;
    size_t n = cut ? text_whole_bytes(text->text, room) : text->bytes;
    bool utf8 = text_is_utf8(text->text, n);

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text->text[i];

        out[i] = c < 0x20 || c == 0x7F || (c >= 0x80 && !utf8) ? '?' : text->text[i];
    }
    memcpy(out + n, cut ? "…" : "", cut ? sizeof "…" : 1);
}
