#include "core/base/yaml.h"

#include <libfyaml.h>
#include <limits.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/yaml_text.h"

struct place {
    size_t pos;
    int line, column;
};

/* Reading one text: libfyaml's events on one side, the tree built so far on the other. */
struct reader {
    const char *name;
    const char *text;
    size_t bytes;
    struct faults *faults;
    struct place at;
    struct fy_parser *parser;
    struct yaml *root;
    struct yaml *open[YAML_DEPTH_MAX]; /* lists and maps not yet closed, the outermost first */
    int depth;
    struct yaml *key; /* read in the innermost map, its value not yet */
    int nodes;
    int documents;
    bool broken; /* there will be no tree */
};

/* ---- places ------------------------------------------------------------------------------------------- */

/* Line and column of the byte at `pos`. Places come mostly in rising order, so it goes on from the last one.
 */
static void place_of(struct reader *r, size_t pos, int *line, int *column)
{
    struct place *at = &r->at;

    if (pos > r->bytes)
        pos = r->bytes;
    if (pos < at->pos)
        *at = (struct place){.pos = 0, .line = 1, .column = 1};
    for (; at->pos < pos; at->pos++) {
        if (r->text[at->pos] == '\n') {
            at->line++;
            at->column = 1;
        } else if (((unsigned char)r->text[at->pos] & 0xC0) != 0x80) {
            at->column++;
        }
    }
    *line = at->line;
    *column = at->column;
}

static void fault_at(struct reader *r, size_t pos, const char *what)
{
    int line;
    int column;

    place_of(r, pos, &line, &column);
    faults_add(r->faults, r->name, line, column, "%s", what);
    r->broken = true;
}

/* ---- building the tree -------------------------------------------------------------------------------- */

/* Where the "|" or ">" of a block text stands, whose content starts at `pos`: at the end of a line above. */
static size_t block_start(const struct reader *r, size_t pos)
{
    size_t end = pos;
    size_t i;

    while (end > 0 && (r->text[end - 1] == ' ' || r->text[end - 1] == '\n' || r->text[end - 1] == '\r'))
        end--;
    for (i = end; i > 0 && r->text[i - 1] != '\n';)
        i--;
    for (; i < end; i++) {
        size_t after = i + 1;

        if (r->text[i] != '|' && r->text[i] != '>')
            continue;
        while (after < end && strchr("+-0123456789 ", r->text[after]) != NULL)
            after++;
        if (after == end || r->text[after] == '#')
            return i;
    }
    return pos;
}

/* libfyaml's marks point behind the opening quote and at the content of a block text. */
static size_t start_of(const struct reader *r, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    size_t pos = mark == NULL ? r->bytes : mark->input_pos;
    enum fy_scalar_style style =
        event->type == FYET_SCALAR ? fy_token_scalar_style(event->scalar.value) : FYSS_ANY;

    if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) && pos > 0)
        return pos - 1;
    if (style == FYSS_LITERAL || style == FYSS_FOLDED)
        return block_start(r, pos);
    return pos;
}

static void fault_event(struct reader *r, struct fy_event *event, const char *what)
{
    fault_at(r, start_of(r, event), what);
}

/* At the sign before a token's text: the '&' of an anchor, the '*' of an alias. */
static void fault_sign(struct reader *r, struct fy_token *token, char sign, const char *what)
{
    const struct fy_mark *mark = fy_token_start_mark(token);
    size_t pos = mark == NULL ? r->bytes : mark->input_pos;

    while (pos > 0 && pos < r->bytes && r->text[pos] != sign && r->text[pos - 1] != '\n')
        pos--;
    fault_at(r, pos, what);
}

/* The same key earlier in this map. */
static const struct yaml *same_key(const struct yaml *map, const struct yaml *key)
{
    for (const struct yaml *v = map->first; v != NULL; v = v->next) {
        if (v->key->bytes == key->bytes && memcmp(v->key->text, key->text, key->bytes) == 0)
            return v->key;
    }
    return NULL;
}

