#include "collector/print_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/base/buf.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"

/* ---- the texts of a part ------------------------------------------------------------------------------- */

/* A text of a part, or an array of exactly `count`, and where it goes. */
struct row {
    enum print_part part;
    const char *name;
    size_t count;
    size_t at;
};

#define AT(member) offsetof(struct print_text, member)
static const struct row ROWS[] = {
    {PRINT_POSTER, "scan", 1, AT(poster.scan)},
    {PRINT_POSTER, "words", PRINT_WORDS, AT(poster.word)},
    {PRINT_POSTER, "grades", 1, AT(poster.grades)},
    {PRINT_POSTER, "grade_zero", 1, AT(poster.grade_zero)},
    {PRINT_POSTER, "from_grade_zero", 1, AT(poster.from_grade_zero)},
    {PRINT_POSTER, "months", PRINT_MONTHS, AT(poster.month)},
    {PRINT_POSTER, "shared", 1, AT(poster.shared)},
    {PRINT_SLIP, "code", 1, AT(slip.code)},
    {PRINT_SLIP, "how", 1, AT(slip.how)},
    {PRINT_GUIDE, "title", 1, AT(guide.title)},
    {PRINT_GUIDE, "reader", 1, AT(guide.reader)},
    {PRINT_GUIDE, "open", 1, AT(guide.open)},
    {PRINT_GUIDE, "link", 1, AT(guide.link)},
    {PRINT_GUIDE, "help", 1, AT(guide.help)},
    {PRINT_GUIDE, "moment", 1, AT(guide.moment)},
    {PRINT_GUIDE, "months", PRINT_MONTHS, AT(guide.month)},
    {PRINT_GUIDE_YOUNG, "title", 1, AT(guide.title)},
    {PRINT_GUIDE_YOUNG, "reader", 1, AT(guide.reader)},
    {PRINT_GUIDE_ADULT, "title", 1, AT(guide.title)},
    {PRINT_GUIDE_ADULT, "reader", 1, AT(guide.reader)},
    {PRINT_PAPER, "how", 1, AT(paper.how)},
    {PRINT_PAPER, "how_symbols", 1, AT(paper.how_symbols)},
    {PRINT_PAPER, "leave_pupil", 1, AT(paper.leave_pupil)},
    {PRINT_PAPER, "leave_guardian", 1, AT(paper.leave_guardian)},
    {PRINT_PAPER, "leave_staff", 1, AT(paper.leave_staff)},
    {PRINT_PAPER, "no_name", 1, AT(paper.no_name)},
    {PRINT_PAPER, "page", 1, AT(paper.page)},
};
enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

/* What the texts are read from, and where errors say that it was. */
struct source {
    const char *name, *part;
};

static bool refuse(const struct source *s, const char *text, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: \"%s.%s\" %s", s->name, s->part, text, what);
}

static bool take(const struct source *s, const json_t *value, const char *text, const char **to,
                 struct err *e)
{
    *to = json_string_value(value);
    return (*to != NULL && **to != '\0' && !text_has_control(*to, strlen(*to))) ||
           refuse(s, text, "must have a text of one line", e);
}

static bool take_row(const struct source *s, const json_t *part, const struct row *row, struct print_text *t,
                     struct err *e)
{
    const char **to = (const char **)(void *)((char *)t + row->at);
    const json_t *value = json_object_get(part, row->name);

    if (row->count == 1)
        return take(s, value, row->name, to, e);
    if (json_array_size(value) != row->count)
        return err_set(e, ERR_INPUT, "%s: \"%s.%s\" must be a list of %zu texts", s->name, s->part, row->name,
                       row->count);
    for (size_t i = 0; i < row->count; i++)
        if (!take(s, json_array_get(value, i), row->name, &to[i], e))
            return false;
    return true;
}

/* ---- the guide's sections ------------------------------------------------------------------------------ */

