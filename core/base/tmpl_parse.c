#include "core/base/tmpl_part.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"

enum { SECTIONS_DEEP_MAX = 16, WORD_MAX_BYTES = 16 };

/* Where in the HTML the text stands. */
enum place {
    IN_TEXT,
    IN_TAG,
    IN_DOUBLE, /* in an attribute's value, within " */
    IN_SINGLE,
    IN_RAW /* in a script or style element */
};

struct html {
    enum place place;
    char word[WORD_MAX_BYTES];    /* the name being read in a tag, lower case, cut */
    char element[WORD_MAX_BYTES]; /* of the tag; with '/' first when it closes */
    char attribute[WORD_MAX_BYTES];
    char value[sizeof "mailto:"]; /* how the attribute's value begins */
};

struct parser {
    struct tmpl *t;
    struct faults *faults;
    struct html html;
    const char *end;
    int line;
    struct {
        size_t part;
        struct html html;
    } open[SECTIONS_DEEP_MAX];
    size_t depth;
};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == ':' || c == '/' || c == '!';
}

static void word_add(char word[WORD_MAX_BYTES], char c)
{
    size_t n = strlen(word);

    if (n + 1 < WORD_MAX_BYTES) {
        word[n] = (char)tolower((unsigned char)c);
        word[n + 1] = '\0';
    }
}

/* A word in a tag has ended: the first is the element, the others are attributes. */
static void word_end(struct html *h)
{
    if (h->word[0] == '\0')
        return;
    memcpy(h->element[0] == '\0' ? h->element : h->attribute, h->word, sizeof h->word);
    h->word[0] = '\0';
}

static void tag_step(struct html *h, char c)
{
    if (is_word_byte(c)) {
        word_add(h->word, c);
        return;
    }
    word_end(h);
    if (c == '"' || c == '\'') {
        h->place = c == '"' ? IN_DOUBLE : IN_SINGLE;
        h->value[0] = '\0';
    } else if (c == '>') {
        bool raw = strcmp(h->element, "script") == 0 || strcmp(h->element, "style") == 0;

        h->place = raw ? IN_RAW : IN_TEXT;
    }
}

static void tag_begin(struct html *h)
{
    *h = (struct html){.place = IN_TAG};
}

/* Follows the HTML over one byte of literal text; `rest` begins with it. */
static void html_step(struct html *h, const char *rest, size_t bytes)
{
    char c = rest[0];

    switch (h->place) {
    case IN_TEXT:
        if (c == '<' && bytes > 1 && is_word_byte(rest[1]))
            tag_begin(h);
        break;
    case IN_RAW:
        if (c == '<' && bytes > 1 && rest[1] == '/')
            tag_begin(h);
        break;
    case IN_TAG:
        tag_step(h, c);
        break;
    case IN_DOUBLE:
    case IN_SINGLE:
        if (c == (h->place == IN_DOUBLE ? '"' : '\''))
            h->place = IN_TAG;
        else if (strlen(h->value) < sizeof h->value - 1)
            memcpy(h->value + strlen(h->value), (const char[]){c, '\0'}, 2);
        break;
    }
}

static void fault(struct parser *p, const char *text)
{
    faults_add(p->faults, p->t->file, p->line, 0, "%s", text);
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* Refuses a value where escaping does not make it harmless. */
static void check_value_place(struct parser *p)
{
    static const char *const addresses[] = {"href", "src", "action", "formaction", "xlink:href", NULL};
    const struct html *h = &p->html;

    if (h->place == IN_TAG)
        fault(p, "a value in a tag must stand within quotes");
    else if (h->place == IN_RAW)
        fault(p, "a script or style can not hold a value");
    else if (h->place != IN_TEXT &&
             (strncmp(h->attribute, "on", 2) == 0 || strcmp(h->attribute, "style") == 0))
        fault(p, "this attribute can not hold a value");
    else if (h->place != IN_TEXT && is_one_of(h->attribute, addresses) &&
             (h->value[0] == '\0' || strchr("/?#.", h->value[0]) == NULL) && strcmp(h->value, "mailto:") != 0)
        fault(p, "an address that holds a value must begin with '/', '?', '#', '.' or \"mailto:\"");
}

static struct tmpl_part *add_part(struct parser *p, enum tmpl_kind kind, const char *at, size_t bytes)
{
    struct tmpl *t = p->t;
    struct tmpl_part *part;

    t->part = mem_room(t->part, t->parts, &t->capacity, sizeof *t->part);
    part = &t->part[t->parts++];
    *part = (struct tmpl_part){.kind = kind, .line = p->line, .at = at, .bytes = bytes};
    return part;
}

static void add_text(struct parser *p, const char *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        html_step(&p->html, at + i, (size_t)(p->end - (at + i)));
        if (at[i] == '\n')
            p->line++;
    }
    if (bytes > 0)
        add_part(p, TMPL_TEXT, at, bytes);
}