static void check_twice(struct reader *r, const struct yaml *map, const struct yaml *key)
{
    const struct yaml *before = same_key(map, key);
    char shown[YAML_SHOW_BYTES];

    if (before == NULL)
        return;
    yaml_show(key, shown);
    faults_add(r->faults, r->name, key->line, key->column,
               "'%s' stands twice here, first in line %d; keep one of them", shown, before->line);
}

/* Puts y, which the tree then owns, where the file has it. */
static bool put(struct reader *r, struct yaml *y)
{
    struct yaml *in = r->depth > 0 ? r->open[r->depth - 1] : NULL;

    if (in == NULL) {
        r->root = y;
        return true;
    }
    if (in->kind == YAML_MAP && r->key == NULL) {
        r->key = y;
        if (y->kind != YAML_TEXT) {
            faults_add(r->faults, r->name, y->line, y->column, "a key must be one word, not a list or a map");
            r->broken = true;
            return false;
        }
        check_twice(r, in, y);
        return true;
    }
    y->key = r->key;
    r->key = NULL;
    if (in->last == NULL)
        in->first = y;
    else
        in->last->next = y;
    in->last = y;
    return true;
}

static bool add_text(struct reader *r, struct fy_event *event)
{
    struct yaml *y = mem_alloc(1, sizeof *y);
    size_t bytes = 0;
    const char *text = fy_token_get_text(event->scalar.value, &bytes);
    bool plain = fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;

    while (bytes > 0 && text[bytes - 1] == '\n')
        bytes--;
    y->kind = YAML_TEXT;
    y->text = mem_dup_bytes(text == NULL ? "" : text, bytes);
    y->bytes = bytes;
    if (bytes == 0 && plain && r->key != NULL) { /* nothing after "key:" has no place of its own */
        y->line = r->key->line;
        y->column = r->key->column;
    } else {
        place_of(r, start_of(r, event), &y->line, &y->column);
    }
    return put(r, y);
}

static bool add_open(struct reader *r, struct fy_event *event, enum yaml_kind kind)
{
    struct yaml *y;

    if (r->depth == YAML_DEPTH_MAX) {
        fault_event(r, event, "too deep: lists and maps inside each other more than 8 times");
        return false;
    }
    y = mem_alloc(1, sizeof *y);
    y->kind = kind;
    place_of(r, start_of(r, event), &y->line, &y->column);
    if (!put(r, y))
        return false;
    r->open[r->depth++] = y;
    return true;
}

static bool refused(struct reader *r, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor != NULL)
        fault_sign(r, anchor, '&', "anchors (&name) are not used here; write the content out");
    else if (tag != NULL)
        fault_sign(r, tag, '!', "tags (!name) are not used here; put text that starts with '!' in quotes");
    return anchor != NULL || tag != NULL;
}

/* False when reading can not go on; then a fault was added. */
static bool take(struct reader *r, struct fy_event *event)
{
    if (++r->nodes > YAML_NODES_MAX) {
        fault_event(r, event, "too large: more than 20000 texts, lists and maps");
        return false;
    }
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++r->documents > 1) {
            fault_event(r, event, "a second document ('---'); a file holds one");
            return false;
        }
        return true;
    case FYET_SCALAR:
        return !refused(r, event->scalar.anchor, event->scalar.tag) && add_text(r, event);
    case FYET_SEQUENCE_START:
        return !refused(r, event->sequence_start.anchor, event->sequence_start.tag) &&
               add_open(r, event, YAML_LIST);
    case FYET_MAPPING_START:
        return !refused(r, event->mapping_start.anchor, event->mapping_start.tag) &&
               add_open(r, event, YAML_MAP);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        r->depth--;
        return true;
    case FYET_ALIAS:
        fault_sign(r, event->alias.anchor, '*',
                   "aliases (*name) are not used here; write the content out, or put text that starts with "
                   "'*' in quotes");
        return false;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
        break;
    }
    return true;
}

/* What to do about libfyaml's commonest complaints. */
static const struct {
    const char *says, *hint;
} HINTS[] = {
    {"on the same line", "put text that has ': ' in it in quotes"},
    {"cannot start with", "put text that starts with a sign in quotes"},
    {"cannot start any token", "put text that starts with a sign in quotes"},
    {"indent", "look at the blanks at the start of the lines"},
    {"expected '-'", "look at the blanks at the start of the lines"},
    {"multiline plain key", "look at the blanks at the start of the lines"},
    {"quoted", "look for the quote that ends the text"},
    {"closing", "look for the bracket that is not closed"},
    {"missing comma", "look for a comma or a bracket that is missing"},
};