/* A point's text, or {<whom it is for>: text}. */
static bool take_point(const struct source *s, const json_t *value, struct print_point *to, struct err *e)
{
    static const char *const names[] = {[PRINT_SLIPS] = "slips",
                                        [PRINT_SHARED] = "shared",
                                        [PRINT_POSTERS] = "poster",
                                        [PRINT_LINKS] = "link"};

    to->when = PRINT_ALWAYS;
    for (size_t i = 1; json_is_object(value) && i < sizeof names / sizeof *names; i++) {
        const json_t *text = json_object_get(value, names[i]);

        if (text == NULL || json_object_size(value) != 1)
            continue;
        to->when = (enum print_when)i;
        value = text;
    }
    return take(s, value, "sections.points", &to->text, e);
}

static bool take_section(const struct source *s, const json_t *value, struct print_section *to, struct err *e)
{
    const json_t *points = json_object_get(value, "points");

    to->points = json_array_size(points);
    if (to->points == 0 || to->points > PRINT_POINTS_MAX)
        return err_set(e, ERR_INPUT, "%s: a section must have 1 to %d \"points\"", s->name, PRINT_POINTS_MAX);
    for (size_t i = 0; i < to->points; i++)
        if (!take_point(s, json_array_get(points, i), &to->point[i], e))
            return false;
    return take(s, json_object_get(value, "title"), "sections.title", &to->title, e);
}

static const char SECTIONS[] = "sections";

static bool take_sections(const struct source *s, const json_t *guide, struct print_text *t, struct err *e)
{
    const json_t *sections = json_object_get(guide, SECTIONS);

    t->guide.sections = json_array_size(sections);
    if (t->guide.sections == 0 || t->guide.sections > PRINT_SECTIONS_MAX)
        return err_set(e, ERR_INPUT, "%s: \"%s\" must have 1 to %d \"sections\"", s->name, s->part,
                       PRINT_SECTIONS_MAX);
    for (size_t i = 0; i < t->guide.sections; i++)
        if (!take_section(s, json_array_get(sections, i), &t->guide.section[i], e))
            return false;
    return true;
}

/* ---- a file -------------------------------------------------------------------------------------------- */

static const struct {
    enum print_part part;
    const char *name;
    bool (*more)(const struct source *s, const json_t *part, struct print_text *t, struct err *e);
} PARTS[] = {
    {PRINT_POSTER, "poster", NULL},
    {PRINT_SLIP, "slip", NULL},
    {PRINT_GUIDE, "guide", take_sections},
    {PRINT_GUIDE_YOUNG, "guide_young", take_sections}, /* after it: its texts take the place of those */
    {PRINT_GUIDE_ADULT, "guide_adult", take_sections},
    {PRINT_PAPER, "paper", NULL},
};

static bool is_known(enum print_part part, const char *text)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (ROWS[i].part == part && strcmp(ROWS[i].name, text) == 0)
            return true;
    return (part == PRINT_GUIDE || part == PRINT_GUIDE_YOUNG || part == PRINT_GUIDE_ADULT) &&
           strcmp(text, SECTIONS) == 0;
}

static bool take_part(const struct source *s, enum print_part which, json_t *part, struct print_text *t,
                      struct err *e)
{
    const char *text;
    json_t *value;

    for (size_t i = 0; i < ROW_COUNT; i++)
        if (ROWS[i].part == which && !take_row(s, part, &ROWS[i], t, e))
            return false;
    json_object_foreach(part, text, value)
    {
        if (!is_known(which, text))
            return refuse(s, text, "is none of the texts that are printed: is it misspelt?", e);
    }
    return true;
}

bool print_text_parse(const char *name, const char *json, unsigned parts, struct print_text *out,
                      struct err *e)
{
    json_error_t fault;
    json_t *root = json_loads(json, JSON_REJECT_DUPLICATES, &fault);
    bool ok = root != NULL;

