#ifndef TLD_TESTS_CASES_H
#define TLD_TESTS_CASES_H

/* Each reads one variant's input and returns all that its case may expect, computed by the stat_ modules. */

#include <jansson.h>

json_t *case_item(const json_t *input);
json_t *case_welch(const json_t *input);
json_t *case_ordinal(const json_t *input);
json_t *case_chisq(const json_t *input);
json_t *case_multiplicity(const json_t *input);
json_t *case_reliability(const json_t *input);
json_t *case_index_partial(const json_t *input);
json_t *case_classes(const json_t *input);
json_t *case_units(const json_t *input);
json_t *case_trend(const json_t *input);
json_t *case_nonresponse(const json_t *input);
json_t *case_degenerate(const json_t *input);
json_t *case_oct_apr(const json_t *input);
json_t *case_cluster(const json_t *input);

#endif