static void open_section(struct parser *p, enum tmpl_kind kind, const char *name, size_t bytes)
{
    if (p->html.place == IN_RAW)
        fault(p, "a script or style can not hold a section");
    if (p->depth == SECTIONS_DEEP_MAX) {
        fault(p, "sections lie too deep");
        return;
    }
    p->open[p->depth].part = p->t->parts;
    p->open[p->depth].html = p->html;
    p->depth++;
    add_part(p, kind, name, bytes);
}

static bool same_place(const struct html *a, const struct html *b)
{
    return a->place == b->place &&
           (a->place == IN_TEXT || a->place == IN_TAG || strcmp(a->attribute, b->attribute) == 0);
}

static void close_section(struct parser *p, const char *name, size_t bytes)
{
    size_t opened;
    const struct tmpl_part *open;

    if (p->depth == 0) {
        fault(p, "nothing is open here to be closed");
        return;
    }
    p->depth--;
    opened = p->open[p->depth].part;
    open = &p->t->part[opened];
    if (open->bytes != bytes || memcmp(open->at, name, bytes) != 0)
        faults_add(p->faults, p->t->file, p->line, 0, "'%.*s' is closed, but '%.*s' of line %d is open",
                   (int)bytes, name, (int)open->bytes, open->at, open->line);
    if (!same_place(&p->html, &p->open[p->depth].html))
        fault(p, "a section must end where it began: in text, in a tag or in the same attribute");
    /* what is in the section may not be shown: what follows must hold without it */
    p->html = p->open[p->depth].html;
    p->t->part[opened].other = p->t->parts;
    add_part(p, TMPL_CLOSE, name, bytes)->other = opened;
}

static void add_partial(struct parser *p, const char *name, size_t bytes)
{
    if (p->html.place != IN_TEXT && p->html.place != IN_RAW)
        fault(p, "a file can not be put into a tag");
    add_part(p, TMPL_PARTIAL, name, bytes)->raw = p->html.place == IN_RAW;
}

static bool is_name(const char *s, size_t bytes, bool file)
{
    if (bytes == 0)
        return false;
    if (bytes == 1 && s[0] == '.')
        return !file;
    for (size_t i = 0; i < bytes; i++)
        if (!isalnum((unsigned char)s[i]) && strchr(file ? "_-./" : "_-.", s[i]) == NULL)
            return false;
    return s[0] != '.' && s[bytes - 1] != '.';
}

/* One tag, without its braces. */
static void add_tag(struct parser *p, const char *s, size_t bytes)
{
    char sign = bytes > 0 && strchr("#^/>!", s[0]) != NULL ? s[0] : '\0';

    if (sign == '!')
        return;
    if (sign != '\0') {
        s++;
        bytes--;
    }
    while (bytes > 0 && *s == ' ') {
        s++;
        bytes--;
    }
    while (bytes > 0 && s[bytes - 1] == ' ')
        bytes--;
    if (!is_name(s, bytes, sign == '>')) {
        faults_add(p->faults, p->t->file, p->line, 0, "'%.*s' is not a name", (int)bytes, s);
        return;
    }
    switch (sign) {
    case '#':
        open_section(p, TMPL_SECTION, s, bytes);
        break;
    case '^':
        open_section(p, TMPL_INVERTED, s, bytes);
        break;
    case '/':
        close_section(p, s, bytes);
        break;
    case '>':
        add_partial(p, s, bytes);
        break;
    default:
        check_value_place(p);
        add_part(p, TMPL_VALUE, s, bytes);
        if (p->html.value[0] == '\0')
            memcpy(p->html.value, "?", sizeof "?"); /* unknown, but not an address */
    }
}

static const char *find(const char *s, const char *end, const char *two)
{
    for (; end - s >= 2; s++)
        if (s[0] == two[0] && s[1] == two[1])
            return s;
    return NULL;
}

void tmpl_parse(struct tmpl *t, size_t bytes, struct faults *faults)
{
    struct parser p = {.t = t, .faults = faults, .end = t->text + bytes, .line = 1};
    const char *s = t->text;

    for (;;) {
        const char *open = find(s, p.end, "{{");
        const char *close = open != NULL ? find(open + 2, p.end, "}}") : NULL;

        add_text(&p, s, (size_t)((open != NULL ? open : p.end) - s));
        if (open == NULL)
            break;
        if (close == NULL) {
            fault(&p, "'{{' has no '}}'");
            break;
        }
        add_tag(&p, open + 2, (size_t)(close - (open + 2)));
        for (const char *c = open; c < close; c++)
            p.line += *c == '\n';
        s = close + 2;
    }
    if (p.depth > 0)
        faults_add(faults, t->file, t->part[p.open[p.depth - 1].part].line, 0,
                   "this section is never closed");
    else if (p.html.place != IN_TEXT)
        fault(&p, "the file ends within a tag, a script or a style");
}