    *out = (struct print_text){.root = root};
    if (!ok)
        return err_set(e, ERR_INPUT, "%s:%d:%d: %s", name, fault.line, fault.column, fault.text);
    for (size_t i = 0; ok && i < sizeof PARTS / sizeof *PARTS; i++) {
        const struct source s = {.name = name, .part = PARTS[i].name};
        json_t *part = json_object_get(root, PARTS[i].name);

        if ((parts & (unsigned)PARTS[i].part) != 0)
            ok = take_part(&s, PARTS[i].part, part, out, e) &&
                 (PARTS[i].more == NULL || PARTS[i].more(&s, part, out, e));
    }
    if (!ok)
        print_text_fini(out);
    return ok;
}

bool print_text_load(const char *dir, const char *language, unsigned parts, struct print_text *out,
                     struct err *e)
{
    char *path = mem_printf("%s/%s.json", dir, language);
    char *json = NULL;
    size_t bytes = 0;
    bool ok = false;

    *out = (struct print_text){.root = NULL};
    if (file_read(path, PRINT_TEXT_MAX_BYTES, &json, &bytes, e))
        ok = print_text_parse(path, json, parts, out, e);
    free(json);
    free(path);
    return ok;
}

void print_text_fini(struct print_text *t)
{
    json_decref(t->root);
    *t = (struct print_text){.root = NULL};
}

/* ---- filled in ----------------------------------------------------------------------------------------- */

/* The text with each {word} replaced; pairs of word and value, ended by NULL. */
static void fill(const char *text, const char *const *pairs, struct buf *out)
{
    while (*text != '\0') {
        size_t i = 0;

        while (*text == '{' && pairs[i] != NULL &&
               (strncmp(text + 1, pairs[i], strlen(pairs[i])) != 0 || text[1 + strlen(pairs[i])] != '}'))
            i += 2;
        if (*text == '{' && pairs[i] != NULL) {
            buf_adds(out, pairs[i + 1]);
            text += strlen(pairs[i]) + 2;
        } else {
            buf_addc(out, *text++);
        }
    }
}

/* `words` with the number, or the numbers from–to, in the place of "{}". */
static char *with_numbers(const char *words, int from, int to)
{
    struct buf out = BUF_INIT;
    char number[32];

    if (from < to)
        (void)snprintf(number, sizeof number, "%d–%d", from, to);
    else
        (void)snprintf(number, sizeof number, "%d", to);
    fill(words, (const char *const[]){"", number, NULL}, &out);
    return buf_take(&out);
}

char *print_text_grades(const struct print_text *t, int from, int to)
{
    const struct print_poster *p = &t->poster;

    if (to == 0)
        return mem_dup(p->grade_zero);
    return from == 0 ? with_numbers(p->from_grade_zero, to, to) : with_numbers(p->grades, from, to);
}

char *print_text_page(const struct print_text *t, size_t n, size_t total)
{
    struct buf out = BUF_INIT;
    char number[24], of[24];

    (void)snprintf(number, sizeof number, "%zu", n);
    (void)snprintf(of, sizeof of, "%zu", total);
    fill(t->paper.page, (const char *const[]){"n", number, "total", of, NULL}, &out);
    return buf_take(&out);
}

static void add_moment(const struct print_text *t, int64_t seconds, struct buf *out)
{
    int month, day, hour, minute;
    char d[12], h[12], m[12];

    day_split(seconds, NULL, &month, &day, &hour, &minute);
    (void)snprintf(d, sizeof d, "%d", day);
    (void)snprintf(h, sizeof h, "%02d", hour);
    (void)snprintf(m, sizeof m, "%02d", minute);
    fill(t->guide.moment,
         (const char *const[]){"day", d, "month", t->guide.month[month - 1], "hour", h, "minute", m, NULL},
         out);
}

char *print_text_open(const struct print_text *t, int64_t opens_s, int64_t closes_s)
{
    struct buf opens = BUF_INIT, closes = BUF_INIT, whole = BUF_INIT;

    add_moment(t, opens_s, &opens);
    add_moment(t, closes_s, &closes);
    fill(t->guide.open, (const char *const[]){"opens", buf_str(&opens), "closes", buf_str(&closes), NULL},
         &whole);
    buf_fini(&opens);
    buf_fini(&closes);
    return buf_take(&whole);
}
