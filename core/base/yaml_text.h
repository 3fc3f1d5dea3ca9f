#ifndef TLD_BASE_YAML_TEXT_H
#define TLD_BASE_YAML_TEXT_H

/* What a text must be before yaml.c hands it to libfyaml: UTF-8 lines without tabs, controls or directives.
 */

#include <stddef.h>

/* What is wrong with the text and what to do, and where it is; NULL when nothing is. */
const char *yaml_text_fault(const char *text, size_t bytes, size_t *pos);

#endif
