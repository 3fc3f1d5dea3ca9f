#ifndef TLD_BASE_TMPL_H
#define TLD_BASE_TMPL_H

/*
 * Templates that always escape. A template is HTML with tags:
 *
 *     {{name}}  {{a.b}}  {{.}}          a value: string or whole number, escaped for text and quoted
 * attributes
 *     {{#name}} … {{/name}}             a section: once for each element of an array; once with an object's
 *                                       names within reach; once for true, a number or a text that is not ""
 *     {{^name}} … {{/name}}             when the section would show nothing
 *     {{> file}}                        another template of the set
 *     {{! remark}}
 *
 * A name is looked for in the innermost section first, then outwards. There is no way to put a value in
 * unescaped, and none to put it where escaping would not be enough: the parser follows the HTML and refuses
 * a value in a tag but outside quotes, in a style, an on… or a style attribute, in a script or style element,
 * and at the start of an address (href, src, action, formaction must begin with '/', '?', '#' or
 * '.', as no scheme does, or with mailto:, which only writes a letter).
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/faults.h"

struct tmpl_set;

struct tmpl_set *tmpl_set_new(void);
void tmpl_set_free(struct tmpl_set *s);

/* Adds a template; faults say `file`:line. The name must be new in the set. Text is copied. */
void tmpl_add(struct tmpl_set *s, const char *name, const char *file, const char *text, size_t bytes,
              struct faults *faults);

/* Adds a file of our own (style, script, drawing) that has no tags and is put in as it stands. */
void tmpl_add_plain(struct tmpl_set *s, const char *name, const char *text, size_t bytes);

/* After all are added: each {{> file}} must exist, stand where it may, and not contain itself. */
void tmpl_link(struct tmpl_set *s, struct faults *faults);

/*
 * Appends the template filled with the model. ERR_BUG when the set has no such template or a value is missing
 * or is neither text nor a whole number; the rest of the page is made all the same.
 */
bool tmpl_render(const struct tmpl_set *s, const char *name, const json_t *model, struct buf *out,
                 struct err *e) __attribute__((warn_unused_result));

/* Appends text escaped as {{name}} does: & < > " ' */
void tmpl_escape(const char *s, size_t bytes, struct buf *out);

#endif