static const char *hint_for(const char *says)
{
    for (size_t i = 0; i < sizeof HINTS / sizeof *HINTS; i++) {
        if (strstr(says, HINTS[i].says) != NULL)
            return HINTS[i].hint;
    }
    return "look at the indentation, and put text that has ': ' in it or starts with a sign in quotes";
}

/* Moves a place that lies behind its line, or behind the text, to the end of it. */
static void into_text(struct reader *r, int *line, int *column)
{
    size_t pos = 0;
    int at_line = 1;
    int at_column = 1;

    while (pos < r->bytes && at_line < *line)
        at_line += r->text[pos++] == '\n';
    if (at_line < *line) {
        place_of(r, r->bytes, line, column);
        return;
    }
    while (pos < r->bytes && r->text[pos] != '\n' && at_column < *column)
        place_of(r, ++pos, &at_line, &at_column);
    *column = at_column;
}

/* What libfyaml found wrong; it stops at the first. Its places may lie behind the text. */
static void syntax_fault(struct reader *r, struct fy_diag *diag)
{
    void *prev = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &prev);
    const char *says = error == NULL ? "broken off" : error->msg;
    int line = error == NULL || error->line < 1 ? INT_MAX : error->line;
    int column = error == NULL || error->column < 1 ? 1 : error->column;

    r->broken = true;
    into_text(r, &line, &column);
    faults_add(r->faults, r->name, line, column, "not readable as YAML (%s); %s", says, hint_for(says));
}

static void read_events(struct reader *r, struct fy_diag *diag)
{
    struct fy_event *event;
    bool going = true;

    while (going && (event = fy_parser_parse(r->parser)) != NULL) {
        enum fy_event_type type = event->type;

        going = take(r, event);
        fy_parser_event_free(r->parser, event);
        if (type == FYET_STREAM_END)
            return;
    }
    if (going)
        syntax_fault(r, diag);
}

static void read_all(struct reader *r)
{
    struct fy_diag_cfg diag_cfg;
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE};

    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.colorize = false;
    cfg.diag = fy_diag_create(&diag_cfg);
    if (cfg.diag != NULL)
        fy_diag_set_collect_errors(cfg.diag, true);
    r->parser = cfg.diag == NULL ? NULL : fy_parser_create(&cfg);
    if (r->parser != NULL && fy_parser_set_string(r->parser, r->text, r->bytes) == 0)
        read_events(r, cfg.diag);
    else
        fault_at(r, 0, "libfyaml can not be started");
    if (r->parser != NULL)
        fy_parser_destroy(r->parser);
    if (cfg.diag != NULL)
        fy_diag_destroy(cfg.diag); /* unref alone would leave the collected errors */
}

bool yaml_parse(const char *name, const char *text, size_t bytes, struct yaml **out, struct faults *faults,
                struct err *e)
{
    size_t bom = bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    struct reader r = {.name = name,
                       .text = text + bom,
                       .bytes = bytes - bom,
                       .at = {.pos = 0, .line = 1, .column = 1},
                       .faults = faults};
    const char *why;
    size_t pos;

    *out = NULL;
    if (bytes > YAML_MAX_BYTES) {
        faults_add(faults, name, 0, 0, "%zu bytes long; at most %d are read", bytes, YAML_MAX_BYTES);
        return err_set(e, ERR_LIMIT, "%s: too large", name);
    }
    why = yaml_text_fault(r.text, r.bytes, &pos);
    if (why == NULL)
        read_all(&r);
    else
        fault_at(&r, pos, why);
    if (r.root == NULL && !r.broken)
        fault_at(&r, 0, "the file is empty");
    if (r.broken) {
        yaml_free(r.root);
        yaml_free(r.key);
        return err_set(e, ERR_INPUT, "%s: not readable", name);
    }
    *out = r.root;
    return true;
}
